package sqlscan

import (
	"sort"
	"strconv"
	"strings"
)

// rewriter turns the placeholders of a source into edits.
type rewriter struct {
	src   Source
	style Style
	toks  []Token // without comments
	match []int   // Brackets of toks
	// comments holds the comments alone.
	comments []Token
	edits    []edit
	next     int            // the number of the next parameter
	byName   map[string]int // parameter numbers of named placeholders
	// taken holds the holes that a placeholder swallowed: "$" + n.
	taken map[int]bool
}

func newRewriter(src Source, style Style) *rewriter {
	all := scanAround(src)
	toks := Significant(all)
	r := &rewriter{src: src, style: style, toks: toks, match: Brackets(src.Text, toks),
		next: 1, byName: map[string]int{}, taken: map[int]bool{}}
	for _, t := range all {
		if t.Kind == Comment {
			r.comments = append(r.comments, t)
		}
		if t.Kind == Param && t.End-t.Start > 1 {
			if n, err := strconv.Atoi(src.Text[t.Start+1 : t.End]); err == nil && n < 1<<16 {
				r.next = max(r.next, n+1)
			}
		}
	}
	return r
}

func (r *rewriter) text(i int) string { return r.toks[i].Text(r.src.Text) }

// adjacent reports whether token i follows its predecessor without a space.
func (r *rewriter) adjacent(i int) bool {
	return i > 0 && i < len(r.toks) && r.toks[i-1].End == r.toks[i].Start && r.holeAt(r.toks[i].Start) < 0
}

// holeAt returns the first hole at offset at, or -1.
func (r *rewriter) holeAt(at int) int {
	holes := r.src.Holes
	i := sort.Search(len(holes), func(i int) bool { return holes[i].At >= at })
	if i < len(holes) && holes[i].At == at {
		return i
	}
	return -1
}

func (r *rewriter) newParam() string {
	r.next++
	return "$" + strconv.Itoa(r.next-1)
}

func (r *rewriter) param(start, end int, name string) {
	n, ok := r.byName[name]
	if !ok || name == "" {
		n = r.next
		r.next++
		r.byName[name] = n
	}
	text := "$" + strconv.Itoa(n)
	if r.expandsToList(start) {
		text = "(" + text + ")"
	}
	r.edits = append(r.edits, edit{start, end, text, SpanParam, -1, false})
}

// expandsToList reports whether the placeholder at start must become a list
// in brackets, which gorm makes of "IN ?" and "VALUES ?".
func (r *rewriter) expandsToList(start int) bool {
	i := sort.Search(len(r.toks), func(i int) bool { return r.toks[i].End > start }) - 1
	if i < 0 || r.src.Text[start] == '$' {
		return false
	}
	return r.toks[i].Is(r.src.Text, "in") || r.toks[i].Is(r.src.Text, "values")
}

// operandBefore reports whether what stands before token i ends an operand,
// so that an operator can follow and a value cannot.
func (r *rewriter) operandBefore(i int) bool {
	if i == 0 {
		return false
	}
	t := r.toks[i-1]
	switch t.Kind {
	case Quoted, Backquoted, String, Number, Param:
		return true
	case Ident:
		w := lower(r.text(i - 1))
		return !keywords[w] || w == "end" && r.match[i-1] >= 0
	case Punct:
		return strings.IndexByte(")]", r.src.Text[t.Start]) >= 0
	}
	return len(r.edits) > 0 && r.edits[len(r.edits)-1].end == t.End && r.edits[len(r.edits)-1].kind == SpanParam
}

// placeholders fills r.edits.
func (r *rewriter) placeholders() {
	for i := 0; i < len(r.toks); i++ {
		t := r.toks[i]
		if n := len(r.edits); n > 0 && r.edits[n-1].end > t.Start {
			continue // part of the placeholder before it
		}
		switch t.Kind {
		case Param:
			r.dollar(t)
		case Backquoted:
			r.requote(t)
		case Op:
			if r.style&StyleNamed != 0 && r.text(i) == "::" && r.adjacent(i) && r.text(i-1) == "::" {
				r.edits = append(r.edits, edit{t.Start, t.End, "", SpanText, -1, false}) // sqlx: :::: is a cast
				continue
			}
			r.inOperator(i)
		case Punct:
			switch r.src.Text[t.Start] {
			case ':':
				r.colon(i)
			case '{', '[':
				r.dbx(i)
			}
		case Ident:
			r.sqlc(i)
		}
	}
}

