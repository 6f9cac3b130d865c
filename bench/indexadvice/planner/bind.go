package planner

import (
	"fmt"
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

const (
	boundLimit  = 50 // stands for LIMIT $n
	boundOffset = 0  // stands for OFFSET $n
)

// bind replaces parameters by values: those compared with a plain column by a
// value that the column has, LIMIT and OFFSET by numbers. The others stay, and
// are renumbered.
//
// A generic plan assumes that LIMIT $n returns a tenth of the rows and that
// < $n keeps a third of them, which hides most of the indexes that are useful.
func (s *Session) bind(q *Query, sample bool) (string, error) {
	tree, err := pg.Parse(q.SQL)
	if err != nil {
		return "", err
	}
	values := map[int32]string{}
	if sample {
		values = s.samples(q.Info)
	}
	root := tree.ProtoReflect()
	shape.Walk(root, func(m protoreflect.Message) bool {
		if x, ok := m.Interface().(*pg.SelectStmt); ok {
			bindNumber(x.LimitCount, boundLimit)
			bindNumber(x.LimitOffset, boundOffset)
		}
		return true
	})
	shape.Walk(root, func(m protoreflect.Message) bool {
		n, ok := m.Interface().(*pg.Node)
		if !ok || n.GetParamRef() == nil {
			return true
		}
		if v, ok := values[n.GetParamRef().Number]; ok {
			n.Node = pg.MakeAConstStrNode(v, 0).Node
			return false
		}
		return true
	})
	renumber := map[int32]int32{}
	shape.Walk(root, func(m protoreflect.Message) bool {
		if p, ok := m.Interface().(*pg.ParamRef); ok {
			if renumber[p.Number] == 0 {
				renumber[p.Number] = int32(len(renumber) + 1)
			}
			p.Number = renumber[p.Number]
		}
		return true
	})
	return pg.Deparse(tree)
}

// bindNumber replaces an expression that has a parameter in it.
func bindNumber(n *pg.Node, value int64) {
	if n == nil {
		return
	}
	has := false
	shape.Walk(n.ProtoReflect(), func(m protoreflect.Message) bool {
		_, is := m.Interface().(*pg.ParamRef)
		has = has || is
		return !has
	})
	if has {
		n.Node = pg.MakeAConstIntNode(value, 0).Node
	}
}

// samples takes a value for each parameter that is compared with a column of a
// table: that of a row picked by a hash for =, one of the outer two hundredths
// for < and >, so that a range is selective. Where both bounds are given, the
// last two hundredths are between them.
func (s *Session) samples(info *shape.Info) map[int32]string {
	values := map[int32]string{}
	for _, lv := range info.Levels {
		for _, r := range lv.Rels {
			for _, p := range r.Preds {
				if r.Table == nil || p.Param == 0 || p.Col == "" {
					continue
				}
				if _, ok := values[p.Param]; ok {
					continue
				}
				if v, ok := s.sample(r.Table.Name, p, upper(p) && slices.ContainsFunc(r.Preds, func(o *shape.Pred) bool { return o.Col == p.Col && lower(o) })); ok {
					values[p.Param] = v
				}
			}
		}
	}
	return values
}

func upper(p *shape.Pred) bool { return p.Kind == shape.Range && strings.HasPrefix(p.Op, "<") }
func lower(p *shape.Pred) bool { return p.Kind == shape.Range && strings.HasPrefix(p.Op, ">") }

// sample takes a value; last is set for an upper bound beside a lower one.
func (s *Session) sample(table string, p *shape.Pred, last bool) (string, bool) {
	col, t := catalog.Quote(p.Col), catalog.QuoteTable(table)
	var sql string
	switch {
	case p.Kind == shape.Eq:
		sql = fmt.Sprintf("SELECT %s::text FROM %s WHERE %s IS NOT NULL ORDER BY hashtext(ctid::text) LIMIT 1", col, t, col)
	case last:
		sql = fmt.Sprintf("SELECT (percentile_disc(1) WITHIN GROUP (ORDER BY %s))::text FROM %s", col, t)
	case upper(p):
		sql = fmt.Sprintf("SELECT (percentile_disc(0.02) WITHIN GROUP (ORDER BY %s))::text FROM %s", col, t)
	case lower(p):
		sql = fmt.Sprintf("SELECT (percentile_disc(0.98) WITHIN GROUP (ORDER BY %s))::text FROM %s", col, t)
	default:
		return "", false
	}
	var v *string
	if err := s.Scan(sql, &v); err != nil || v == nil || *v == "" {
		return "", false // an empty table or column, or a type without order
	}
	return *v, true
}

// prepare finds the form in which the server plans a statement: with values,
// else with parameters, else as it is written.
func (s *Session) prepare(q *Query) error {
	var err error
	if q.Info, err = shape.Analyze(s.Catalog, q.SQL); err != nil {
		return err
	}
	if q.Info.Kind == "" {
		return fmt.Errorf("neither a query nor a change of rows")
	}
	texts := []func() (string, error){
		func() (string, error) { return s.bind(q, true) },
		func() (string, error) { return s.bind(q, false) },
		func() (string, error) { return q.SQL, nil },
	}
	if s.Generic {
		texts = texts[1:]
	}
	for _, text := range texts {
		if q.Text, err = text(); err != nil {
			continue
		}
		if q.Params, err = s.params(q.Text); err != nil {
			continue
		}
		if _, err = s.explain(q); err == nil {
			return nil
		}
	}
	return err
}

// params counts the parameters that the server sees in a statement.
func (s *Session) params(text string) (n int, err error) {
	if !strings.Contains(text, "$") {
		return 0, nil
	}
	if err := s.Exec("DEALLOCATE ALL"); err != nil {
		return 0, err
	}
	if err := s.Exec("PREPARE q AS " + text); err != nil {
		return 0, err
	}
	err = s.Scan("SELECT coalesce(array_length(parameter_types, 1), 0) FROM pg_prepared_statements WHERE name = 'q'", &n)
	return n, err
}
