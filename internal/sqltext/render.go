package sqltext

import (
	"go/ast"
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
	r := &rendering{fr: fr, c: c, at: s.at(), call: s.call, finish: s.effect.Finish, destination: d}
	return r.all()
}

// subselect returns statements in brackets.
func (fr *frame) subselect(cs chains, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var out texts
	for _, c := range cs {
		r := &rendering{fr: fr, c: c, at: at, finish: "select"}
		t := r.one()
		if !c.lib.Chain.Subselects && c.verb != "case" {
			t = concat(known("(", at), t, known(")", at))
		}
		out = union(out, texts{t})
	}
	return limit(out, maxAlternatives)
}

// group returns the conditions of statements as one condition; statements
// that have a verb are subselects.
func (fr *frame) group(cs chains, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var out texts
	for _, c := range cs {
		if c.verb == "unknown" {
			out = union(out, texts{c.parts[0].text})
			continue
		}
		if c.verb != "" || !c.has("where") {
			return fr.subselect(cs, e)
		}
		r := &rendering{fr: fr, c: c, at: at}
		r.conditions("", c.of("where"))
		t := concat(known("(", at), &Text{pieces: r.out}, known(")", at))
		if len(c.of("where")) == 1 {
			t = &Text{pieces: r.out}
		}
		out = union(out, texts{t})
	}
	return limit(out, maxAlternatives)
}

// aliased returns a statement in brackets with the alias that the argument
// behind it gives.
func (fr *frame) aliased(st *state, e ast.Expr, more []ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	var ts texts
	if cs, ok := fr.eval(st, e).(chains); ok {
		ts = fr.subselect(cs, e)
		if cs[0].lib.Chain.Subselects {
			ts = product(product(texts{known("(", at)}, ts), texts{known(")", at)})
		}
	} else {
		ts = texts{concat(known("(", at), holeText(hole{kind: fragmentHole, name: exprName(e)}), known(")", at))}
	}
	if len(more) > 0 {
		ts = product(product(ts, texts{known(" AS ", at)}), fr.names(st, more[0]))
	}
	return ts
}

// assignment is a column with the value it is given.
func (fr *frame) assignment(st *state, col texts, e ast.Expr) texts {
	at := origin{pos: e.Pos(), end: e.End()}
	return product(product(col, texts{known(" = ", at)}), fr.operand(st, e).texts)
}

// mapParts returns what a map of columns and values adds.
func (fr *frame) mapParts(st *state, s step, e ast.Expr) [][]part {
	at := origin{pos: e.Pos(), end: e.End()}
	v := fr.eval(st, e)
	if rec, ok := v.(*record); ok {
		if ps, ok := fr.structSet(st, s, rec, e); ok {
			return [][]part{ps}
		}
	}
	m, ok := v.(maps)
	if !ok {
		ps := []part{{clause: s.effect.Clause, text: holeText(hole{kind: fragmentHole, name: exprName(e)})}}
		if models.Of(s.lib.Chain.Naming, fr.typeOf(e), fr.prog) != nil {
			ps = append(ps, part{clause: "set fields"})
		}
		return [][]part{ps}
	}
	var out [][]part
	for _, p := range m {
		p = p.sorted()
		var ps []part
		for i, key := range p.keys {
			if s.lib.Chain.Names != "" {
				key = quoted(key, e)
			}
			if len(key) == 0 || len(p.vals[i].texts) == 0 {
				continue
			}
			if s.verb == "insert" {
				ps = append(ps, part{clause: "columns", text: key[0]}, part{clause: "value", text: p.vals[i].texts[0]})
				continue
			}
			t := concat(key[0], known(" = ", at), p.vals[i].texts[0])
			ps = append(ps, part{clause: s.effect.Clause, text: t})
		}
		if p.open {
			ps = append(ps, part{clause: s.effect.Clause, text: holeText(hole{kind: fragmentHole, name: exprName(e), repeat: true})})
		}
		out = append(out, ps)
	}
	return out
}