// dollar takes the hole of "$" + n, and of "$1" + n if n is a number.
func (r *rewriter) dollar(t Token) {
	if h := r.holeAt(t.End); h >= 0 && (t.End-t.Start == 1 || r.src.Holes[h].Kind == HoleValue) {
		r.taken[h] = true
		r.param(t.Start, t.End, "")
	}
}

// requote turns `x` into "x".
func (r *rewriter) requote(t Token) {
	if t.End-t.Start < 2 || r.src.Text[t.End-1] != '`' {
		return
	}
	r.edits = append(r.edits,
		edit{t.Start, t.Start + 1, `"`, SpanText, -1, false},
		edit{t.End - 1, t.End, `"`, SpanText, -1, false})
}

// inOperator finds placeholders in a run of operator characters, which may
// hold several tokens of the library's language: "=?", "||?||", "=@name".
func (r *rewriter) inOperator(i int) {
	t := r.toks[i]
	s := r.text(i)
	if r.style&(StyleQuestion|StyleBun|StyleUnknown) != 0 && strings.Contains(s, "?") {
		r.question(i)
		return
	}
	// @name: the last byte of the run, with a name right behind it.
	if r.style&(StyleAt|StyleUnknown) == 0 || s[len(s)-1] != '@' || !r.nameAt(t.End) {
		return
	}
	rest := s[:len(s)-1]
	switch {
	case rest == "" && r.operandBefore(i), strings.HasSuffix(rest, "@"), strings.HasSuffix(rest, "<"):
		return // an operator: @, @@, <@
	}
	end := r.endOfName(t.End)
	r.param(t.End-1, end, "@"+r.src.Text[t.End:end])
	r.takeHole(end)
}

// nameAt reports whether an identifier or a hole stands right at off.
func (r *rewriter) nameAt(off int) bool {
	return off < len(r.src.Text) && isIdentStart(r.src.Text[off])
}

func (r *rewriter) endOfName(off int) int {
	for off < len(r.src.Text) && isIdentByte(r.src.Text[off]) {
		off++
	}
	return off
}

// takeHole lets a placeholder swallow the value that ends its name: ":p" + n.
func (r *rewriter) takeHole(end int) {
	if h := r.holeAt(end); h >= 0 && r.src.Holes[h].Kind == HoleValue {
		r.taken[h] = true
	}
}

// question handles the question marks of one operator run.
func (r *rewriter) question(i int) {
	t := r.toks[i]
	text := r.src.Text
	for k := t.Start; k < t.End; k++ {
		if text[k] != '?' {
			continue
		}
		next := byte(0)
		if k+1 < len(text) {
			next = text[k+1]
		}
		if next == '?' { // escaped
			if k+1 < t.End {
				r.edits = append(r.edits, edit{k, k + 2, "?", SpanText, -1, false})
			}
			k++
			continue
		}
		if k > 0 && text[k-1] == '\\' {
			r.edits = append(r.edits, edit{k - 1, k, "", SpanText, -1, false})
			continue
		}
		// An operand before and one behind leave room for an operator only.
		if k == t.Start && r.operandBefore(i) && (next == '|' || next == '&' || r.operandAfter(i, k+1)) {
			continue
		}
		if k > t.Start && strings.IndexByte("@#", text[k-1]) >= 0 {
			continue // @?, #? of jsonpath
		}
		end := k + 1
		if r.style&StyleBun != 0 && end == t.End && end < len(text) && isIdentByte(text[end]) {
			end = r.endOfName(end)
		}
		r.bunOrValue(i, k, end)
	}
}

// operandAfter reports whether an operand begins behind the operator token i,
// of which off is the first byte not looked at.
func (r *rewriter) operandAfter(i, off int) bool {
	if off < r.toks[i].End || i+1 >= len(r.toks) {
		return false
	}
	switch t := r.toks[i+1]; t.Kind {
	case String, Number, Param, Quoted:
		return true
	case Ident:
		w := lower(r.text(i + 1))
		return !keywords[w] && !r.adjacent(i+1) || w == "array"
	case Punct:
		return r.src.Text[t.Start] == '('
	case Op:
		return r.text(i+1) == "?"
	}
	return false
}

