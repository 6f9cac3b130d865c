package gopls

import "testing"

// TestFindSelf checks whose word counts: the folder that is named, then the
// sources at hand, which a test has.
func TestFindSelf(t *testing.T) {
	me, err := findSelf("", "v1.2.3")
	if err != nil || me.dir == "" && me.version != "v1.2.3" || me.dir != "" && !isCheckout(me.dir) {
		t.Errorf("got %+v, %v", me, err)
	}
	if me, err := findSelf("../..", "v1.2.3"); err != nil || !isCheckout(me.dir) || me.version != "" {
		t.Errorf("a checkout: %+v, %v", me, err)
	}
	if me, err := findSelf(t.TempDir(), "v1.2.3"); err == nil {
		t.Errorf("no checkout: %+v", me)
	}
}
