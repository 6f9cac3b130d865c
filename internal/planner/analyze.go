//go:build unix

package planner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// Prepare is as a box's. If statements are run, parameters that are compared
// with columns get values that those have.
func (db *Database) Prepare(ctx context.Context, sql string, bound sqlpattern.Bound) (*Statement, error) {
	if !db.analyze {
		return db.Box.Prepare(ctx, sql, bound)
	}
	var asked error
	db.values = func(of []*sqlmodel.Relation, column string, op sqlmodel.Op) (string, bool) {
		v, err := db.valueOf(ctx, of, column, op)
		asked = errors.Join(asked, err)
		return v, v != ""
	}
	st, err := db.Box.Prepare(ctx, sql, bound)
	db.values = nil
	if err != nil || asked != nil {
		return nil, errors.Join(err, asked)
	}
	if st.Params == 0 {
		st.Run, err = db.harmless(ctx, sql)
	}
	return st, err
}

// Explain runs a statement that may be run, and plans the others.
func (db *Database) Explain(ctx context.Context, st *Statement) (*plans.Node, error) {
	if st.Run {
		p, err := db.plan(ctx, db.app, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+st.Text)
		if refusal(err) == nil {
			return p, err
		}
		// It took too long, or wanted to write.
	}
	return db.Box.Explain(ctx, st)
}

// harmless reports whether a text is one query that locks nothing, and calls
// no function that may do something: all that it names are known to be stable.
func (db *Database) harmless(ctx context.Context, sql string) (bool, error) {
	parsed := sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0)
	if parsed.Err != nil || len(parsed.Statements) != 1 || parsed.Statements[0].Kind != sqlmodel.Select {
		return false, nil
	}
	for _, l := range parsed.Statements[0].Levels {
		if l.Lock != "" || l.Target != nil {
			return false, nil
		}
	}
	called := calledIn(sql)
	if len(called) == 0 {
		return true, nil
	}
	slices.Sort(called)
	n, err := db.app.value(ctx, "SELECT count(*) FROM pg_proc WHERE provolatile = 'v' AND proname IN ("+strings.Join(slices.Compact(called), ", ")+")")
	return n == "0", err
}

// calledIn returns, as literals, the names that stand before a bracket:
// functions, and keywords that no function has for a name.
func calledIn(sql string) (out []string) {
	name := ""
	for tok, ok := sqlscan.Next(sql, 0); ok; tok, ok = sqlscan.Next(sql, tok.End) {
		text := tok.Text(sql)
		switch {
		case tok.Kind == sqlscan.Comment:
			continue
		case text == "(" && name != "":
			out = append(out, literal(name))
		}
		name = ""
		switch tok.Kind {
		case sqlscan.Ident:
			name = strings.ToLower(text)
		case sqlscan.Quoted:
			name = strings.ReplaceAll(strings.Trim(text, `"`), `""`, `"`)
		}
	}
	return out
}

// valueOf returns what a column of one of some relations is typically compared
// with: its most common value, or one in the middle, and for a range what
// leaves a fiftieth; "" if the statistics show none.
func (db *Database) valueOf(ctx context.Context, of []*sqlmodel.Relation, column string, op sqlmodel.Op) (string, error) {
	var names []string
	for _, rel := range of {
		if rel.Kind != sqlmodel.RelTable {
			return "", nil
		}
		if t := db.Table(rel.Schema, rel.Name); t != nil {
			names = append(names, fmt.Sprintf("(%s, %s)", literal(t.Schema), literal(t.Name)))
		}
	}
	if len(names) == 0 {
		return "", nil
	}
	rows, err := db.app.rows(ctx, fmt.Sprintf(`SELECT array_to_json(most_common_vals::text::text[]), array_to_json(histogram_bounds::text::text[]) FROM pg_stats
		WHERE (schemaname, tablename) IN (%s) AND attname = %s`, strings.Join(names, ", "), literal(column)))
	if err != nil || len(rows) != 1 {
		return "", err
	}
	var common, bounds []string
	for i, into := range []*[]string{&common, &bounds} {
		if rows[0][i] == "" {
			continue
		}
		if err := json.Unmarshal([]byte(rows[0][i]), into); err != nil {
			return "", err
		}
	}
	switch {
	case op != sqlmodel.OpEq && len(bounds) > 1:
		return boundOf(bounds, op), nil
	case op == sqlmodel.OpEq && len(common) > 0:
		return common[0], nil
	case op == sqlmodel.OpEq && len(bounds) > 0:
		return bounds[len(bounds)/2], nil
	}
	return "", nil
}