// bunOrValue emits the placeholder [start, end) as an identifier where only
// a name can stand, else as a parameter.
func (r *rewriter) bunOrValue(i, start, end int) {
	name := r.src.Text[start+1 : end]
	ident := false
	switch name {
	case "TableName", "TableAlias", "Table", "TableColumns", "Columns", "PKs", "TablePKs":
		ident = true
	default:
		ident = i > 0 && r.toks[i].Start == start && r.toks[i-1].Kind == Ident && relationWords[lower(r.text(i-1))] ||
			end < len(r.src.Text) && r.src.Text[end] == '.'
	}
	if ident {
		r.edits = append(r.edits, edit{start, end, "_" + strings.ToLower(name), SpanHole, -1, false})
		return
	}
	if name != "" {
		name = "?" + name
	}
	r.param(start, end, name)
}

// colon handles :name, and :: doubled by sqlx's escape.
func (r *rewriter) colon(i int) {
	t := r.toks[i]
	if r.style&(StyleNamed|StyleUnknown) == 0 || t.End >= len(r.src.Text) || r.holeAt(t.End) >= 0 && !r.nameAt(t.End) {
		return
	}
	c := r.src.Text[t.End]
	if !isIdentStart(c) && !(isDigit(c) && !r.operandBefore(i)) {
		return
	}
	if r.inSlice(i) && (r.operandBefore(i) || r.style&StyleNamed == 0) {
		return // arr[1:n]
	}
	end := r.endOfName(t.End)
	for end+1 < len(r.src.Text) && r.src.Text[end] == '.' && isIdentStart(r.src.Text[end+1]) {
		end = r.endOfName(end + 1) // sqlx: :user.name
	}
	r.param(t.Start, end, ":"+r.src.Text[t.End:end])
	r.takeHole(end)
}

// inSlice reports whether the innermost bracket around token i is a [, as far
// as a subscript can reach.
func (r *rewriter) inSlice(i int) bool {
	for k := i - 1; k >= max(0, i-100); k-- {
		if m := r.match[k]; m >= 0 && m < k {
			k = m
			continue
		}
		if r.toks[k].Kind == Punct {
			switch r.src.Text[r.toks[k].Start] {
			case '[':
				return true
			case '(', ';':
				return false
			}
		}
	}
	return false
}

// dbx handles {:name}, {{table}} and [[column]].
func (r *rewriter) dbx(i int) {
	if r.style&StyleDbx == 0 {
		return
	}
	text, at := r.src.Text, r.toks[i].Start
	rest := text[at:]
	switch {
	case strings.HasPrefix(rest, "{:"):
		if n := strings.IndexByte(rest, '}'); n > 0 {
			r.param(at, at+n+1, rest[:n])
		}
	case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "[["):
		closing := "}}"
		if rest[0] == '[' {
			closing = "]]"
		}
		n := strings.Index(rest, closing)
		if n < 3 || strings.ContainsAny(rest[2:n], "\"\n[]{}") {
			return
		}
		skip := 2
		if rest[2] == '%' { // table prefix
			skip = 3
		}
		r.edits = append(r.edits,
			edit{at, at + skip, `"`, SpanParam, -1, false},
			edit{at + n, at + n + 2, `"`, SpanParam, -1, false})
	}
}

// sqlc handles sqlc.arg(x), sqlc.narg(x), sqlc.slice(x) and sqlc.embed(t).
func (r *rewriter) sqlc(i int) {
	if r.style&StyleSqlc == 0 || !r.toks[i].Is(r.src.Text, "sqlc") || i+5 >= len(r.toks) ||
		r.text(i+1) != "." || r.text(i+3) != "(" || r.text(i+5) != ")" {
		return
	}
	start, end := r.toks[i].Start, r.toks[i+5].End
	arg := strings.Trim(r.text(i+4), `'"`)
	switch r.text(i + 2) {
	case "arg", "narg", "slice":
		r.param(start, end, "@"+arg)
	case "embed":
		// sqlc puts the columns of the table here, by name.
		r.edits = append(r.edits, edit{start, end, "_embed", SpanHole, -1, false})
	}
}