// row returns the values of one row.
func (fr *frame) row(st *state, s step, args []ast.Expr, spread bool) [][]part {
	at := s.at()
	out := texts{known("(", at)}
	for i, a := range args {
		if i > 0 {
			out = product(out, texts{known(", ", at)})
		}
		if spread && i == len(args)-1 {
			out = product(out, texts{holeText(hole{kind: fragmentHole, name: exprName(a)})})
			continue
		}
		out = product(out, fr.operand(st, a).texts)
	}
	out = product(out, texts{known(")", at)})
	var ps [][]part
	for _, t := range out {
		ps = append(ps, []part{{clause: s.effect.Clause, text: t}})
	}
	return ps
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
		out = append(out, style.more(r)...)
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
	if r.typ != nil && !r.c.has("raw") {
		r.model = models.Of(naming, r.typ, r.fr.prog)
	}
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
	case verb == "delete":
		r.delete()
	case verb == "truncate":
		r.say("TRUNCATE ")
		r.table()
		r.joined(" ", c.of("suffix"), " ")
	default:
		r.selects()
	}
	return concat(&Text{pieces: r.resolved()})
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
		case n > 0 && p.repeat:
			r.say(" ")
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
		case p.mode == "or":
			r.say(" OR ")
		default:
			r.say(" AND ")
		}
		n++
		wrap := group == "each" || group == "all" || p.mode == "not" || group == "compound" && len(ps) > 1 && compound(p.text) && !enclosed(p.text)
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

func (r *rendering) selects() {
	c := r.c
	style := styles[c.lib.Chain.Naming]
	wrapped := style != nil && style.countRows != "" && r.finish == "count" && (c.has("group") || c.has("distinct"))
	if wrapped {
		r.say("WITH " + style.countRows + " AS (")
	}
	union := c.of("union")
	if len(union) > 0 && style != nil && style.unionBrackets {
		r.say("(")
	}
	r.before()
	if r.finish == "exists" && style != nil && style.exists {
		r.say("SELECT EXISTS (")
	}
	r.say("SELECT ")
	r.joined("", c.of("options"), " ")
	if c.has("options") {
		r.say(" ")
	}
	if ps := c.of("distinct on"); len(ps) > 0 {
		r.joined("DISTINCT ON (", ps, ", ")
		r.say(") ")
	} else if c.has("distinct") && (r.finish != "count" || wrapped) {
		r.say("DISTINCT ")
	}
	r.selectList(style)
	if len(r.tables()) > 0 || r.open() || style != nil && !style.noTable {
		r.say(" FROM ")
		r.table()
	}
	r.joined(" ", r.joins(style), " ")
	r.where(style)
	r.joined(" GROUP BY ", c.of("group"), ", ")
	r.conditions(" HAVING ", c.of("having"))
	r.tail(style)
	if len(union) > 0 {
		if style != nil && style.unionBrackets {
			r.say(")")
		}
		r.joined(" ", union, " ")
	}
	if r.finish == "exists" && style != nil && style.exists {
		r.say(")")
	}
	if wrapped {
		r.say(") SELECT count(*) FROM " + style.countRows)
	}
}

