package run

import (
	"bytes"
	"testing"
)

// FuzzRead: what cannot be read in go vet's output costs no finding that stands
// before it, and is said.
func FuzzRead(f *testing.F) {
	const first = `{"m/a": {"selectstar": [{"posn": "/d/a.go:3:1", "end": "/d/a.go:3:9", "message": "first [selectstar]"}]}}` + "\n"
	f.Add([]byte(`{"m/b": {"selectstar": [{"posn": "gram.y:11", "message": "x"}]}}`))
	f.Add([]byte(`{"m/b": {"sqlvetinventory": [{"posn": "-", "message": "{}"}]}}`))
	f.Add([]byte(`{"m/b": {"nplusone": [{"posn": "a:1:", "category": "link", "message": "{\"Loops\": [{}]}"}]}}`))
	f.Add([]byte("panic: x\n{\n}\n{\"a\": 1}"))
	f.Add([]byte(`{"m/b [m/b.test]": {"r": {"error": "failed prerequisites: x"}}}`))
	f.Fuzz(func(t *testing.T, more []byte) {
		col := NewCollection("/d", true)
		if err := col.Read(bytes.NewReader(append([]byte(first), more...))); err != nil {
			t.Fatal(err)
		}
		col.Link(nil)
		col.Finish()
		for _, found := range col.Findings {
			if found.Message == "first" && found.Pos.String() == "a.go:3:1" {
				return
			}
		}
		t.Errorf("the finding is lost: %v", col.Findings)
	})
}
