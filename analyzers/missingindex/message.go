package missingindex

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/analyzers/sqlparse"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/passes/dbschema"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
)

// An advice is one finding: an index, and where it helps.
type advice struct {
	statements []statement
	*indexadvice.Suggestion
	best indexadvice.Use
	at   statement // the query that best is about
	// beside lists the indexes of which the finding speaks as well: they and
	// this one serve the arms of an OR, and help together only.
	beside []*indexadvice.Suggestion
	size   string // of the table, as a parenthesis; "" if it is not known
	// more are the other foreign keys that refer to what the same query
	// deletes.
	more []*advice
}

// muchMore is by how much more of its cost an index must save a query for the
// finding to stand there and not at one before.
const muchMore = 0.2

// fewRows is the number of rows below which reading all of them is no trouble
// yet.
const fewRows = 10_000

// newAdvice chooses the first of the uses that x helps about most.
func newAdvice(statements []statement, x *indexadvice.Suggestion, uses []indexadvice.Use) *advice {
	best := uses[0]
	for _, u := range uses {
		if best.ForeignKey && !u.ForeignKey || best.ForeignKey == u.ForeignKey && u.Saves > best.Saves+muchMore {
			best = u
		}
	}
	a := &advice{statements: statements, Suggestion: x, best: best, at: statements[best.Statement]}
	for _, y := range best.With {
		// One that helps elsewhere as well has a finding there, if it is likely
		// enough.
		if y.Confidence < likely || !slices.ContainsFunc(y.Serves, func(u indexadvice.Use) bool { return !slices.Contains(u.With, x) }) {
			a.beside = append(a.beside, y)
		}
	}
	return a
}

// maxForeign is the number of findings about foreign keys at one DELETE. Where
// a whole schema refers to its users, one finding says so.
const maxForeign = 3

// gathered makes one finding of those about foreign keys, where a query has
// many.
func gathered(found []*advice) []*advice {
	byQuery := make(map[*sqlparse.Query][]*advice)
	for _, a := range found {
		if a.best.ForeignKey {
			byQuery[a.at.q] = append(byQuery[a.at.q], a)
		}
	}
	return slices.DeleteFunc(found, func(a *advice) bool {
		all := byQuery[a.at.q]
		if !a.best.ForeignKey || len(all) <= maxForeign {
			return false
		}
		all[0].more = all[1:]
		return a != all[0]
	})
}

// oneOfVariants leaves one finding of those about a table that only one call
// is told, where the call sends several statements: they are one that is built
// with or without some conditions. The first is the most useful.
func oneOfVariants(found []*advice) []*advice {
	type place struct {
		call  *ast.CallExpr
		table *schema.Table
	}
	texts := make(map[*ast.CallExpr]int)
	if len(found) > 0 {
		for _, st := range found[0].statements {
			texts[st.q.Call]++
		}
	}
	seen := make(map[place]bool)
	return slices.DeleteFunc(found, func(a *advice) bool {
		at := place{a.at.q.Call, a.Table}
		elsewhere := slices.ContainsFunc(a.Serves, func(u indexadvice.Use) bool { return a.statements[u.Statement].q.Call != at.call })
		if a.best.ForeignKey || elsewhere || texts[at.call] < 2 {
			return false
		}
		first := !seen[at]
		seen[at] = true
		return !first
	})
}

// report reports the advice.
func (a *advice) report(pass *analysis.Pass, db *dbschema.Result) {
	category, at := "index", a.at.model.Range
	switch {
	case a.best.ForeignKey:
		category = "foreign-key"
	case len(a.best.Conditions) > 0:
		at = a.best.Conditions[0]
	case len(a.best.Order) > 0:
		at = a.best.Order[0].Range
	}
	table := a.Table.String()
	a.size = db.Size(table)
	f := a.at.q.Finding(name, category, at, a.message(pass))
	sqlparse.Behind(pass.Fset, &f, a.hidden(pass))
	if n, ok := db.Rows(table); ok && n < fewRows {
		f.Severity = config.SeverityInfo
	}
	f.Confidence = config.Likely
	if a.Confidence >= certain {
		f.Confidence = config.Certain
	}
	f.Tables = []string{table}
	f.SQL = a.at.q.Whole()
	if len(a.beside) == 0 && len(a.more) == 0 {
		f.Index = &suppress.Index{Keys: a.Keys, Rest: a.Method + " " + a.Where}
	}
	if a.Table.File != "" {
		f.Related = append(f.Related, analysis.RelatedInformation{
			Pos: a.at.q.Call.Pos(), End: a.at.q.Call.End(),
			Message: fmt.Sprintf("the table %s is made at %s:%d", a.Table, a.Table.File, a.Table.Line),
		})
	}
	suppress.Report(pass, f)
}

