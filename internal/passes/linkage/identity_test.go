package linkage

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// The two halves write the same methods in different words, but for those
// whose names begin with Other.
const spelled = `package p

type Row struct{ N int }

type (
	Line    = Row
	Lines   = []*Line
	Visitor = func(Row) bool
	Pair[A any] struct{ V A }
	Rows    = Pair[Row]
)

type Asked interface {
	Context(ctx int, name string) (err error)
	Value(v interface{}) any
	Bytes(b []byte, r rune) []uint8
	Alias(l Line) Lines
	Walk(visit func(row Row) (more bool), depth ...int)
	Nested(m map[string]func(chan<- Line) (*[3]byte, error))
	Struct(x struct{ A, B int })
	Iface(x interface{ Close() error; Read(p []byte) (n int, err error) })
	Generic(p Pair[Line]) Rows
	OtherType(n int)
	OtherResult() (int, error)
	OtherVariadic(xs ...int)
	OtherChan(c <-chan int)
	OtherArray(a [4]int)
	OtherArgs(p Pair[int])
	OtherTag(x struct{ A int })
	OtherField(x struct{ A int })
	OtherIface(x interface{ Close() error })
	unexported(n int)
}

type Given struct{}

func (*Given) Context(int, string) error { return nil }
func (*Given) Value(any) interface{}     { return nil }
func (*Given) Bytes(b []uint8, r int32) (out []byte) { return nil }
func (*Given) Alias(Row) []*Row          { return nil }
func (*Given) Walk(Visitor, ...int)      {}
func (*Given) Nested(map[string]func(c chan<- Row) (a *[3]uint8, err error)) {}
func (*Given) Struct(x struct { A int; B int }) {}
func (*Given) Iface(x interface{ Read([]byte) (int, error); Close() (err error) }) {}
func (*Given) Generic(Rows) Pair[Row] { return Rows{} }
func (*Given) OtherType(n int64)         {}
func (*Given) OtherResult() int          { return 0 }
func (*Given) OtherVariadic(xs []int)    {}
func (*Given) OtherChan(c chan int)      {}
func (*Given) OtherArray(a [5]int)       {}
func (*Given) OtherArgs(p Pair[string])  {}
func (*Given) OtherTag(x struct{ A int "a" }) {}
func (*Given) OtherField(x struct{ B int }) {}
func (*Given) OtherIface(x interface{ Close() }) {}
func (*Given) unexported(n int)          {}
`

func check(t *testing.T, path, src string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path+".go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check(path, fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// ids returns the identity of each method of a named type, by name.
func ids(pkg *types.Package, name string) map[string]string {
	t := pkg.Scope().Lookup(name).Type()
	if !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	out := make(map[string]string)
	for sel := range types.NewMethodSet(t).Methods() {
		fn := sel.Obj().(*types.Func)
		out[fn.Name()] = methodID(fn.Id(), sel.Type())
	}
	return out
}

func TestMethodIDs(t *testing.T) {
	pkg := check(t, "m/p", spelled)
	asked, given := ids(pkg, "Asked"), ids(pkg, "Given")
	if len(asked) < 15 || len(asked) != len(given) {
		t.Fatalf("%d methods asked for, %d given", len(asked), len(given))
	}
	// The types' own judgement says which are the same.
	iface := pkg.Scope().Lookup("Asked").Type().Underlying().(*types.Interface)
	for m := range iface.Methods() {
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(pkg.Scope().Lookup("Given").Type()), true, pkg, m.Name())
		want := types.Identical(m.Type(), obj.Type())
		if got := asked[m.Name()] == given[m.Name()]; got != want {
			t.Errorf("%s: the same is %t, want %t", m.Name(), got, want)
		}
	}

	// Of two packages' types and unexported methods with the same names none
	// is the other's.
	far := ids(check(t, "m/far/p", spelled), "Given")
	for _, name := range []string{"Alias", "Walk", "unexported"} {
		if asked[name] == far[name] {
			t.Errorf("%s is taken for the one of another package", name)
		}
	}
	if asked["Bytes"] != far["Bytes"] {
		t.Error("Bytes differs although it is made of the same types")
	}
}
