package sqltext

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A rendering turns one statement under construction into SQL.
type rendering struct {
	fr     *frame
	c      *chain
	at     origin // of what the call itself adds
	call   *ast.CallExpr
	finish string // see apis.Effect
	destination
	model *models.Model // nil if none is known
	out   []piece
	// returned are the columns that an INSERT asks the database for.
	returned []string
}

// statements returns the SQL that a finisher sends: its alternatives, and
// what it sends besides.
func (fr *frame) statements(st *state, s step) texts {
	e, args := s.effect, s.call.Args
	cs := fr.before(st, s)
	if e.Form != "" && e.Clause != "" {
		cs = fr.apply(st, s, cs)
	}
	if e.Also != nil && e.Also.Arg < len(args) {
		cs = fr.apply(st, step{s.lib, *e.Also, s.verb, s.fn, s.call}, cs)
	}
	if e.Inline > 0 && e.Inline < len(args) {
		w := step{s.lib, apis.Effect{Clause: "where", Form: "cond", Arg: e.Inline}, s.verb, s.fn, s.call}
		cs = fr.apply(st, w, cs)
	}
	var d destination
	if e.Dest > 0 && e.Dest <= len(args) {
		d = fr.destination(st, s, args[e.Dest-1])
	}
	var out texts
	for _, c := range cs {
		if e.Verb != "" {
			other := *c
			other.verb = e.Verb
			c = &other
		}
		for _, r := range fr.prog.renderings(fr, c, s, d) {
			out = union(out, texts{fr.marked(r, c, e.Finish, d)})
		}
	}
	return limit(out, maxElements)
}

// rendered returns statements as text, for a call that returns it.
func (fr *frame) rendered(cs chains, call *ast.CallExpr, finish string) texts {
	var out texts
	for _, c := range cs {
		s := step{lib: c.lib, effect: apis.Effect{Finish: finish}, call: call}
		for _, r := range fr.prog.renderings(fr, c, s, destination{}) {
			out = union(out, texts{fr.marked(r, c, finish, destination{})})
		}
	}
	return limit(out, maxAlternatives)
}

func (p *Program) renderings(fr *frame, c *chain, s step, d destination) texts {
	var out texts
	for _, c := range c.sorted().pages() {
		r := &rendering{fr: fr, c: c, at: s.at(), call: s.call, finish: s.effect.Finish, destination: d}
		out = append(out, r.all()...)
	}
	return out
}

// pages returns the statement with its OFFSET as the library writes it: one of
// 0 is left out, and one that is not known may be 0.
func (c *chain) pages() chains {
	style := styles[c.lib.Chain.Naming]
	p, ok := c.last("offset")
	if !ok || style == nil || !style.noOffset0 || p.repeat {
		return chains{c}
	}
	switch lit, ok := p.text.literal(); {
	case lit == "0":
		return chains{c.without("offset")}
	case ok && lit != "?":
		return chains{c}
	}
	return chains{c, c.without("offset")}
}

// all returns the statement, and those that the same call sends besides.
func (r *rendering) all() texts {
	r.findModel()
	style := styles[r.c.lib.Chain.Naming]
	var out texts
	if style == nil || style.skip == nil || !style.skip(r) {
		out = texts{r.one()}
	}
	if style != nil && style.more != nil {
		for _, t := range style.more(r) {
			out = append(out, &Text{pieces: t.pieces, besides: len(out) > 0, when: r.c.when})
		}
	}
	return out
}

// findModel finds the model that the statement is about.
func (r *rendering) findModel() {
	if r.model != nil {
		return
	}
	naming := r.c.lib.Chain.Naming
	if naming == "" {
		return
	}
	if p, ok := r.c.last("model"); ok {
		r.model = models.Of(naming, p.typ, r.fr.prog)
		return
	}
	if r.typ == nil || r.c.has("raw") {
		return
	}
	r.model = models.Of(naming, r.typ, r.fr.prog)
	if st := unnamedStruct(r.typ); st != nil && r.c.has("table") {
		// Have: a type without a name has no table, and can say how its rows are deleted.
		named := types.NewNamed(types.NewTypeName(0, r.fr.prog.pkg, "row", nil), st, nil)
		if m := models.Of(naming, named, r.fr.prog); m != nil && m.SoftDelete != "" {
			r.model = m
		}
	}
}

// unnamedStruct returns the struct type without a name that t is, or a pointer
// to one or a slice of them; nil if it is something else.
func unnamedStruct(t types.Type) *types.Struct {
	st, _ := behind(t).(*types.Struct)
	return st
}

// modelUnknown reports whether the statement is about a model that is not known:
// what the library adds for one is not known, either.
func (r *rendering) modelUnknown() bool {
	t := r.typ
	if p, ok := r.c.last("model"); ok {
		t = p.typ
	}
	if t == nil || r.model != nil || styles[r.c.lib.Chain.Naming] == nil {
		return false
	}
	for range 8 {
		switch u := types.Unalias(t).(type) {
		case *types.TypeParam:
			return true
		case *types.Pointer:
			t = u.Elem()
			continue
		case *types.Slice:
			t = u.Elem()
			continue
		case *types.Named:
			switch u.Underlying().(type) {
			case *types.Struct:
				return !models.IsValue(u)
			case *types.Interface:
				return true
			}
			t = u.Underlying()
			continue
		}
		return types.IsInterface(t)
	}
	return false
}