// hidden returns where the cache is asked that hides all that the index serves.
func (a *advice) hidden(pass *analysis.Pass) token.Pos {
	effects := pass.ResultOf[funceffects.Analyzer].(*funceffects.Result)
	for _, u := range a.Serves {
		if u.ForeignKey || !effects.Hides(a.statements[u.Statement].q.Call).IsValid() {
			return token.NoPos
		}
	}
	return effects.Hides(a.at.q.Call)
}

// message says what is not served, what else the index serves, and the
// statements that create what serves it.
func (a *advice) message(pass *analysis.Pass) string {
	sql := a.SQL()
	for _, y := range a.beside {
		sql += "; " + y.SQL()
	}
	return a.problem() + a.others(pass) + ": " + sql
}

// problem says what no index serves.
func (a *advice) problem() string {
	if len(a.more) > 0 {
		var names []string
		for _, x := range append([]*advice{a}, a.more[:maxForeign-1]...) {
			names = append(names, fmt.Sprintf("%s of %s", strings.Join(x.Keys, ", "), x.Table))
		}
		return fmt.Sprintf("%d foreign keys refer to the deleted rows, and no index serves them: %s and %d more, which \"sqlvet index\" lists",
			len(a.more)+1, strings.Join(names, ", "), len(a.more)+1-maxForeign)
	}
	if k := a.best.Key; k != nil {
		action := ""
		if k.OnDelete != "" && k.OnDelete != "no action" {
			action = " (on delete " + k.OnDelete + ")"
		}
		return fmt.Sprintf("foreign key %s of %s refers to the deleted rows%s, and no index serves it", strings.Join(k.Columns, ", "), a.Table, action)
	}
	what := a.what()
	if len(a.beside) > 0 {
		for _, y := range a.beside {
			for _, u := range y.Serves {
				if u.Statement == a.best.Statement {
					what += " OR " + a.text(u.Conditions, " AND ")
				}
			}
		}
		return fmt.Sprintf("no indexes of %s%s serve %s, which takes one for each arm", a.Table, a.size, what)
	}
	var names []string
	for _, y := range a.best.With {
		names = append(names, y.Name)
	}
	if len(names) > 0 {
		what += ", which helps only together with " + strings.Join(names, " and ") + " for the rest of the OR"
	}
	return fmt.Sprintf("no index of %s%s serves %s", a.Table, a.size, what)
}

// what writes down what the index answers, as the query has it.
func (a *advice) what() string {
	where := a.text(a.best.Conditions, " AND ")
	var keys []string
	for _, k := range a.best.Order {
		key := a.text([]sqlmodel.Range{k.Range}, "")
		if key == "" {
			continue
		}
		if a.best.OrderedBy != indexadvice.ByMinMax {
			if k.Desc {
				key += " DESC"
			}
			if k.Nulls != "" {
				key += " NULLS " + strings.ToUpper(k.Nulls)
			}
		}
		keys = append(keys, key)
	}
	order := strings.Join(keys, ", ")
	switch {
	case where == "" && order == "":
		return "this query"
	case order == "":
		return where
	}
	switch a.best.OrderedBy {
	case indexadvice.ByMinMax:
		if where != "" {
			where += " and"
		}
	case indexadvice.ByDistinct:
		where += " DISTINCT ON"
		order = "(" + order + ")"
	default:
		where += " ORDER BY"
		// Of one direction, it surprises nobody.
		if a.best.Backward && slices.ContainsFunc(a.best.Order, func(k indexadvice.Sorted) bool { return k.Desc != a.best.Order[0].Desc }) {
			order += ", which reads this one backward"
		}
	}
	return strings.TrimSpace(where + " " + order)
}

// text returns parts of the query's text.
func (a *advice) text(list []sqlmodel.Range, sep string) string {
	var out []string
	for _, r := range list {
		text, from, to := a.at.q.Text.Shown(r.Start, r.End)
		if r.Start >= 0 && from <= to && to <= len(text) {
			out = append(out, strings.Join(strings.Fields(text[from:to]), " "))
		}
	}
	return strings.Join(out, sep)
}

// others says where else the index serves.
func (a *advice) others(pass *analysis.Pass) string {
	var others []statement
	seen := map[any]bool{a.at.q.Call: true}
	for _, u := range a.Serves {
		if st := a.statements[u.Statement]; !seen[st.q.Call] {
			seen[st.q.Call] = true
			others = append(others, st)
		}
	}
	switch len(others) {
	case 0:
		return ""
	case 1:
		at := pass.Fset.Position(others[0].q.Call.Pos())
		return fmt.Sprintf("; one for it also serves %s:%d", filepath.Base(at.Filename), at.Line)
	}
	return fmt.Sprintf("; one for it also serves %d other queries", len(others))
}