func (r *rendering) joins(style *style) []part {
	ps := r.c.of("join")
	if style != nil && style.joins != nil {
		return style.joins(r, ps)
	}
	return ps
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

// tail adds what stands behind the rows: their order and number.
func (r *rendering) tail(style *style) {
	c := r.c
	if r.finish != "count" {
		order := c.of("order")
		if style != nil && style.order != nil {
			order = append(order, style.order(r)...)
		}
		r.joined(" ORDER BY ", order, ", ")
	}
	if r.finish == "count" && style != nil && style.countAll {
		return
	}
	limit, ok := c.last("limit")
	switch {
	case style != nil && style.limit[r.finish] == "?":
		r.say(" LIMIT ")
		r.add(paramText(r.at))
	case style != nil && style.limit[r.finish] != "":
		r.say(" LIMIT " + style.limit[r.finish])
	case ok:
		r.say(" LIMIT ")
		r.add(limit.text)
	}
	if offset, ok := c.last("offset"); ok {
		r.say(" OFFSET ")
		r.add(offset.text)
	}
	r.joined(" ", c.of("lock"), " ")
	r.joined(" ", c.of("suffix"), " ")
}

// selectList adds what is selected.
func (r *rendering) selectList(style *style) {
	cols := r.c.of("select")
	switch {
	case style != nil && style.list != nil && style.list(r, cols):
	case len(cols) > 0:
		r.joined("", cols, ", ")
	case r.open():
		r.out = append(r.out, piece{hole: &hole{kind: fragmentHole, name: "columns"}})
	default:
		r.say("*")
	}
}

// open reports whether the statement's beginning is not known.
func (r *rendering) open() bool { return r.c.has("unknown") || r.unknownStart() }

// tables returns what the statement is about: the first is its own table.
func (r *rendering) tables() []part {
	if style := styles[r.c.lib.Chain.Naming]; style != nil && style.tables != nil {
		return style.tables(r)
	}
	return r.c.of("table")
}

// others returns the tables beside the own one, where a statement has them in
// a clause of their own.
func (r *rendering) others() []part {
	others := r.c.of("from")
	if style := styles[r.c.lib.Chain.Naming]; style != nil && style.tables != nil {
		if ps := style.tables(r); len(ps) > 1 {
			others = append(ps[1:len(ps):len(ps)], others...)
		}
	}
	return others
}

// table adds the statement's own table.
func (r *rendering) table() {
	if ps := r.tables(); len(ps) > 0 {
		if style := styles[r.c.lib.Chain.Naming]; style != nil && style.tables != nil && r.verb() != "select" {
			ps = ps[:1]
		}
		r.joined("", ps, ", ")
		return
	}
	if r.model == nil {
		r.out = append(r.out, piece{hole: &hole{kind: sqlscan.HoleIdent, name: "table"}})
		return
	}
	r.say(quoteName(r.model.Table))
	if r.model.Alias != "" {
		r.say(" AS " + quoteName(r.model.Alias))
	}
}

func (r *rendering) where(style *style) {
	ps := r.c.of("where")
	if style != nil && style.where != nil {
		ps = style.where(r, ps)
	}
	r.conditions(" WHERE ", ps)
}

// unknownStart reports whether the statement begins with what a caller gives,
// and that is not a plain handle.
func (r *rendering) unknownStart() bool {
	return r.c.has("given") && r.c.verb != ""
}

func (r *rendering) insert() {
	c := r.c
	style := styles[c.lib.Chain.Naming]
	r.before()
	r.say("INSERT INTO ")
	r.table()
	cols := c.of("columns")
	if len(cols) == 0 && style != nil && style.written != nil {
		style.written(r)
	} else {
		if len(cols) > 0 {
			r.joined(" (", cols, ", ")
			r.say(")")
		}
		r.values()
	}
	if style != nil && style.conflict != nil {
		style.conflict(r)
	} else {
		r.joined(" ", c.of("conflict"), " ")
	}
	r.joined(" ", c.of("suffix"), " ")
	r.returning(style)
	if len(r.returned) > 0 && !c.has("returning") {
		r.say(" RETURNING " + strings.Join(r.returned, ", "))
	}
}

func (r *rendering) returning(style *style) {
	ps := r.c.of("returning")
	if style != nil && style.returning != nil {
		ps = style.returning(r, ps)
	}
	r.joined(" RETURNING ", ps, ", ")
}

// values adds the rows of an INSERT, or the statement that gives them.
func (r *rendering) values() {
	c := r.c
	if sub := c.of("from select"); len(sub) > 0 {
		r.joined(" ", sub, " ")
		return
	}
	if vals := c.of("value"); len(vals) > 0 {
		r.joined(" VALUES (", vals, ", ")
		r.say(")")
		return
	}
	if rows := c.of("values"); len(rows) > 0 {
		r.joined(" VALUES ", rows, ", ")
		return
	}
	r.say(" ")
	r.out = append(r.out, piece{hole: &hole{kind: fragmentHole, name: "values"}})
}

func (r *rendering) update() {
	c := r.c
	style := styles[c.lib.Chain.Naming]
	r.before()
	r.say("UPDATE ")
	r.table()
	r.say(" SET ")
	set := c.of("set")
	if style != nil && style.set != nil {
		set = style.set(r, set)
	}
	if len(set) > 0 {
		r.joined("", set, ", ")
	} else {
		r.out = append(r.out, piece{hole: &hole{kind: fragmentHole, name: "values"}})
	}
	r.joined(" FROM ", r.others(), ", ")
	r.joined(" ", r.joins(style), " ")
	r.where(style)
	r.tail(style)
	r.returning(style)
}

func (r *rendering) delete() {
	style := styles[r.c.lib.Chain.Naming]
	if style != nil && r.model != nil && r.model.SoftDelete != "" && !r.c.has("unscoped") {
		r.say("UPDATE ")
		r.table()
		r.say(" SET ")
		if style.softly != nil {
			r.add(style.softly(r))
		} else {
			r.add(concat(known(quoteName(r.model.SoftDelete)+" = ", r.at), paramText(r.at)))
		}
		r.where(style)
		r.returning(style)
		return
	}
	r.before()
	r.say("DELETE FROM ")
	r.table()
	r.joined(" USING ", r.others(), ", ")
	r.where(style)
	r.tail(style)
	r.returning(style)
}

// resolved puts names in the places that depend on the whole statement.
func (r *rendering) resolved() []piece {
	out := r.out
	for i, p := range out {
		if p.stands == 0 {
			continue
		}
		out[i].text, out[i].stands = r.standsFor(p.stands), 0
		if out[i].text == "" {
			out[i] = piece{hole: &hole{kind: sqlscan.HoleIdent, name: "table"}}
		}
	}
	return out
}

// standsFor returns what takes the place of a stand-in; "" if that is not
// known.
func (r *rendering) standsFor(s standIn) string {
	switch {
	case s == ownTable:
		return r.ownTable()
	case s == ownKey && r.model != nil && r.model.First != "":
		return quoteName(r.model.First)
	case s == ownKey && (r.model == nil || len(r.model.Keys()) == 0):
		return "id"
	case r.model == nil:
		return ""
	}
	list := func(names []string, table string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = table + quoteName(n)
		}
		return strings.Join(quoted, ", ")
	}
	var columns []string
	for _, c := range r.model.Columns {
		if !c.ReadOnly {
			columns = append(columns, c.Name)
		}
	}
	switch s {
	case ownKey:
		return quoteName(r.model.Keys()[0])
	case ownName:
		return quoteName(r.model.Table)
	case ownKeys:
		return list(r.model.Keys(), "")
	case ownTableKeys:
		return list(r.model.Keys(), r.ownTable()+".")
	case ownColumns:
		return list(columns, "")
	}
	return list(columns, r.ownTable()+".")
}

