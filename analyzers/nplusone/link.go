package nplusone

import (
	"encoding/json"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
)

// LinkCategory marks the diagnostic that holds what the package gives to the
// link step, as JSON. A driver must not show it.
const LinkCategory = "link"

// linking is set by the sqlvet command, the one driver that sees all packages
// at once.
var linking bool

func init() {
	Analyzer.Flags.BoolVar(&linking, "link", false, "internal: report what the link step needs")
}

// describe reports what the package gives to the link step.
func (c *checker) describe() error {
	p := link.Package{Loops: c.open}
	scope := c.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || strings.HasSuffix(c.pass.Fset.Position(tn.Pos()).Filename, "_test.go") {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok || named.TypeParams().Len() > 0 {
			continue
		}
		if types.IsInterface(named) {
			if ms := signatures(types.NewMethodSet(named)); len(ms) > 0 {
				p.Interfaces = append(p.Interfaces, link.Interface{Name: c.pass.Pkg.Path() + "." + name, Methods: ms})
			}
			continue
		}
		if t, ok := c.implementation(named); ok {
			p.Types = append(p.Types, t)
		}
	}
	if len(p.Loops)+len(p.Interfaces)+len(p.Types) == 0 || len(c.pass.Files) == 0 {
		return nil
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.pass.Report(analysis.Diagnostic{Pos: c.pass.Files[0].Name.Pos(), Category: LinkCategory, Message: string(data)})
	return nil
}

// implementation describes a type whose methods reach a database, themselves
// or through interfaces.
func (c *checker) implementation(named *types.Named) (link.Type, bool) {
	set := types.NewMethodSet(types.NewPointer(named))
	t := link.Type{Name: "(*" + named.Obj().Pkg().Name() + "." + named.Obj().Name() + ")", Effects: make(map[string][]funceffects.Effect)}
	for sel := range set.Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		if es := reaching(c.effects.Of(fn)); len(es) > 0 {
			t.Effects[fn.Name()] = es
		}
	}
	if len(t.Effects) == 0 {
		return t, false
	}
	t.Methods = signatures(set)
	return t, true
}

// reaching returns the effects that are, or may turn out to be, round trips.
func reaching(es []funceffects.Effect) []funceffects.Effect {
	var out []funceffects.Effect
	for _, e := range es {
		if e.Kind.Database() || e.Kind == funceffects.Unknown && e.Name != "" {
			out = append(out, e)
		}
	}
	return out
}

// signatures returns name and signature of each method, sorted. Parameter
// names are left out: they do not make methods different.
func signatures(set *types.MethodSet) []string {
	var out []string
	for sel := range set.Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok {
			continue
		}
		sig := fn.Signature()
		var b strings.Builder
		b.WriteString(fn.Id())
		b.WriteString(tuple(sig.Params()))
		if sig.Variadic() {
			b.WriteString("...")
		}
		b.WriteString(tuple(sig.Results()))
		out = append(out, b.String())
	}
	slices.Sort(out)
	return out
}

func tuple(t *types.Tuple) string {
	var b strings.Builder
	b.WriteByte('(')
	for v := range t.Variables() {
		b.WriteString(types.TypeString(v.Type(), nil))
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}

// leave keeps a loop for the link step: what it calls is not known here.
func (c *checker) leave(cand candidate) {
	v := c.decide(cand)
	if !v.report || v.category == "hoist" || c.loops.OnElement(v.loop, cand.call) {
		return
	}
	f := suppress.Finding{Pos: cand.at.Pos(), End: cand.at.End(), Also: []token.Pos{cand.call.Lparen, v.loop.Pos()}, Rule: name}
	if !suppress.Admits(c.pass, f) {
		return
	}
	fset := c.pass.Fset
	l := link.Loop{
		Posn: fset.Position(cand.at.Pos()).String(), End: fset.Position(cand.at.End()).String(),
		LoopPosn: fset.Position(v.loop.Pos()).String(), Why: v.loop.Why, Line: v.loop.Line, Kind: uint8(v.loop.Kind),
		Unknown: cand.effects,
	}
	if v.outer != nil {
		l.Outer = v.outer.Line
	}
	c.open = append(c.open, l)
}

// LinkVerdict returns what -explain says of a loop that the link step
// resolved.
func LinkVerdict(f link.Found) string {
	what := "reported"
	if _, _, ok := LinkFinding(f); !ok {
		what = "left alone"
	}
	return explanation(what, f.Effect, &loops.Loop{Line: f.Line, Why: f.Why}, "through "+f.Effect.Through)
}

// LinkFinding returns category and message of a loop that the link step
// resolved; ok is false if the flags leave it out.
func LinkFinding(f link.Found) (category, text string, ok bool) {
	e := f.Effect
	v := verdict{category: "read", loop: &loops.Loop{Kind: loops.Kind(f.Kind), Line: f.Line}}
	if e.Kind == funceffects.WriteDB {
		v.category = "write"
	}
	if v.loop.Kind == loops.Resolver {
		v.category = "resolver"
	}
	if f.Outer > 0 {
		v.outer = &loops.Loop{Line: f.Outer}
	}
	if minimum == "certain" || v.category == "write" && !writes {
		return "", "", false
	}
	return v.category, message(e, v), true
}
