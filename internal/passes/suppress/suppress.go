package suppress

import (
	"cmp"
	"go/token"
	"reflect"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/docs"
	"github.com/sqlvet/sqlvet/internal/gofiles"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
	"github.com/sqlvet/sqlvet/internal/plain"
)

// Analyzer reads the directives and the configuration of a package. Every
// rule requires it, and reports through Report.
var Analyzer = &analysis.Analyzer{
	Name:       "sqlvetsuppress",
	Doc:        "read //sqlvet:ignore and //nolint directives and the configuration\n\nA shared step of sqlvet's rules: it reports nothing.",
	Requires:   []*analysis.Analyzer{settings.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
}

// generated is also a key of .sqlvet.yml, for drivers that set no flags.
var generated bool

func init() {
	Analyzer.Flags.BoolVar(&generated, "generated", false, "report findings in generated files, too")
	Analyzer.Flags.BoolVar(&why, WhyFlag, false, "internal: keep what is not reported, and why")
}

// A Finding is what a rule hands in.
type Finding struct {
	Pos, End token.Pos // End may be missing
	// Also lists other places at which a directive counts: the call, if Pos
	// is inside a text that stands elsewhere.
	Also     []token.Pos
	Rule     string // the analyzer's name
	Category string // what kind of the rule's findings it is; "" for the rule's name
	Message  string // without the rule's name
	// Confidence says how sure the rule is; "" is config.Certain.
	Confidence config.Confidence
	// Severity is SeverityInfo for what is right and of little use; "" is the
	// rule's.
	Severity config.Severity
	Related  []analysis.RelatedInformation
	Fixes    []analysis.SuggestedFix
	// Tables names the tables that it is about, as the query or the model
	// does; nil if they are not known. SQL is the query; nil if it is not
	// known here. Drivers show them.
	Tables []string
	SQL    *SQL
	// Index is the index that it asks for: of two findings that want much the
	// same of one table a run over all packages shows one.
	Index *Index
	// Sent is the call that sends the query, as "file.go:12", if it is not at Pos.
	Sent string
	// Optional is the key of the settings' rules that must be on for it to be
	// shown, "pageorder/ties" or "wholetable/no-where"; "" if it is shown unless they
	// say otherwise.
	Optional string
	// Elsewhere says that it is reported where the function stands that is handed the
	// query, for all its callers: it is not shown here.
	Elsewhere bool
	// UserSQL says that the text at fault is the user's although the Go file
	// is generated, as with sqlc: the finding is shown.
	UserSQL bool
}

// An Index is one that a finding asks for.
type Index struct {
	Keys []string `json:"keys"`           // as CREATE INDEX writes them
	Rest string   `json:"rest,omitempty"` // its method, predicate and the like
}

// A SQL is a query with the part of it that is at fault.
type SQL struct {
	Text       string // with {name} where a part is not known
	Start, End int    // byte offsets into Text
}

// A Result says of one package which findings are shown. Its methods may be
// called by rules that run at the same time. A rule may ask Enabled to save
// work; Report asks again.
type Result struct {
	*settings.Result // the package's configuration

	fset      *token.FileSet
	files     []file
	generated bool

	mu       sync.Mutex
	reported map[identity]bool
	findings []Finding
	silences []Silence
	failed   map[string]bool
}

// A file is what counts of one file of the package.
type file struct {
	tok        *token.File
	name       string // as package gofiles has it
	generated  bool
	directives []*Directive
}

// An identity is what makes two findings one.
type identity struct {
	rule    string
	pos     token.Pos
	message string
}

func run(pass *analysis.Pass) (any, error) {
	r := &Result{
		Result:   pass.ResultOf[settings.Analyzer].(*settings.Result),
		fset:     pass.Fset,
		reported: make(map[identity]bool),
		failed:   make(map[string]bool),
	}
	r.generated = generated || r.Config.Generated
	for _, f := range pass.Files {
		r.files = append(r.files, file{
			tok:        pass.Fset.File(f.FileStart),
			name:       gofiles.Name(pass.Fset, f),
			generated:  gofiles.Generated(pass.Fset, f),
			directives: directives(pass.Fset, f),
		})
	}
	return r, nil
}

// Report reports f unless a directive, the configuration or the file's being
// generated says otherwise. The rule in brackets is added to the message,
// since go vet prints nothing else of the rule. The pass must be of an
// analyzer that requires Analyzer.
func Report(pass *analysis.Pass, f Finding) {
	r := pass.ResultOf[Analyzer].(*Result)
	if f.Elsewhere {
		return
	}
	f = shown(f)
	if reason := r.admit(f); reason != "" {
		if why && reason != alreadyReported {
			r.silent(Silence{f.Rule, f.Pos, f.End, "not shown, " + reason + ": " + f.Message})
		}
		return
	}
	if f.Category == "" {
		f.Category = f.Rule
	}
	r.mu.Lock()
	r.findings = append(r.findings, f)
	r.mu.Unlock()
	pass.Report(analysis.Diagnostic{
		Pos:      f.Pos,
		End:      f.End,
		Category: f.Category,
		Message:  f.Message + " [" + f.Rule + "]",
		// Without it, drivers take the category for a fragment of the
		// analyzer's page.
		URL:            docs.URL(f.Rule),
		Related:        f.Related,
		SuggestedFixes: slices.DeleteFunc(f.Fixes, r.elsewhere),
	})
}

// shown returns f with messages that are fit to be shown.
func shown(f Finding) Finding {
	f.Message = plain.Text(f.Message)
	f.Related, f.Fixes = slices.Clone(f.Related), slices.Clone(f.Fixes)
	for i := range f.Related {
		f.Related[i].Message = plain.Text(f.Related[i].Message)
	}
	for i := range f.Fixes {
		f.Fixes[i].Message = plain.Text(f.Fixes[i].Message)
	}
	return f
}

// elsewhere reports whether a fix changes what another file than the parsed
// one says, as //line comments tell: drivers apply the offsets to that file.
func (r *Result) elsewhere(fix analysis.SuggestedFix) bool {
	return slices.ContainsFunc(fix.TextEdits, func(e analysis.TextEdit) bool {
		return r.fset.Position(e.Pos).Filename != r.fset.PositionFor(e.Pos, false).Filename
	})
}

// VerdictCategory marks the diagnostics that a rule's flag "explain" asks for:
// they say of each candidate what became of it, and are no findings.
const VerdictCategory = "explain"

// WhyFlag is the flag that has Silences kept. The sqlvet command sets it.
const WhyFlag = "sqlvetwhy"

var why bool

// A Silence says why a rule, or what stands above the rules, did not report
// something.
type Silence struct {
	Rule     string
	Pos, End token.Pos
	Reason   string
}

// Silent notes why a rule reports nothing at a place, for sqlvet why. It does
// nothing otherwise.
func Silent(pass *analysis.Pass, rule string, pos, end token.Pos, reason string) {
	if !why {
		return
	}
	pass.ResultOf[Analyzer].(*Result).silent(Silence{rule, pos, end, reason})
}

// Explains reports whether Silent does anything: a rule may save the work of
// finding a reason.
func Explains() bool { return why }

func (r *Result) silent(s Silence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.silences = append(r.silences, s)
}

// Silences returns what was noted so far, by position.
func (r *Result) Silences() []Silence {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Clone(r.silences)
	slices.SortStableFunc(list, func(a, b Silence) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Rule, b.Rule))
	})
	return list
}

