package suppress

import (
	"go/parser"
	"go/token"
	"testing"
)

// FuzzDirectives: a comment suppresses what stands in its own file only, and
// one that is malformed suppresses nothing.
func FuzzDirectives(f *testing.F) {
	f.Add("//sqlvet:ignore selectstar reason")
	f.Add("//sqlvet:ignore\n//nolint:all // why")
	f.Add("/*sqlvet:ignore selectstar*/ //line x.y:1\n//sqlvet:ignore a,b c")
	f.Add("//sqlvet:ignore selectstar \x1b[31m\u202e")
	f.Fuzz(func(t *testing.T, comment string) {
		src := "package p\n\n" + comment + "\nvar x = 1\n"
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return
		}
		lines := fset.File(file.Pos()).LineCount()
		for _, d := range directives(fset, file) {
			if d.Pos < file.FileStart || d.End > file.FileEnd || d.Pos > d.End {
				t.Errorf("a directive at %d-%d of %d-%d", d.Pos, d.End, file.FileStart, file.FileEnd)
			}
			for _, s := range d.lines {
				if s.from < 1 || s.to > lines+1 || s.from > s.to {
					t.Errorf("lines %d-%d of %d", s.from, s.to, lines)
				}
			}
		}
		Ignored("a.go", []byte(src), 4, "selectstar")
	})
}
