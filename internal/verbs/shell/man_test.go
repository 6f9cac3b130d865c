package shell

import "testing"

func TestTroff(t *testing.T) {
	if got := troff(`.a\b-c`); got != `\&.a\eb\-c` {
		t.Errorf("got %s", got)
	}
}
