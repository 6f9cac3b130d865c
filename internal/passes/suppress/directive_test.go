package suppress

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const (
		noEffect = "sqlvet:ignore has no effect after a space; write //sqlvet:ignore RULE reason"
		noReason = "sqlvet:ignore gives no reason; write //sqlvet:ignore RULE reason"
		noRule   = "sqlvet:ignore names no rule; write //sqlvet:ignore RULE reason"
		noSpace  = "sqlvet:ignore must be followed by a space; write //sqlvet:ignore RULE reason"
	)
	tests := []struct {
		comment string
		want    string // "nil", or the rules ("any", or as written), a space, and the problem
	}{
		{"//sqlvet:ignore a reason", "a "},
		{"//sqlvet:ignore a,b2 two words", "a,b2 "},
		{"//sqlvet:ignore\ta\treason", "a "},
		{"//sqlvet:ignore a", "a " + noReason},
		{"//sqlvet:ignore a // comment", "a " + noReason},
		{"//sqlvet:ignore", " " + noRule},
		{"//sqlvet:ignore ", " " + noRule},
		{"//sqlvet:ignore , reason", " " + noRule},
		{"//sqlvet:ignore a, b reason", " " + noRule},
		{"//sqlvet:ignore A reason", " " + noRule},
		{"//sqlvet:ignorea reason", " " + noSpace},
		{"// sqlvet:ignore a reason", "a " + noEffect},
		{"/*sqlvet:ignore a reason*/", "nil"},
		{"//sqlvet:other", "nil"},
		{"// text", "nil"},
		{"//nolint", "any "},
		{"// nolint", "any "},
		{"//nolint // why", "any "},
		{"//nolint because", "any "},
		{"//nolint:sqlvet", "any "},
		{"//nolint:SQLvet", "any "},
		{"//nolint:all", "any "},
		{"//nolint: errcheck , sqlvet // why", "any "},
		{"//nolint:errcheck", "nil"},
		{"//nolint:errcheck // sqlvet", "nil"},
		{"//nolintlint", "nil"},
		{"//nolint:", "nil"},
	}
	for _, test := range tests {
		got := "nil"
		if d := parse(&ast.Comment{Text: test.comment}); d != nil {
			rules := strings.Join(d.Rules, ",")
			if d.Rules == nil {
				rules = "any"
			}
			got = rules + " " + d.Problem
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.comment, got, test.want)
		}
	}
}

// TestCovered checks which lines a directive speaks of: the first one in each
// source, which is wrapped in "package p" on line 1.
func TestCovered(t *testing.T) {
	tests := []struct {
		name, source string
		want         []int
	}{
		{"same line", `
func f() {
	q() //sqlvet:ignore a r
	q()
}`, []int{4}},
		{"line above", `
func f() {
	//sqlvet:ignore a r
	q()
	q()
}`, []int{4, 5}},
		{"blank line between", `
func f() {
	//sqlvet:ignore a r

	q()
}`, []int{4, 5}},
		{"above a call of several lines", `
func f() {
	//sqlvet:ignore a r
	x := q(
		1,
	)
	q()
}`, []int{4, 5, 6, 7}},
		{"after a call of several lines", `
func f() {
	q()
	q(
		1,
	) //sqlvet:ignore a r
}`, []int{5, 6, 7}},
		{"in the middle of a call", `
func f() {
	q(
		1, //sqlvet:ignore a r
		2,
	)
}`, []int{5}},
		{"above a raw string in a variable", `
//sqlvet:ignore a r
var x = ` + "`\n\n`" + `
var y = 1`, []int{3, 4, 5, 6}},
		{"above one constant of several", `
const (
	//sqlvet:ignore a r
	x = "" +
		""
	y = 1
)`, []int{4, 5, 6}},
		{"above a group of constants", `
//sqlvet:ignore a r
const (
	x = 1
	y = 1
)`, []int{3, 4}},
		{"above an element", `
var m = map[string]string{
	//sqlvet:ignore a r
	"k": "" +
		"",
	"l": "",
}`, []int{4, 5, 6}},
		{"above an if with a call of two lines", `
func f() {
	//sqlvet:ignore a r
	if err := q(
		1); err != nil {
		q()
	}
}`, []int{4, 5, 6}},
		{"above a statement with a function literal", `
func f() {
	//sqlvet:ignore a r
	each(
		1, func() {
			q()
		},
		2)
}`, []int{4, 5, 6, 8, 9}},
		{"in a doc comment", `
// F does.
//
//sqlvet:ignore a r
func F() {
	q()
}`, []int{5, 6}},
		{"the first of a group", `
func f() {
	//sqlvet:ignore a r
	//sqlvet:ignore b r
	q()
}`, []int{4, 5, 6}},
		{"nolint above a function", `
//nolint
func f() {
	q()
}
func g() {}`, []int{3, 4, 5, 6}},
		{"nolint above a block", `
func f() {
	//nolint
	for {
		q()
	}
	q()
}`, []int{4, 5, 6, 7}},
		{"nolint at another column", `
	//nolint
func f() {
	q()
}`, []int{3, 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, "p.go", "package p\n"+test.source, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			d := directives(fset, f)[0]
			var got []int
			for line := range 20 {
				if d.covers(line) {
					got = append(got, line)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("covers %v, want %v", got, test.want)
			}
		})
	}
	t.Run("nolint above the package clause", func(t *testing.T) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", "//nolint:sqlvet\npackage p\n\nfunc f() {\n}\n", parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if d := directives(fset, f)[0]; !d.covers(5) {
			t.Error("does not cover the file")
		}
	})
}
