package planner

import (
	"fmt"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
	"github.com/sqlvet/sqlvet/bench/indexadvice/workload"
)

// Load prepares the statements of a workload: those that can be planned, and
// the others with the reason. Statements that differ in the values of their
// parameters only are taken once. implied adds what the server does to keep
// foreign keys when the workload deletes.
func (s *Session) Load(list []workload.Query, implied bool) (good, bad []*Query, err error) {
	seen := map[string]bool{}
	names := map[string]int{}
	for _, w := range list {
		q := &Query{Query: w}
		if q.Err == nil {
			key := q.SQL
			if strings.Contains(q.SQL, "$") {
				if key, err = pg.Fingerprint(q.SQL); err != nil {
					key = q.SQL
				}
			}
			if seen[key] {
				continue
			}
			seen[key] = true
			q.Err = s.prepare(q)
		}
		if q.Err != nil {
			bad = append(bad, q)
			continue
		}
		if names[q.Name]++; names[q.Name] > 1 {
			q.Name = fmt.Sprintf("%s~%d", q.Name, names[q.Name])
		}
		good = append(good, q)
	}
	if implied {
		keys, err := s.implied(good)
		if err != nil {
			return nil, nil, err
		}
		good = append(good, keys...)
	}
	return good, bad, nil
}

// Prepare makes a Query of a text, for use outside of a workload.
func (s *Session) Prepare(name, sql string) (*Query, error) {
	q := &Query{Query: workload.Query{Name: name, SQL: sql, Weight: 1}}
	return q, s.prepare(q)
}

// implied returns the statements that the server runs for each foreign key
// whose referenced table the workload deletes from, and, where they delete
// in their turn, for the next.
func (s *Session) implied(list []*Query) ([]*Query, error) {
	var out []*Query
	done := map[*catalog.FK]bool{}
	var from func(t *catalog.Table)
	from = func(t *catalog.Table) {
		for _, f := range t.RefBy {
			if done[f] {
				continue
			}
			done[f] = true
			sql := keeping(f)
			q := &Query{Query: workload.Query{Name: "ri:" + f.Table + "." + f.Name, SQL: sql, Weight: 1}, Text: sql, Implied: true}
			var err error
			if q.Info, err = shape.Analyze(s.Catalog, sql); err != nil {
				continue
			}
			if q.Params, err = s.params(sql); err != nil {
				continue
			}
			if _, err := s.explain(q); err != nil {
				continue
			}
			out = append(out, q)
			if f.OnDelete == "c" {
				from(s.Catalog.Tables[f.Table])
			}
		}
	}
	for _, q := range list {
		tree, err := pg.Parse(q.SQL)
		if err != nil {
			return nil, err
		}
		shape.Walk(tree.ProtoReflect(), func(m protoreflect.Message) bool {
			if d, ok := m.Interface().(*pg.DeleteStmt); ok && d.Relation != nil {
				if t := s.Catalog.Table(d.Relation.Schemaname, d.Relation.Relname); t != nil {
					from(t)
				}
			}
			return true
		})
	}
	return out, nil
}

// keeping returns the statement of ri_triggers.c for a foreign key of which a
// referenced row is deleted.
func keeping(f *catalog.FK) string {
	var conds []string
	for i, c := range f.Cols {
		conds = append(conds, fmt.Sprintf("$%d = %s", i+1, catalog.Quote(c)))
	}
	table, where := catalog.QuoteTable(f.Table), strings.Join(conds, " AND ")
	switch f.OnDelete {
	case "c":
		return "DELETE FROM ONLY " + table + " WHERE " + where
	case "n", "d":
		return "UPDATE ONLY " + table + " SET " + catalog.Quote(f.Cols[0]) + " = NULL WHERE " + where
	}
	return "SELECT 1 FROM ONLY " + table + " x WHERE " + where + " FOR KEY SHARE OF x"
}