// one returns the statement.
func (r *rendering) one() *Text {
	r.findModel()
	if style := styles[r.c.lib.Chain.Naming]; style != nil && style.begin != nil {
		style.begin(r)
	}
	c := r.c
	switch verb := r.verb(); {
	case c.has("raw"):
		p, _ := c.last("raw")
		r.add(p.text)
	case verb != "unknown" && (c.has("unknown") || r.unknownStart()):
		// Have: what the statement begins with may be any clause of it.
		for _, p := range c.parts {
			if p.clause == "unknown" || p.clause == "given" {
				r.add(p.text)
				break
			}
		}
	case verb == "case":
		r.joined("CASE ", append(append(c.of("value"), c.of("when")...), c.of("else")...), " ")
		r.say(" END")
	case verb == "unknown":
		r.add(c.parts[0].text)
	case verb == "insert":
		r.insert()
	case verb == "update":
		r.update()
	case verb == "delete" && r.modelUnknown():
		r.lacks(fragmentHole, "statement") // Have: it may mark the rows as deleted.
	case verb == "delete":
		r.delete()
	case verb == "truncate":
		r.say("TRUNCATE ")
		r.joined("", r.tables(), ", ")
		r.joined(" ", c.of("suffix"), " ")
	default:
		r.selects()
	}
	return concat(&Text{pieces: r.resolved(), when: r.c.when})
}

func (r *rendering) verb() string {
	if r.c.verb != "" {
		return r.c.verb
	}
	switch r.finish {
	case "insert", "delete":
		return r.finish
	case "save":
		// Have: a new row, or several, which are written whether there or not.
		if style := styles[r.c.lib.Chain.Naming]; style != nil && style.conflict != nil && !r.c.has("given") && r.typ != nil && (!r.row && r.into == 0 || r.severalRows()) {
			return "insert"
		}
		return "update"
	case "update", "update columns":
		return "update"
	}
	return "select"
}

func (r *rendering) say(s string) { r.out = append(r.out, piece{text: s, from: r.at}) }

func (r *rendering) add(t *Text) { r.out = append(r.out, t.pieces...) }

// joined adds the texts of parts with a separator.
func (r *rendering) joined(before string, ps []part, sep string) {
	n := 0
	for _, p := range ps {
		if p.text == nil || len(p.text.pieces) == 0 {
			continue
		}
		switch {
		case p.repeat && p.text.pieces[0].hole != nil && (n > 0 || strings.HasPrefix(before, " ")):
			r.say(" ") // Have: it may be nothing.
		case n > 0:
			r.say(sep)
		default:
			r.say(before)
		}
		n++
		r.add(p.text)
	}
}

// conditions adds conditions, joined as their modes say.
func (r *rendering) conditions(before string, ps []part) {
	n := 0
	group := r.c.lib.Chain.Group
	var perhaps []part
	all := group == "all" && len(ps) > 1
	for _, p := range ps {
		if p.text == nil || len(p.text.pieces) == 0 {
			continue
		}
		if p.perhaps() {
			// Have: what may be there or not joins itself to what is.
			if n == 0 {
				perhaps = append(perhaps, p)
				continue
			}
			r.say(" ")
			r.add(p.text)
			continue
		}
		switch {
		case n == 0:
			if r.say(before); all {
				r.say("(")
			}
			// Have: it brings the AND behind it.
			for _, q := range perhaps {
				r.add(q.text)
				r.say(" ")
			}
			perhaps = nil
		case p.mode == "or":
			r.say(" OR ")
		case p.mode == "and not":
			r.say(" AND NOT ")
		default:
			r.say(" AND ")
		}
		n++
		wrap := group == "each" && p.mode != "bare" || group == "all" || p.mode == "not" || group == "compound" && len(ps) > 1 && compound(p.text) && !enclosed(p.text)
		if p.mode == "not" {
			r.say("NOT ")
		}
		if wrap {
			r.say("(")
		}
		r.add(p.text)
		if wrap {
			r.say(")")
		}
	}
	r.joined(" ", perhaps, " ")
	if all && n > 0 {
		r.say(")")
	}
}

// perhaps reports whether a part is any number of conditions that are not
// known, none included.
func (p part) perhaps() bool {
	return len(p.text.pieces) == 1 && p.text.pieces[0].hole != nil && p.text.pieces[0].hole.repeat
}

// enclosed reports whether a condition stands in brackets already.
func enclosed(t *Text) bool {
	s := t.Source().Text
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return false
	}
	toks := sqlscan.Scan(s)
	match := sqlscan.Brackets(s, toks)
	return len(match) > 0 && match[0] == len(toks)-1
}

// compound reports whether a condition has an AND or OR of its own.
func compound(t *Text) bool {
	s := strings.ToUpper(t.Source().Text)
	return strings.Contains(s, " AND ") || strings.Contains(s, " OR ")
}

// before adds what stands before the verb.
func (r *rendering) before() {
	start := len(r.out)
	r.joined("WITH ", r.c.of("with"), ", ")
	if len(r.out) > start && r.c.has("prefix") {
		r.say(" ")
	}
	r.joined("", r.c.of("prefix"), " ")
	if len(r.out) > start {
		r.say(" ")
	}
}
