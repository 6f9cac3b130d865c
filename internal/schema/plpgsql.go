package schema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A certainty says whether the statements of a block run.
type certainty uint8

const (
	// runs: they run.
	runs certainty = iota
	// fits: they run where they can. That is the idiom "IF NOT EXISTS (SELECT
	// FROM pg_type …) THEN CREATE TYPE", and that of a handler that swallows
	// the error: the end is the same whether they ran or had run before.
	fits
	// unsure: whether or how often they run is not known.
	unsure
)

// A block reads PL/pgSQL as far as it decides which DDL runs.
type block struct {
	r    *replayer
	text string
	toks []sqlscan.Token
	i    int
	line int // of the body's first line in the file
	// touched are the tables that something not replayed may have changed;
	// left is set if it may have changed anything else.
	touched []name
	left    bool
	// handlers holds the BEGINs that have a handler for errors, ends where the
	// lists of statements end that were probed, by their first tokens.
	handlers map[int]bool
	ends     map[int]int
}

// runBlock replays the DDL of a PL/pgSQL body.
func (r *replayer) runBlock(body string, line int, how certainty) *block {
	b := &block{r: r, text: body, toks: sqlscan.Significant(sqlscan.Scan(body)), line: line, ends: make(map[int]int)}
	b.handlers = b.handled()
	for b.i < len(b.toks) {
		at := b.i
		b.statements(how)
		if b.i == at {
			b.i++ // an END without a beginning
		}
	}
	return b
}

func (b *block) word(at int) string {
	if at < 0 || at >= len(b.toks) || b.toks[at].Kind == sqlscan.String || b.toks[at].Kind == sqlscan.Quoted {
		return ""
	}
	return strings.ToLower(b.toks[at].Text(b.text))
}

// until moves to the next of the words outside brackets and returns the text
// before it.
func (b *block) until(words ...string) string {
	from, depth := b.i, 0
	for ; b.i < len(b.toks); b.i++ {
		w := b.word(b.i)
		switch {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case depth <= 0:
			for _, want := range words {
				if w == want {
					return b.span(from, b.i)
				}
			}
		}
	}
	return b.span(from, b.i)
}

func (b *block) span(from, to int) string {
	if from >= to || from >= len(b.toks) {
		return ""
	}
	return b.text[b.toks[from].Start:b.toks[to-1].End]
}

// statements reads up to the word that ends a list of them.
func (b *block) statements(how certainty) {
	if b.r == nil {
		defer func(from int) { b.ends[from] = b.i }(b.i)
	}
	for b.i < len(b.toks) {
		switch b.word(b.i) {
		case "end", "else", "elsif", "elseif", "exception", "when":
			return
		case ";":
			b.i++
		case "declare":
			b.until("begin")
		case "begin":
			b.nested(how)
		case "if":
			b.conditional(how)
		case "for", "foreach", "while":
			b.until("loop")
		case "loop":
			b.i++
			b.statements(unsure)
			b.end("loop")
		case "case":
			b.cases()
		case "<<":
			b.i += 3 // a label
		default:
			b.simple(how)
		}
	}
}

// end moves behind END, the word that may follow it, and the semicolon.
func (b *block) end(word string) {
	if b.word(b.i) != "end" {
		return
	}
	if b.i++; b.word(b.i) == word {
		b.i++
	}
	if b.word(b.i) == ";" {
		b.i++
	}
}

// nested reads BEGIN … [EXCEPTION …] END.
func (b *block) nested(how certainty) {
	if how == runs && b.handlers[b.i] {
		how = fits
	}
	b.i++
	b.statements(how)
	if b.word(b.i) == "exception" {
		b.i++
		for b.word(b.i) == "when" {
			b.until("then")
			b.i++
			b.statements(unsure)
		}
	}
	b.end("")
}

// handled returns the BEGINs whose block has a handler for errors.
func (b *block) handled() map[int]bool {
	out := make(map[int]bool)
	var open []int // what END closes
	for at := range b.toks {
		switch b.word(at) {
		case "begin", "case":
			open = append(open, at)
		case "if", "loop":
			if b.word(at-1) != "end" && b.word(at+1) != "exists" && b.word(at+1) != "not" || b.word(at-1) == ";" {
				open = append(open, at)
			}
		case "end":
			open = open[:max(len(open)-1, 0)]
		case "exception":
			if len(open) > 0 && b.word(at-1) == ";" {
				out[open[len(open)-1]] = true
			}
		}
	}
	return out
}

var (
	catalogTest  = regexp.MustCompile(`(?is)^\(*\s*(not\s+)?\(*\s*(not\s+)?exists\s*\(.*\b(pg_\w+|information_schema\s*\.)`)
	regclassTest = regexp.MustCompile(`(?is)to_regclass\s*\(\s*'(?:/\*.*?\*/)?([^']*)'[^)]*\)\s*is\s+(not\s+)?null`)
)

