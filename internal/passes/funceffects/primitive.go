package funceffects

import (
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// A primitive is what the catalogue, or the shape of a generated client, says
// of a function: the axioms. Its effects have no path yet.
type primitive struct {
	api     apis.API
	effects []Effect
	params  []Param
}

// fromCatalogue turns an entry into effects and called parameters.
func fromCatalogue(fn *types.Func, api apis.API) *primitive {
	p := &primitive{api: api}
	add := func(k Kind, name string) {
		p.effects = append(p.effects, Effect{Kind: k, Name: name, Library: api.Library})
	}
	switch api.Role {
	case apis.SideEffect:
		kind, name := sideEffect(api.Effect)
		add(kind, name)
	case apis.Migrate:
		add(WriteDB, Migration)
	case apis.Listen:
		if api.RoundTrip && strings.HasPrefix(fn.Name(), "Wait") {
			add(Wait, "notification")
		}
	case apis.Open:
		if api.RoundTrip {
			add(Network, "connect")
		}
	case apis.Begin, apis.TxClosure:
		// Of what a signature alone tells it is not known.
		if api.Joins || api.Rule != "" {
			add(BeginTx, Joining)
		} else {
			add(BeginTx, "")
		}
	case apis.Query, apis.QueryRow, apis.Exec, apis.Prepare, apis.SendBatch, apis.Copy, apis.BuilderTerminal:
		if !api.RoundTrip || strings.HasPrefix(fn.Name(), "Ping") {
			break
		}
		what := ""
		if api.Role == apis.Prepare {
			what = Prepared
		}
		for _, kind := range roundTrips(fn, api) {
			add(kind, what)
		}
		// What is sent in one go, is sent for many.
		batch := api.Role == apis.SendBatch || api.Role == apis.Copy || strings.HasSuffix(fn.Name(), "InBatches")
		for i := range p.effects {
			p.effects[i].Batch = batch
			p.effects[i].SQL = verbOf(api.Stmt)
		}
	}
	p.params = calledParams(api)
	if len(p.effects) == 0 && len(p.params) == 0 && api.Role != apis.DryRun {
		return &primitive{api: api}
	}
	return p
}

// sideEffect maps the catalogue's effects to kinds.
func sideEffect(effect string) (Kind, string) {
	switch effect {
	case "email":
		return Mail, ""
	case "queue":
		return Publish, ""
	case "file_read", "file_write":
		return File, effect
	case "exec":
		return Exec, ""
	case "sleep":
		return Sleep, ""
	case "cpu":
		return CPU, ""
	}
	return Network, effect
}

// roundTrips returns the kinds of a call that goes to the database, as far as
// they are known without its text.
func roundTrips(fn *types.Func, api apis.API) []Kind {
	stmt := strings.TrimPrefix(api.Stmt, "raw")
	if stmt != "" && stmt != "any" && stmt != "exec" {
		reads := strings.Contains(stmt, "select")
		writes := stmt != "select"
		switch {
		case reads && writes:
			return []Kind{ReadDB, WriteDB}
		case writes:
			return []Kind{WriteDB}
		}
		return []Kind{ReadDB}
	}
	switch api.Role {
	case apis.Exec, apis.SendBatch, apis.Copy:
		return []Kind{WriteDB}
	case apis.BuilderTerminal:
		if api.Result == "exec" || stmt == "exec" || api.Result == "" && writeName(fn.Name()) {
			return []Kind{WriteDB}
		}
	}
	return []Kind{ReadDB}
}

// writeName reports whether the name of a method that runs a built query says
// that it writes.
func writeName(name string) bool {
	for _, p := range [...]string{"Exec", "Insert", "Update", "Delete", "Upsert", "Save", "Create", "Destroy", "Remove", "Replace", "Set", "Add"} {
		if strings.HasPrefix(strings.TrimPrefix(name, "Must"), p) {
			return true
		}
	}
	return false
}

// verbOf returns the verb of an ORM call that has exactly one.
func verbOf(stmt string) string {
	switch stmt {
	case "select", "insert", "update", "delete", "merge":
		return strings.ToUpper(stmt)
	}
	return ""
}

// calledParams returns the func parameters that an entry calls.
func calledParams(api apis.API) []Param {
	var out []Param
	if api.FnArg != apis.None {
		p := Param{Index: api.FnArg, Times: PerElement}
		switch {
		case api.Role == apis.TxClosure:
			p.Times, p.InTx = Once, true
		case api.Role == apis.ConnAcquire, api.Retries, api.Once:
			p.Times = Once
		case api.Spawn:
			p.Times, p.Async = Once, true
		case api.Role != apis.HOF:
			p.Times = Stored // DryRun: nothing runs
		}
		out = append(out, p)
	}
	if api.RowFn != apis.None {
		out = append(out, Param{Index: api.RowFn, Times: PerRow})
	}
	if api.BatchFn != apis.None {
		p := Param{Index: api.BatchFn, Times: PerBatch}
		if api.Role == apis.DataLoader {
			p.Times = Stored
		}
		out = append(out, p)
	}
	return out
}

// A lookup finds the primitives, once a function.
type lookup struct {
	apis  *apis.Catalogue
	found map[*types.Func]*primitive
}

// of returns what is known of fn without a look at any body; nil if nothing
// is.
func (l lookup) of(fn *types.Func) *primitive {
	if p, ok := l.found[fn]; ok {
		return p
	}
	p := l.find(fn)
	l.found[fn] = p
	return p
}

func (l lookup) find(fn *types.Func) *primitive {
	if fn.Pkg() == nil {
		return nil // error.Error
	}
	if api, ok := l.apis.Own(fn); ok {
		return fromCatalogue(fn, api) // even if there is a body to look at
	}
	path := fn.Pkg().Path()
	lib, listed := apis.LibraryOf(path)
	switch {
	case apis.Standard(path):
		if listed {
			if api, ok := lib.Lookup(fn); ok {
				return fromCatalogue(fn, api)
			}
		}
		return stdPrimitive(fn)
	case listed:
		if api, ok := l.apis.Lookup(fn); ok {
			return fromCatalogue(fn, api)
		}
	case golang.IsInterfaceMethod(fn):
		// A signature answers only where no body can.
		if api, ok := l.apis.Lookup(fn); ok {
			return fromCatalogue(fn, api)
		}
	}
	if p := remote(fn); p != nil {
		return p
	}
	if p := entTerminal(fn); p != nil {
		return p
	}
	if listed {
		if fn.Name() == "Wait" && (lib.Module == "golang.org/x/sync" || lib.Module == "github.com/sourcegraph/conc") {
			return &primitive{effects: []Effect{{Kind: Wait}}}
		}
		if params := elementwise(fn.Signature()); len(params) > 0 {
			return &primitive{params: params}
		}
		return &primitive{} // known, and of no interest
	}
	return nil
}

// stdPrimitive knows functions of the standard library that call their
// argument, beyond those that the catalogue lists.
func stdPrimitive(fn *types.Func) *primitive {
	one := func(p Param) *primitive { return &primitive{params: []Param{p}} }
	switch fn.FullName() {
	case "(*sync.Once).Do":
		return one(Param{Index: 0, Times: Once, Cached: true})
	case "(*sync.Map).Range":
		return one(Param{Index: 0, Times: PerElement})
	case "runtime/pprof.Do", "runtime/trace.WithRegion":
		return one(Param{Index: 2, Times: Once})
	case "time.AfterFunc":
		return one(Param{Index: 1, Times: Stored}) // nobody knows what goes on by then
	case "(*sync.WaitGroup).Wait", "(*sync.Cond).Wait":
		return &primitive{effects: []Effect{{Kind: Wait}}}
	case "(*testing.common).Cleanup", "(*testing.T).Run", "(*testing.B).Run", "(*testing.F).Fuzz":
		return nil // tests are not the program
	}
	if params := elementwise(fn.Signature()); len(params) > 0 {
		return &primitive{params: params}
	}
	return nil
}

// elementwise returns the func parameters of a function without a visible
// body that are called once per element by their types: the callback takes
// what another parameter holds many of. An iterator is called once.
func elementwise(sig *types.Signature) []Param {
	var out []Param
	params := sig.Params()
	for i := range params.Len() {
		fn, ok := params.At(i).Type().Underlying().(*types.Signature)
		if !ok || fn.Params().Len() == 0 {
			continue
		}
		if isIterator(fn) {
			out = append(out, Param{Index: i, Times: Once})
			continue
		}
		for j := range params.Len() {
			if i != j && takesElement(fn, params.At(j).Type()) {
				out = append(out, Param{Index: i, Times: PerElement})
				break
			}
		}
	}
	return out
}

// isIterator reports whether calls of fn are a range over func.
func isIterator(fn *types.Signature) bool {
	if fn.Params().Len() != 1 || fn.Results().Len() != 0 {
		return false
	}
	yield, ok := fn.Params().At(0).Type().Underlying().(*types.Signature)
	return ok && yield.Results().Len() == 1 && types.Identical(yield.Results().At(0).Type().Underlying(), types.Typ[types.Bool])
}

// takesElement reports whether one of the first two parameters of fn has the
// type of what a value of type many holds many of.
func takesElement(fn *types.Signature, many types.Type) bool {
	elem := elementOf(many)
	if elem == nil {
		return false
	}
	for k := range min(2, fn.Params().Len()) {
		t := fn.Params().At(k).Type()
		if types.Identical(t, elem) {
			return true
		}
		if p, ok := types.Unalias(t).(*types.Pointer); ok && types.Identical(p.Elem(), elem) {
			return true
		}
	}
	return false
}

// elementOf returns what a slice, array, map, channel, string or iterator
// holds many of; nil for other types.
func elementOf(t types.Type) types.Type {
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		t = golang.Core(tp)
		if t == nil {
			return nil
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	case *types.Chan:
		return u.Elem()
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			return types.Universe.Lookup("rune").Type()
		}
	case *types.Signature:
		if isIterator(u) {
			yield := u.Params().At(0).Type().Underlying().(*types.Signature)
			if n := yield.Params().Len(); n > 0 {
				return yield.Params().At(n - 1).Type()
			}
		}
	}
	return nil
}
