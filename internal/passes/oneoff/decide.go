package oneoff

import (
	"fmt"
	"go/token"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// changesSchema begins what is said of functions that change the schema
// themselves.
const changesSchema = "changes the schema itself"

// decide says of each unit whether it runs once.
func (g *graph) decide() {
	g.exported()
	for _, u := range g.order {
		at, further := u.changes, u.handed || u.fn != nil && u.fn.Signature().Recv() != nil
		if !at.IsValid() {
			at, further = u.ensures, u.handed
		}
		if at.IsValid() && !u.temporary {
			u.once(fmt.Sprintf("%s at line %d", changesSchema, g.line(at)), spreadIf(further))
		}
	}
	for _, gr := range g.sets {
		for _, r := range g.runs {
			if gr.elem != nil && (r.list != nil && r.list == gr.holder || ownStruct(r.elem, g.pass.Pkg) && types.Identical(golang.Deref(r.elem), golang.Deref(gr.elem))) {
				gr.runner = r.in
			}
		}
		if u := gr.runner; u != nil && gr.ofChanges() {
			u.once(fmt.Sprintf("runs the schema changes listed at line %d", g.line(gr.at)), spreadIf(u.handed || u.fn != nil && u.fn.Signature().Recv() != nil))
		}
	}
	for changed := true; changed; {
		changed = false
		for _, u := range g.order {
			why, s := g.led(u)
			changed = u.once(why, s) || changed
		}
	}
}

// spreadIf: what is handed a database and changes its schema does that and no
// more; a function that finds the database itself may then go on to serve.
func spreadIf(further bool) spread {
	if further {
		return callees
	}
	return itself
}

// once notes that a unit runs once, and reports whether that is news.
func (u *unit) once(why string, s spread) bool {
	if why == "" || u.why != "" && u.spread >= s {
		return false
	}
	if u.why == "" {
		u.why = why
	}
	u.spread = s
	return true
}

// led returns how it is known that only code that runs once leads to a unit; ""
// if it is not.
func (g *graph) led(u *unit) (string, spread) {
	why, listed, least := "", false, inside
	for _, r := range u.refs {
		if r.test || r.from == u {
			continue
		}
		if r.tool != "" {
			why, listed = "is handed to the migration tool "+r.tool, true
			continue
		}
		if gr := changeGroup(r.groups); gr != nil {
			why, listed = fmt.Sprintf("is one of the schema changes listed at line %d", g.line(gr.at)), true
			continue
		}
		if r.from == nil || r.from.why == "" || r.use == kept || r.from.spread == itself || r.use == handed && r.from.spread != inside {
			return "", itself
		}
		least = min(least, r.from.spread)
		if why == "" {
			why = "is reached only from " + r.from.name + ", which runs once"
		}
	}
	if u.fn != nil && !listed && (u.fn.Exported() && g.pass.Pkg.Name() != "main" || g.methods[u.fn.Name()] && u.fn.Signature().Recv() != nil) {
		return "", itself // others may call it
	}
	return why, least
}

func changeGroup(groups []*group) *group {
	for _, gr := range groups {
		if gr.ofChanges() {
			return gr
		}
	}
	return nil
}

// ofChanges reports whether a group is one of schema changes. A list that is
// run from its first element to its last is if any of them is a change; of
// functions that are kept for other ends, most of those that talk to the
// database must be.
func (gr *group) ofChanges() bool {
	defining, changing, sending := false, 0, 0
	for u := range gr.members {
		defines := u.reaches(make(map[*unit]bool), (*unit).defines)
		defining = defining || defines
		switch {
		case defines || u.reaches(make(map[*unit]bool), func(u *unit) bool { return u.dynamic || len(u.ends) > 0 }):
			changing++
		case u.reaches(make(map[*unit]bool), func(u *unit) bool { return u.sends }):
			sending++
		}
	}
	if gr.runner != nil {
		return defining
	}
	return changing > 1 && changing > sending
}

func (u *unit) defines() bool { return !u.temporary && (u.changes.IsValid() || u.ensures.IsValid()) }

// reaches reports whether f holds for the unit or one that it calls.
func (u *unit) reaches(seen map[*unit]bool, f func(*unit) bool) bool {
	if seen[u] {
		return false
	}
	seen[u] = true
	if f(u) {
		return true
	}
	for _, c := range u.calls {
		if c.reaches(seen, f) {
			return true
		}
	}
	return false
}

// exported makes groups of the functions of one signature that nothing in the
// package calls and that are handed a database: others list them.
func (g *graph) exported() {
	type key struct{ params string }
	for _, u := range g.order {
		if u.fn == nil || !u.fn.Exported() || u.fn.Signature().Recv() != nil || !u.handed || len(u.refs) > 0 {
			continue
		}
		k := key{}
		for p := range u.fn.Signature().Params().Variables() {
			k.params += types.TypeString(p.Type(), nil) + ","
		}
		r := ref{}
		(&walker{graph: g}).join(u, &r, k, u.fn.Pos())
		u.refs = append(u.refs, r)
	}
}

// ownStruct reports whether t is a struct of the package, whose values are its
// own.
func ownStruct(t types.Type, pkg *types.Package) bool {
	if t == nil {
		return false
	}
	n, ok := golang.Deref(t).(*types.Named)
	if !ok || n.Obj().Pkg() != pkg {
		return false
	}
	_, ok = n.Underlying().(*types.Struct)
	return ok
}

func (g *graph) line(pos token.Pos) int { return g.pass.Fset.Position(pos).Line }
