package funceffects

import (
	"go/ast"
	"go/types"
	"reflect"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"
)

// TestLock holds the lock and asks everything that rules may ask: nobody gets
// an answer before the lock is free. Rules run at the same time, and which of
// them finds a thing first is chance, so the race itself is none to test.
func TestLock(t *testing.T) {
	r := &Result{s: &solver{g: &graph{
		pass:     &analysis.Pass{},
		info:     new(types.Info),
		prims:    lookup{found: make(map[*types.Func]*primitive)},
		imported: make(map[*types.Func]*Summary),
	}}}
	fn := types.Universe.Lookup("error").Type().Underlying().(*types.Interface).Method(0)
	asked := reflect.ValueOf(r)
	answers := make(chan string)
	waiting := asked.NumMethod()
	r.mu.Lock()
	for i := range asked.NumMethod() {
		m := asked.Method(i)
		in := make([]reflect.Value, m.Type().NumIn())
		for k := range in {
			switch m.Type().In(k) {
			case reflect.TypeFor[*types.Func]():
				in[k] = reflect.ValueOf(fn)
			case reflect.TypeFor[*ast.CallExpr]():
				in[k] = reflect.ValueOf(&ast.CallExpr{Fun: ast.NewIdent("f")})
			case reflect.TypeFor[types.Type]():
				in[k] = reflect.ValueOf(types.Universe.Lookup("error").Type())
			case reflect.TypeFor[Effect]():
				in[k] = reflect.ValueOf(Effect{If: []Cond{{Is: []string{"nil"}}}})
			case reflect.TypeFor[[]int]():
				in[k] = reflect.ValueOf([]int{0})
			default:
				t.Fatalf("%s takes a %v: give it one here", asked.Type().Method(i).Name, m.Type().In(k))
			}
		}
		go func() {
			m.Call(in)
			answers <- asked.Type().Method(i).Name
		}()
	}
	select {
	case name := <-answers:
		t.Errorf("%s does not wait for the lock", name)
		waiting--
	case <-time.After(50 * time.Millisecond):
	}
	r.mu.Unlock()
	for range waiting {
		select {
		case <-answers:
		case <-time.After(10 * time.Second):
			t.Fatal("no answer")
		}
	}
}
