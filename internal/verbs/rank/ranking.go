package rank

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/plain"
	"github.com/sqlvet/sqlvet/internal/planned"
	"github.com/sqlvet/sqlvet/internal/rank"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/workload"
)

// A ranking puts a load together with what is known of a program.
type ranking struct {
	col     *run.Collection
	load    *observed.Load
	rf      *rankFlags
	queries []report.Query // statements, not clauses
	joined  []rank.Joined
	rows    []rank.Row
	rowsOf  [][]int // of each query, into rows
	indexes []report.Index
	doc     *report.RankDocument
}

func newRanking(col *run.Collection, load *observed.Load, rf *rankFlags) *ranking {
	r := &ranking{col: col, load: load, rf: rf, doc: &report.RankDocument{Version: 1, Failures: col.Failures, Notes: slices.Concat(col.Notes, load.Notes)}}
	var texts []rank.Query
	for _, q := range col.Queries {
		if q.Clause || q.Text == "" {
			continue
		}
		r.queries = append(r.queries, q)
		t := rank.Query{Pattern: q.Pattern, Text: q.Text, File: filepath.ToSlash(q.CallPos.File), Line: q.CallPos.Line, Call: q.CallPos.String()}
		if q.SQL != "" && q.Pattern == "" {
			t.SQL = q.SQL
		}
		texts = append(texts, t)
	}
	r.joined = rank.Join(texts, load.Statements)
	r.rows = rank.Rows(r.joined)
	r.rowsOf = make([][]int, len(r.queries))
	for i, row := range r.rows {
		for _, q := range row.Queries {
			r.rowsOf[q] = append(r.rowsOf[q], i)
		}
	}
	return r
}

// advise finds the indexes that would help, the statements weighted by how
// often they run.
func (r *ranking) advise(c *cli.Command, opts *run.Options, given *schema.Schema) error {
	all, err := workload.Of(r.col, opts.Tests, given)
	if err != nil {
		return err
	}
	if len(all.NoSchema) > 0 {
		r.doc.Notes = append(r.doc.Notes, "no schema found for "+report.Some(all.NoSchema)+": no index is advised there; see sqlvet schema")
	}
	calls := make(map[report.Position]float64)
	sum := 0.0
	for i, q := range r.queries {
		for _, row := range r.rowsOf[i] {
			calls[q.Pos] += float64(r.rows[row].Calls)
			sum += float64(r.rows[row].Calls)
		}
	}
	mean := sum / float64(max(len(calls), 1))
	for _, w := range all.Loads {
		for i := range w.Statements {
			w.Statements[i].Weight = min(max(calls[w.Queries[i].Pos]/max(mean, 1), 0.1), 10)
		}
	}
	prove := r.rf.prove
	if prove.Schema = r.rf.schema; prove.Mode != planned.ProveOff && len(calls) > 0 {
		if err := planned.Proved(c, all, prove); err != nil {
			return err
		}
	}
	for _, w := range all.Loads {
		if w.Proof == nil {
			w.Advice = indexadvice.Advise(w.Schema, w.Statements, w.Opts)
		}
		indexes, _ := w.Report()
		r.indexes = append(r.indexes, indexes...)
	}
	return nil
}

// fill makes the document.
func (r *ranking) fill() {
	d := r.doc
	if !r.load.From.IsZero() && r.load.Until.After(r.load.From) {
		d.From, d.Until = &r.load.From, &r.load.Until
	}
	for _, s := range r.load.Statements {
		d.Calls += s.Calls
		d.Time += s.Total
	}
	tables := make(map[string]*report.RankTable)
	d.Rows, d.Others, d.Tables = []report.RankRow{}, []report.RankRow{}, []report.RankTable{}
	for i, row := range r.rows {
		out := r.row(row)
		for _, name := range out.Tables {
			t := tables[name]
			if t == nil {
				t = &report.RankTable{Name: name}
				tables[name] = t
			}
			t.Time, t.Share, t.Calls = t.Time+row.Total, t.Share+out.Share, t.Calls+row.Calls
		}
		if len(row.Queries) == 0 {
			d.Others = append(d.Others, out)
			continue
		}
		d.JoinedCalls += row.Calls
		d.JoinedTime += row.Total
		out.Findings = r.findings(i)
		out.Loops = r.loops(i, out.Findings)
		out.Indexes = r.helps(row)
		d.Rows = append(d.Rows, out)
	}
	for _, t := range tables {
		d.Tables = append(d.Tables, *t)
	}
	slices.SortFunc(d.Tables, func(a, b report.RankTable) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Name, b.Name))
	})
}