// Reported returns the findings reported so far, by position. After every rule
// is done, that is all of them.
func (r *Result) Reported() []Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Clone(r.findings)
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return list
}

// Admits reports whether a finding would be shown, for a rule that has others
// report it. A directive that speaks of it counts as used.
func Admits(pass *analysis.Pass, f Finding) bool {
	return pass.ResultOf[Analyzer].(*Result).admit(f) == ""
}

// Generated reports whether pos is in a generated file whose findings are not
// asked for.
func (r *Result) Generated(pos token.Pos) bool {
	f := r.file(pos)
	return f != nil && f.generated && !r.generated
}

// Failed records that a rule could not finish, so that directives for it are
// not blamed for matching nothing.
func (r *Result) Failed(rule string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed[rule] = true
}

const alreadyReported = "reported before"

// admit returns why f is not to be shown, "" if it is, and marks what
// suppressed it as used.
func (r *Result) admit(f Finding) string {
	if file := r.filename(f.Pos); !r.Config.Wants(f.Rule, file, f.Confidence) {
		switch {
		case !r.Enabled(f.Rule):
			return "the rule is off in " + config.Name
		case !r.Config.Covers(f.Rule, file):
			return "the file is left out by paths or exclude in " + config.Name
		}
		return "it is only likely, and " + config.Name + " asks for certain ones"
	}
	if f.Optional != "" && !r.Config.Asks(f.Optional) {
		return "it is off by default: " + f.Optional + ": on below rules in " + config.Name + " asks for it"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	// Directives before all else: one in a generated file is not unused for
	// the file's sake.
	if r.ignored(f) {
		return "a directive suppresses it"
	}
	if !f.UserSQL && r.Generated(f.Pos) {
		return "the file is generated"
	}
	id := identity{f.Rule, f.Pos, f.Message}
	if r.reported[id] {
		return alreadyReported
	}
	r.reported[id] = true
	return ""
}

func (r *Result) ignored(f Finding) bool {
	hit := false
	for _, pos := range append([]token.Pos{f.Pos}, f.Also...) {
		file := r.file(pos)
		if file == nil {
			continue
		}
		line := r.fset.PositionFor(pos, false).Line
		for _, d := range file.directives {
			if d.covers(line) && d.names(f.Rule) {
				d.use(f.Rule)
				hit = true
			}
		}
	}
	return hit
}

// filename is the name that the settings know the file of a position by.
func (r *Result) filename(pos token.Pos) string {
	if f := r.file(pos); f != nil {
		return f.name
	}
	if tok := r.fset.File(pos); tok != nil {
		return tok.Name()
	}
	return ""
}

func (r *Result) file(pos token.Pos) *file {
	if !pos.IsValid() {
		return nil
	}
	tok := r.fset.File(pos)
	for i := range r.files {
		if r.files[i].tok == tok {
			return &r.files[i]
		}
	}
	return nil // a file of another package
}
