package score

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
)

// A Measurement is what the workload costs with one tool's indexes.
type Measurement struct {
	Tool    string
	Built   []Built
	Refused []string           // statements that PostgreSQL does not take, with its error
	Bytes   int64              // of all indexes
	Cost    map[string]float64 // by query
}

// Built is a suggestion that was built.
type Built struct {
	Suggestion
	UsedBy []string // queries in whose plan it is
}

// Unused returns the indexes that are in no plan.
func (m *Measurement) Unused() []Built {
	return slices.Collect(func(yield func(Built) bool) {
		for _, b := range m.Built {
			if len(b.UsedBy) == 0 && !yield(b) {
				return
			}
		}
	})
}

const prefix = "zz_measured_"

// Measure builds the suggestions, plans the workload and takes them back.
func Measure(s *planner.Session, list []*planner.Query, tool string, sg []Suggestion) (*Measurement, error) {
	m := &Measurement{Tool: tool, Cost: map[string]float64{}}
	if err := s.Reset(); err != nil {
		return nil, err
	}
	return m, s.Try(func() error {
		if err := m.build(s, sg); err != nil {
			return err
		}
		return m.explain(s, list)
	})
}

func (m *Measurement) build(s *planner.Session, sg []Suggestion) error {
	analyze := map[string]bool{}
	for _, x := range sg {
		name := fmt.Sprintf("%s%d", prefix, len(m.Built))
		if err := s.Attempt("CREATE INDEX " + name + " " + x.Def); err != nil {
			m.Refused = append(m.Refused, err.Error())
			continue
		}
		m.Built = append(m.Built, Built{Suggestion: x})
		if x.Analyze {
			analyze[x.Table] = true
		}
		var bytes int64
		if err := s.Scan("SELECT pg_relation_size('"+catalog.SchemaPrefix(x.Table)+name+"')", &bytes); err != nil {
			return err
		}
		m.Bytes += bytes
	}
	for _, t := range slices.Sorted(maps.Keys(analyze)) {
		if err := s.Exec("ANALYZE " + catalog.QuoteTable(t)); err != nil {
			return err
		}
	}
	return nil
}

func (m *Measurement) explain(s *planner.Session, list []*planner.Query) error {
	for _, q := range list {
		var p planner.Plan
		err := s.Try(func() (err error) {
			p, err = s.Explain(q)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s could be planned without the indexes of %s: %w", q.Name, m.Tool, err)
		}
		m.Cost[q.Name] = p.Cost
		for _, name := range p.Used {
			if k, ok := strings.CutPrefix(name, prefix); ok {
				var i int
				if _, err := fmt.Sscan(k, &i); err != nil {
					return err
				}
				m.Built[i].UsedBy = append(m.Built[i].UsedBy, q.Name)
			}
		}
	}
	return nil
}

// A Table compares tools on one workload.
type Table struct {
	Workload   string
	Queries    []*planner.Query
	Unplanned  []*planner.Query
	MB         int64 // size of the tables
	None       *Measurement
	Tools      []*Measurement
	Improvable []*planner.Query // an index can make these cheaper
	Ideal      map[string]float64
}

const (
	improvableRatio = 1.25 // of the cost without indexes to the lowest known
	improvableCost  = 50   // and by so many units
	goodShare       = 0.9  // of the reachable gain
)

// Judge completes a table: the lowest known cost of each query, and which
// queries an index can improve. ideal may hold lower costs found elsewhere.
func (t *Table) Judge(ideal map[string]float64) {
	t.Ideal = map[string]float64{}
	t.Improvable = nil
	for _, q := range t.Queries {
		none := t.None.Cost[q.Name]
		lowest := none
		if v, ok := ideal[q.Name]; ok {
			lowest = min(lowest, v)
		}
		for _, m := range t.Tools {
			lowest = min(lowest, m.Cost[q.Name])
		}
		t.Ideal[q.Name] = lowest
		// Statements on the system's catalog change with the number of indexes.
		if len(q.Info.Tables) > 0 && none > improvableRatio*lowest && none-lowest > improvableCost {
			t.Improvable = append(t.Improvable, q)
		}
	}
}

// Figures are a tool's row of the table; shares are 0 to 1.
type Figures struct {
	Indexes, Unused, Refused int
	MB                       float64
	Sum                      float64 // cost of the workload
	RCR                      float64 // (cost without - cost with) / (cost without - lowest sum of any tool)
	Q                        float64 // mean share of each improvable query's own possible gain
	Good                     float64 // share of improvable queries with at least goodShare of it
	Geo                      float64 // geometric mean of the improvable queries' cost ratios
	Precision                float64 // share of indexes that a maintainer has too, or that save >= 20 % of a query; NaN without indexes
}

func (t *Table) sum(m *Measurement) float64 {
	sum := 0.0
	for _, q := range t.Queries {
		sum += q.Weight * m.Cost[q.Name]
	}
	return sum
}

// Share returns how much of a query's possible gain a tool reaches.
func (t *Table) Share(m *Measurement, q *planner.Query) float64 {
	none, ideal := t.None.Cost[q.Name], t.Ideal[q.Name]
	return math.Max(0, (none-m.Cost[q.Name])/(none-ideal))
}

// Figures computes a tool's row. human are the indexes that the maintainers
// have.
func (t *Table) Figures(m *Measurement, human []Suggestion) Figures {
	f := Figures{
		Indexes: len(m.Built), Unused: len(m.Unused()), Refused: len(m.Refused), MB: float64(m.Bytes) / (1 << 20), Sum: t.sum(m),
		Precision: t.precision(m, human),
	}
	none, lowest := t.sum(t.None), math.Inf(1)
	for _, o := range t.Tools {
		lowest = math.Min(lowest, t.sum(o))
	}
	f.RCR = (none - f.Sum) / (none - lowest)
	weight, logs := 0.0, 0.0
	for _, q := range t.Improvable {
		share := t.Share(m, q)
		weight += q.Weight
		f.Q += q.Weight * share
		logs += q.Weight * math.Log(m.Cost[q.Name]/t.None.Cost[q.Name])
		if share >= goodShare {
			f.Good += q.Weight
		}
	}
	if weight > 0 {
		f.Q, f.Good, f.Geo = f.Q/weight, f.Good/weight, math.Exp(logs/weight)
	}
	return f
}

const usefulSaving = 0.2 // of a query's cost

func (t *Table) precision(m *Measurement, human []Suggestion) float64 {
	useful := 0
	for _, b := range m.Built {
		if t.useful(m, b, human) {
			useful++
		}
	}
	return float64(useful) / float64(len(m.Built))
}

func (t *Table) useful(m *Measurement, b Built, human []Suggestion) bool {
	return slices.ContainsFunc(human, func(h Suggestion) bool { return Compare(b.Suggestion, h) >= Covers }) || t.Saves(m, b)
}

// Saves reports whether an index is in the plan of a statement that has become
// a fifth cheaper.
func (t *Table) Saves(m *Measurement, b Built) bool {
	return slices.ContainsFunc(b.UsedBy, func(q string) bool { return m.Cost[q] < (1-usefulSaving)*t.None.Cost[q] })
}