// row describes what a row costs, and where its statements are sent.
func (r *ranking) row(row rank.Row) report.RankRow {
	top := row.Statements[0]
	out := report.RankRow{
		Time: row.Total, Share: row.Total / max(r.doc.Time, 1e-9), Calls: row.Calls, Mean: row.Total / float64(max(row.Calls, 1)),
		P95: row.P95, Max: row.Max, SQL: plain.Text(strings.Join(strings.Fields(top.Text), " ")), Statements: len(row.Statements), Joined: string(top.How),
	}
	out.SQL = cmp.Or(out.SQL, "(an empty statement, as a ping sends)")
	if row.Rows >= 0 {
		out.Rows = &row.Rows
	}
	if r.rf.values {
		out.Sample = plain.Lines(top.Sample)
	}
	apps, routes := make(map[string]int64), make(map[string]int64)
	for _, s := range row.Statements {
		for _, a := range s.Applications {
			apps[plain.Text(a.Name)] += a.Calls
		}
		for _, a := range s.Routes {
			routes[plain.Text(a.Name)] += a.Calls
		}
		if out.Plan == "" {
			out.Plan = plain.Lines(s.Plan)
		}
	}
	out.Applications, out.Routes = observed.Sorted(apps), observed.Sorted(routes)
	for _, n := range row.Queries {
		q := r.queries[n]
		p := report.RankPlace{Pos: q.CallPos, Call: q.Call}
		if q.Pos.File == q.CallPos.File && q.Pos.Line-q.CallPos.Line < 2 {
			p.End = report.Position{File: p.Pos.File, Line: q.Pos.Line + strings.Count(q.Text, "\n")}
		}
		p.Func, _ = report.Line(q.CallPos)
		if !slices.ContainsFunc(out.Places, func(o report.RankPlace) bool { return o.Pos == p.Pos }) {
			out.Places = append(out.Places, p)
		}
	}
	out.Tables = tablesOf(top.Statement)
	return out
}

// tablesOf names the user's tables that a statement reads or writes; none of a
// text of several statements, whose time is not told apart.
func tablesOf(s *observed.Statement) (names []string) {
	list := sqlmodel.Parse(sqlscan.Source{Text: s.Sample}, sqlscan.Statement, 0).Statements
	if len(list) != 1 || list[0].Kind == sqlmodel.Utility {
		return nil
	}
	for _, l := range list[0].Levels {
		for _, rel := range l.Relations {
			if rel.Kind == sqlmodel.RelTable && !rel.System() && !slices.Contains(names, plain.Text(rel.Name)) {
				names = append(names, plain.Text(rel.Name))
			}
		}
	}
	return names
}

// findings returns those about the queries of a row.
func (r *ranking) findings(row int) (out []report.Finding) {
	for _, f := range r.col.Findings {
		if slices.ContainsFunc(r.rows[row].Queries, func(n int) bool { return slices.Contains(r.about(f), n) }) {
			out = append(out, f)
		}
	}
	return out
}

// about returns the queries that a finding is about.
func (r *ranking) about(f report.Finding) (list []int) {
	if f.Sent != "" {
		return r.sentAt(f)
	}
	for i, q := range r.queries {
		inText := f.Pos.File == q.Pos.File && q.Pos.Line <= f.Pos.Line && f.Pos.Line <= q.Pos.Line+strings.Count(q.Text, "\n")
		inCall := f.Pos.File == q.CallPos.File && f.Pos.Line <= q.CallPos.Line && q.CallPos.Line <= max(f.Pos.Line, f.End.Line)
		if inText || inCall {
			list = append(list, i)
		}
	}
	return list
}

// sentAt returns the queries that a call sends of which a finding knows the
// line and the file's name alone: none if files of one name leave open which.
func (r *ranking) sentAt(f report.Finding) (list []int) {
	const most = 4 // lines from the call's parenthesis to its argument
	name, line := path.Base(strings.TrimSuffix(f.Sent, f.Sent[strings.LastIndexByte(f.Sent, ':'):])), report.ParsePosition(f.Sent).Line
	best, file := most+1, ""
	for i, q := range r.queries {
		if filepath.Base(q.CallPos.File) != name || q.CallPos.Line < line || q.CallPos.Line > line+most {
			continue
		}
		if len(f.Tables) > 0 && !strings.Contains(strings.ToLower(q.Text), strings.ToLower(f.Tables[0])) {
			continue
		}
		switch off := q.CallPos.Line - line; {
		case off < best:
			best, file, list = off, q.CallPos.File, []int{i}
		case off == best && q.CallPos.File != file:
			return nil
		case off == best:
			list = append(list, i)
		}
	}
	return list
}

// helps returns the indexes that would make the statements of a row cheaper.
func (r *ranking) helps(row rank.Row) (out []report.RankIndex) {
	for _, x := range r.indexes {
		for _, u := range x.Serves {
			if u.ForeignKey || !slices.ContainsFunc(row.Queries, func(n int) bool { return r.queries[n].Pos == u.Pos }) {
				continue
			}
			out = append(out, report.RankIndex{SQL: x.SQL, Saves: u.Saves, Before: u.Before, After: u.After, Planner: x.Planner})
			break
		}
	}
	return out
}
