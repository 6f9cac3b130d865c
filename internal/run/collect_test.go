package run

import (
	"strings"
	"testing"
	"testing/iotest"
)

// TestRead checks that what cannot be read of one package costs the others
// nothing.
func TestRead(t *testing.T) {
	const whole = `{
	"m/a": {
		"selectstar": [
			{
				"posn": "/d/a.go:3:1",
				"end": "/d/a.go:3:9",
				"message": "first [selectstar]"
			}
		]
	}
}
`
	last := strings.NewReplacer("m/a", "m/z", "first", "last", "/d/a.go:3:1", "/d/gram.y:40").Replace(whole)
	for _, test := range []struct {
		between string
		faulty  bool
	}{
		{"", false},
		{"{}\n", false},
		{"cgo says hello\n\tand more\n", true},
		{"{\n\t\"m/b\": {\n", true},
		{`{"m/b": 1}` + "\n", true},
		{`{"m/b": {"selectstar": 1}}` + "\n", true},
		{`{"m/b": {"sqlvetinventory": [{"posn": "-", "message": "?"}]}}` + "\n", true},
		{`{"m/b": {"nplusone": [{"posn": "-", "category": "link", "message": "?"}]}}` + "\n", true},
	} {
		t.Run(test.between, func(t *testing.T) {
			col := NewCollection("/d", true)
			if err := col.Read(iotest.OneByteReader(strings.NewReader(whole + test.between + last))); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range col.Findings {
				got = append(got, f.Pos.String()+" "+f.Message)
			}
			if want := "a.go:3:1 first, gram.y:40 last"; strings.Join(got, ", ") != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if len(col.Failures) > 0 != test.faulty {
				t.Errorf("failures: %v", col.Failures)
			}
		})
	}
	col := NewCollection("/d", true)
	if err := col.Read(strings.NewReader(whole + whole[:20])); err != nil || len(col.Findings) != 1 || len(col.Failures) != 1 {
		t.Errorf("output that is cut off: %v, %v, %v", err, col.Findings, col.Failures)
	}
}