// conditional reads IF … END IF.
func (b *block) conditional(how certainty) {
	b.i++
	cond := b.until("then")
	b.i++
	inside, otherwise := b.decide(cond, how)
	if inside == fits {
		from := b.i
		b.probe()
		if w := b.word(b.i); w == "else" || w == "elsif" || w == "elseif" {
			// A test of the catalog with two ways on.
			inside, otherwise = unsure, unsure
		}
		b.i = from
	}
	b.branch(inside)
	for b.i < len(b.toks) {
		switch b.word(b.i) {
		case "elsif", "elseif":
			b.until("then")
			b.i++
			b.branch(max(otherwise, unsure))
		case "else":
			b.i++
			b.branch(otherwise)
		case "end":
			b.end("if")
			return
		default:
			b.i++
		}
	}
}

// never marks the branch that is not taken.
const never certainty = 255

func (b *block) branch(how certainty) {
	if how == never {
		b.probe()
		return
	}
	b.statements(how)
}

// probe reads a list of statements without replaying them. Each is read once,
// however deep it stands in others that are probed.
func (b *block) probe() {
	if end, known := b.ends[b.i]; known {
		b.i = end
		return
	}
	r, left := b.r, b.left
	b.r = nil
	b.statements(unsure)
	b.r, b.left = r, left
}

// decide says whether the branches of a condition run.
func (b *block) decide(cond string, how certainty) (inside, otherwise certainty) {
	if how == unsure || b.r == nil {
		return unsure, unsure
	}
	if m := regclassTest.FindStringSubmatch(cond); m != nil && !strings.Contains(strings.ToLower(cond), " and ") {
		schema, base, ok := strings.Cut(m[1], ".")
		if !ok {
			schema, base = "", m[1]
		}
		there := b.r.find(name{strings.Trim(schema, `"`), strings.Trim(base, `"`)}) != nil
		if there == (m[2] != "") {
			return how, never
		}
		return never, how
	}
	if catalogTest.MatchString(cond) {
		return fits, unsure
	}
	return unsure, unsure
}

// cases reads CASE … END CASE.
func (b *block) cases() {
	b.i++
	b.until("when")
	for b.word(b.i) == "when" {
		b.until("then")
		b.i++
		b.statements(unsure)
	}
	if b.word(b.i) == "else" {
		b.i++
		b.statements(unsure)
	}
	b.end("case")
}

// simple reads one statement up to its semicolon.
func (b *block) simple(how certainty) {
	at := b.i
	text := b.until(";")
	b.i++
	if b.r == nil || text == "" {
		return
	}
	line := b.line + strings.Count(b.text[:b.toks[at].Start], "\n")
	switch b.word(at) {
	case "create", "alter", "drop", "comment":
		b.ddl(text, line, how)
	case "execute":
		b.execute(at+1, line, how)
	case "perform":
		b.ddl("SELECT"+text[len("perform"):], line, how)
	}
}

// ddl replays a statement, or notes what it may do.
func (b *block) ddl(text string, line int, how certainty) {
	if how == unsure {
		b.mayRun(text, false)
		return
	}
	tolerant := b.r.tolerant
	b.r.tolerant = tolerant || how == fits
	for split := newSplitter(text); ; {
		st, ok := split.next()
		if !ok {
			break
		}
		st.line += line - 1
		if !changesNothing(&st) {
			b.r.statement(&st)
		}
	}
	b.r.tolerant = tolerant
}

// execute replays EXECUTE 'text'. Of a text that is put together it reads what
// stands in it.
func (b *block) execute(at, line int, how certainty) {
	var literals []string
	constant := true
	for k := at; k < b.i-1 && k < len(b.toks); k++ {
		if b.toks[k].Kind == sqlscan.String {
			literals = append(literals, unquote(b.toks[k].Text(b.text)))
			continue
		}
		if w := b.word(k); w == "into" || w == "using" {
			break
		}
		constant = false
	}
	if constant && len(literals) == 1 {
		b.ddl(literals[0], line, how)
		return
	}
	if len(literals) == 0 {
		b.left = true
		return
	}
	b.mayRun(literals[0], b.word(at) != "format")
}

// mayRun notes that a text may run. An open text is put together: a name at
// its end goes on.
func (b *block) mayRun(text string, open bool) {
	touched, all := b.r.mayRun(text, open)
	for _, n := range touched {
		if !slices.Contains(b.touched, n) {
			b.touched = append(b.touched, n)
		}
	}
	b.left = b.left || !all
}

// report notes what was not replayed.
func (b *block) report(what string, line int) {
	switch {
	case len(b.touched) > 0:
		b.r.problem(line, b.touched, "%s not wholly read: it may change %s", what, list(b.touched))
	case b.left:
		b.r.problem(line, nil, "%s not wholly read: it may change the schema", what)
	}
}

// unquote returns the value of a string token.
func unquote(s string) string {
	switch {
	case strings.HasPrefix(s, "$"):
		tag := s[:strings.IndexByte(s[1:], '$')+2]
		return strings.TrimSuffix(strings.TrimPrefix(s, tag), tag)
	case strings.HasPrefix(s, "E'"), strings.HasPrefix(s, "e'"):
		s = strings.ReplaceAll(s[1:], `\'`, `''`)
	}
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(s, "'"), "'"), "''", "'")
}

func list(names []name) string {
	var out []string
	for _, n := range names {
		out = append(out, n.String())
	}
	return strings.Join(out, ", ")
}
