package truth

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// byDefault matches the DEFAULT in a row of VALUES: whether a field that is
// zero stands there or a value is known at run time only.
var byDefault = regexp.MustCompile(`\bDEFAULT( *[,)])`)

// fingerprint returns pg_query's fingerprint; "" if the text does not parse.
func fingerprint(sql string) string {
	sql = byDefault.ReplaceAllString(sql, "NULL$1")
	if normal, err := pgquery.Normalize(sql); err == nil {
		sql = normal
	}
	f, err := pgquery.Fingerprint(sql)
	if err != nil {
		return ""
	}
	return f
}

// A pattern is a text with holes: what may stand in their place is anything.
type pattern []*regexp.Regexp

const mark = "xholex"

// compile reads a text with {name} for its holes, as sqlvet prints it. The
// text matches as it stands or, if it is a statement with a name in the place
// of each hole, as PostgreSQL would write it.
func compile(text string) pattern {
	text = withMarks(text)
	var list pattern
	for _, form := range forms(text) {
		var b strings.Builder
		b.WriteString("^")
		ws := unbracketed(words(form))
		hole := func(i int) bool { return i >= 0 && i < len(ws) && strings.Contains(ws[i], mark) }
		for i, w := range ws {
			switch {
			case hole(i):
				b.WriteString("(?:.* )?")
			case w == "," && (hole(i-1) || hole(i+1)):
				b.WriteString("(?:, )?") // the hole may be nothing
			default:
				b.WriteString(regexp.QuoteMeta(w) + " ")
			}
		}
		list = append(list, regexp.MustCompile(b.String()+"$"))
	}
	return list
}

// matches reports whether a statement can be what the pattern describes.
func (p pattern) matches(sql string) bool {
	for _, form := range forms(sql) {
		s := strings.Join(unbracketed(words(form)), " ") + " "
		for _, re := range p {
			if re.MatchString(s) {
				return true
			}
		}
	}
	return false
}

// unbracketed leaves out the brackets, of which some may belong to a hole.
func unbracketed(words []string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return w == "(" || w == ")" })
}

// forms returns a text as it stands and as PostgreSQL's parser writes it.
func forms(text string) []string {
	out := []string{text}
	if res, err := pgquery.Parse(text); err == nil && len(res.Stmts) == 1 {
		if s, err := pgquery.Deparse(res.Stmts[0].Stmt); err == nil {
			out = append(out, s)
		}
	}
	return out
}

// withMarks puts a name in the place of each {hole}. A hole's name may have
// braces of its own.
func withMarks(text string) string {
	var b strings.Builder
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			if depth++; depth == 1 {
				b.WriteString(mark)
			}
			continue
		case '}':
			depth = max(depth-1, 0)
			continue
		}
		if depth == 0 {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// words returns the tokens of a text, those that differ without a difference
// made one: placeholders and constants, lists of them, quotes and case.
func words(text string) []string {
	text = byDefault.ReplaceAllString(text, "0$1")
	text = strings.ReplaceAll(text, "=?", "= ?") // Have: "=?" would be an operator.
	var out []string
	for _, t := range sqlscan.Significant(sqlscan.Scan(text)) {
		w := t.Text(text)
		switch t.Kind {
		case sqlscan.String:
			w = "?" // whatever is known of it
		case sqlscan.Param, sqlscan.Number:
			if !strings.Contains(w, mark) {
				w = "?"
			}
		case sqlscan.Quoted, sqlscan.Backquoted:
			w = strings.ToLower(w[1 : len(w)-1])
		default:
			if w = strings.ToLower(w); w == "!=" {
				w = "<>"
			}
			if w == "true" || w == "false" || w == "null" {
				w = "?"
			}
		}
		n := len(out)
		switch {
		case w == "?" && n >= 2 && out[n-1] == "," && out[n-2] == "?":
			out = out[:n-1] // a list of values is one
		case w == ")" && n >= 6 && strings.Join(out[n-6:], "") == "(?),(?":
			out = out[:n-3] // so is one of rows
		default:
			out = append(out, w)
		}
	}
	return out
}

// A verdict says how what is known of a chain compares with what it sends;
// the worst of several is the greatest.
type verdict int

const (
	right   verdict = iota
	holes           // right, but not every byte is known
	unknown         // something it sends is not listed
	wrong           // something is listed that it does not send
)

func (v verdict) String() string {
	return [...]string{"right", "right with holes", "unknown", "wrong"}[v]
}

// covered says how one statement that was sent is listed.
func covered(sql string, list []said) verdict {
	v := unknown
	for _, s := range list {
		if !s.fits(sql) {
			continue
		}
		if s.Known {
			return right
		}
		v = holes
	}
	return v
}

// fits reports whether a statement that was sent can be the one said.
func (s said) fits(sql string) bool {
	if s.Known {
		// Have: a fingerprint counts a condition that is there twice once.
		if s.Fingerprint != "" && (s.Fingerprint == fingerprint(sql) || fingerprint(s.Text) == fingerprint(sql)) && ands(s.Text) == ands(sql) {
			return true
		}
		// Have: some libraries write a list of one value as the value.
		one := strings.ReplaceAll(s.Text, " IN (?)", " = ?")
		return one != s.Text && fingerprint(one) == fingerprint(sql) && ands(one) == ands(sql)
	}
	return compile(s.Text).matches(sql)
}

// ands counts the conditions that a statement joins by AND.
func ands(sql string) int {
	n := 0
	for _, w := range words(forms(sql)[len(forms(sql))-1]) {
		if strings.EqualFold(w, "and") {
			n++
		}
	}
	return n
}
