package suppress

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// A Directive is one //sqlvet:ignore or //nolint comment.
type Directive struct {
	Pos, End token.Pos
	Rules    []string // nil: any rule
	Problem  string   // what is wrong with its form; "" if nothing

	nolint bool // another tool's directive: never blamed
	inert  bool // not a directive, but looks like one if it names a rule
	lines  []span
	used   map[string]bool
}

// A span is a range of lines, both ends included.
type span struct{ from, to int }

func (d *Directive) covers(line int) bool {
	return slices.ContainsFunc(d.lines, func(s span) bool { return s.from <= line && line <= s.to })
}

func (d *Directive) names(rule string) bool {
	return !d.inert && (d.Rules == nil || slices.Contains(d.Rules, rule))
}

func (d *Directive) use(rule string) {
	if d.used == nil {
		d.used = make(map[string]bool)
	}
	d.used[rule] = true
}

// A Complaint is a fault of a directive.
type Complaint struct {
	Pos, End token.Pos
	Message  string
}

// Complaints lists the directives of the package that are malformed, name a
// rule that is not among known, or name one that ran and matched nothing. It
// must be called after every rule of ran is done. Unknown names get the hint.
func (r *Result) Complaints(known, ran []string, hint func(name string) string) []Complaint {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []Complaint
	for _, f := range r.files {
		if f.generated && !r.generated {
			continue
		}
		for _, d := range f.directives {
			if d.nolint || d.inert && !slices.ContainsFunc(d.Rules, func(rule string) bool { return slices.Contains(known, rule) }) {
				continue
			}
			add := func(message string) { list = append(list, Complaint{d.Pos, d.End, message}) }
			if d.Problem != "" {
				add(d.Problem)
			}
			if d.inert {
				continue
			}
			for _, rule := range d.Rules {
				switch {
				case !slices.Contains(known, rule):
					add("sqlvet:ignore names an unknown rule " + rule + hint(rule))
				case slices.Contains(ran, rule) && r.Config.Covers(rule, f.name) && !r.failed[rule] && !d.used[rule]:
					add("sqlvet:ignore " + rule + " matches no finding on this line or the next")
				}
			}
		}
	}
	return list
}

const (
	ignorePrefix = "sqlvet:ignore"
	ignoreForm   = "write //sqlvet:ignore RULE reason"
)

// directives returns the directives of f.
func directives(fset *token.FileSet, f *ast.File) []*Directive {
	var list []*Directive
	var lay *layout // made when the first directive is met: most files have none
	for _, group := range f.Comments {
		for _, c := range group.List {
			d := parse(c)
			if d == nil {
				continue
			}
			if lay == nil {
				lay = newLayout(fset, f)
			}
			d.lines = lay.covered(c, group, d.nolint)
			list = append(list, d)
		}
	}
	return list
}

// parse returns the directive that c is, or nil.
func parse(c *ast.Comment) *Directive {
	text, ok := strings.CutPrefix(c.Text, "//")
	if !ok {
		return nil
	}
	if rules, ok := nolint(text); ok {
		return &Directive{Pos: c.Pos(), End: c.End(), Rules: rules, nolint: true}
	}
	trimmed := strings.TrimLeft(text, " \t")
	rest, ok := strings.CutPrefix(trimmed, ignorePrefix)
	if !ok {
		return nil
	}
	d := &Directive{Pos: c.Pos(), End: c.End(), Rules: []string{}}
	switch {
	case len(trimmed) < len(text):
		// Not a directive to Go's tools: gofmt treats it as prose.
		word, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		d.inert = true
		d.Rules = strings.Split(word, ",")
		d.Problem = "sqlvet:ignore has no effect after a space; " + ignoreForm
		return d
	case rest != "" && rest[0] != ' ' && rest[0] != '\t':
		d.Problem = "sqlvet:ignore must be followed by a space; " + ignoreForm
		return d
	}
	rest = strings.TrimSpace(rest)
	list, reason := rest, ""
	if i := strings.IndexAny(rest, " \t"); i >= 0 {
		list, reason = rest[:i], strings.TrimSpace(rest[i:])
	}
	if !isRuleList(list) {
		d.Problem = "sqlvet:ignore names no rule; " + ignoreForm
		return d
	}
	d.Rules = strings.Split(list, ",")
	// A comment on the directive is not a reason.
	if reason == "" || strings.HasPrefix(reason, "//") {
		d.Problem = "sqlvet:ignore gives no reason; " + ignoreForm
	}
	return d
}

// isRuleList reports whether s has the form of RULE[,RULE].
func isRuleList(s string) bool {
	for name := range strings.SplitSeq(s, ",") {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool {
			return (r < 'a' || 'z' < r) && (r < '0' || '9' < r)
		}) {
			return false
		}
	}
	return true
}

// DropNolint makes //nolint comments count for nothing, for a driver that
// applies them itself. It must be called before any rule reports.
func (r *Result) DropNolint() {
	for i := range r.files {
		f := &r.files[i]
		f.directives = slices.DeleteFunc(f.directives, func(d *Directive) bool { return d.nolint })
	}
}

// nolint reports whether a comment's text is golangci-lint's directive and
// counts for sqlvet, and the rules it names: always nil, for all.
func nolint(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t"), "nolint")
	if !ok {
		return nil, false
	}
	if i := strings.Index(rest, "//"); i >= 0 {
		rest = rest[:i] // the explanation
	}
	rest = strings.TrimRight(rest, " \t")
	if rest == "" {
		return nil, true
	}
	list, ok := strings.CutPrefix(rest, ":")
	if !ok {
		// "nolint" followed by prose counts; "nolintlint" is another word.
		return nil, rest[0] == ' '
	}
	for name := range strings.SplitSeq(list, ",") {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "sqlvet", "all":
			return nil, true
		}
	}
	return nil, false
}

// Ignored reports whether a directive in a Go file suppresses what a rule says
// of a line: for what is found when no package is analysed any more.
func Ignored(file string, src []byte, line int, rule string) bool {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(directives(fset, f), func(d *Directive) bool {
		return d.Problem == "" && d.names(rule) && d.covers(line)
	})
}
