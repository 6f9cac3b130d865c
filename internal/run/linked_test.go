package run

import (
	"testing"

	"github.com/sqlvet/sqlvet/internal/link"
)

// A package is analysed a second time as part of its tests, and the places
// that it leaves open are those of the package all the same.
func TestLinkPart(t *testing.T) {
	text, err := link.Encode(&link.Package{Loops: []link.Loop{{Posn: "a.go:1:1"}}})
	if err != nil {
		t.Fatal(err)
	}
	c := NewCollection("", true)
	for _, path := range []string{"m/a", "m/a", "m/b"} {
		if err := c.linkPart(path, text); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.linked) != 2 || c.linked[0].Loops[0].Package != "m/a" || c.linked[1].Loops[0].Package != "m/b" {
		t.Errorf("kept %+v, want one part of each package", c.linked)
	}
	if err := c.linkPart("m/a", "no package"); err == nil {
		t.Error("no error for what is none")
	}
}