// ownTable is what columns of the statement's own table are qualified with:
// its alias, or its name; "" if that is not known.
func (r *rendering) ownTable() string {
	if r.model != nil && r.model.Alias != "" {
		return quoteName(r.model.Alias)
	}
	if ps := r.c.of("table"); len(ps) > 0 {
		if s, ok := ps[len(ps)-1].text.literal(); ok {
			words := strings.Fields(s)
			if len(words) > 0 {
				return words[len(words)-1]
			}
		}
		return ""
	}
	if r.model == nil {
		return ""
	}
	return quoteName(r.model.Table)
}

// A style is what a library with models adds to its statements.
type style struct {
	// exists: EXISTS is asked of the database, and not a row.
	exists bool
	// countRows is the name under which groups and distinct rows are counted;
	// "" if they are not.
	countRows string
	// countAll: LIMIT, OFFSET and locks are left out where rows are counted.
	countAll bool
	// unionBrackets: the first statement of a union stands in brackets.
	unionBrackets bool
	// noTable: a statement may have no table.
	noTable bool
	// begin changes the statement before it is rendered.
	begin func(r *rendering)
	// tables returns what the statement is about, its own table first; others
	// stand behind FROM or USING of a statement that is no SELECT.
	tables func(r *rendering) []part
	// limit is the LIMIT of a finisher.
	limit map[string]string
	// list adds the select list and reports whether it did; cols is what the
	// program selects.
	list func(r *rendering, cols []part) bool
	// joins replaces joins by name.
	joins func(r *rendering, ps []part) []part
	// where adds to the conditions, order to the order.
	where func(r *rendering, ps []part) []part
	order func(r *rendering) []part
	// set adds to the assignments of an UPDATE, written the columns and values
	// of an INSERT.
	set     func(r *rendering, ps []part) []part
	written func(r *rendering)
	// conflict adds what an INSERT does with rows that are there; returning
	// changes what is returned.
	conflict  func(r *rendering)
	returning func(r *rendering, ps []part) []part
	// softly is what is set where a row is marked as deleted; the column's new
	// value if nil.
	softly func(r *rendering) *Text
	// more are the statements sent besides.
	more func(r *rendering) texts
	// skip reports whether only more is sent.
	skip func(r *rendering) bool
	// edge is the condition that a row has others at the end of an edge for
	// which the condition with holds; nil if none is asked.
	edge func(fr *frame, s step, with texts) texts
}

// styles has the libraries by the name of their rules for models.
var styles map[string]*style

func init() {
	// Have: what a style does may ask for styles.
	styles = map[string]*style{"bun": &bunStyle, "ent": &entStyle, "goqu": &goquStyle, "gorm": &gormStyle, "gorm1": &gorm1Style, "xorm": &xormStyle}
}
