package planner

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// A Plan is what EXPLAIN said.
type Plan struct {
	Cost float64  // total, in the planner's units
	Used []string // names of the indexes in it, sorted
	Defs []string // definitions of the hypothetical ones among them
}

// Explain plans a statement with the indexes there are now.
func (s *Session) Explain(q *Query) (Plan, error) { return s.explain(q) }

func (s *Session) explain(q *Query) (Plan, error) {
	raw, err := s.Raw(q)
	if err != nil {
		return Plan{}, err
	}
	return s.read(raw)
}

// Raw is Explain as EXPLAIN (FORMAT json) prints it.
func (s *Session) Raw(q *Query) (raw string, err error) {
	s.Explains++
	text := "EXPLAIN (FORMAT json) " + q.Text
	if q.Params > 0 {
		// The plan of a prepared statement is kept even when hypothetical
		// indexes come and go.
		if err := s.Exec("DEALLOCATE ALL"); err != nil {
			return "", err
		}
		if err := s.Exec("PREPARE q AS " + q.Text); err != nil {
			return "", err
		}
		text = "EXPLAIN (FORMAT json) EXECUTE q(" + strings.TrimSuffix(strings.Repeat("NULL,", q.Params), ",") + ")"
	}
	return raw, s.Scan(text, &raw)
}

func (s *Session) read(raw string) (Plan, error) {
	var out []struct{ Plan map[string]any }
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		return Plan{}, err
	}
	if len(out) == 0 || out[0].Plan == nil {
		return Plan{}, errors.New("no plan")
	}
	var p Plan
	p.Cost, _ = out[0].Plan["Total Cost"].(float64)
	indexes(out[0].Plan, &p.Used)
	slices.Sort(p.Used)
	p.Used = slices.Compact(p.Used)
	for _, name := range p.Used {
		if def, ok := s.defs[name]; ok {
			p.Defs = append(p.Defs, def)
		}
	}
	slices.Sort(p.Defs)
	return p, nil
}

// indexes collects the index names of a plan and its children.
func indexes(node any, names *[]string) {
	switch x := node.(type) {
	case map[string]any:
		if n, ok := x["Index Name"].(string); ok {
			*names = append(*names, n)
		}
		for _, child := range x {
			indexes(child, names)
		}
	case []any:
		for _, child := range x {
			indexes(child, names)
		}
	}
}
