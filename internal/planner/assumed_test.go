//go:build unix

package planner

import (
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// TestDates lets times lie where the statements look for them.
func TestDates(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := schema.Parse("schema.sql", "CREATE TABLE tides (id bigserial PRIMARY KEY, at date NOT NULL, seen date NOT NULL, told date NOT NULL);")
	var statements []*sqlmodel.Statement
	for _, sql := range []string{
		"SELECT id FROM tides WHERE at >= date '1994-01-01' AND at < date '1995-01-01' + interval '1 year'",
		"SELECT id FROM tides WHERE seen > '2025-06-01'",
	} {
		statements = append(statements, sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0).Statements...)
	}
	f := Assumed(s, priors.Known{}, statements, now)
	for column, want := range map[string][2]string{"at": {"1992-01-01", "1997-01-01"}, "seen": {"2024-03-01", "2026-03-01"}, "told": {"2024-03-01", "2026-03-01"}} {
		h := f.Table("public", "tides").Column(column).Histogram
		if first, last := h[0], h[len(h)-1]; !strings.HasPrefix(first, want[0]) || !strings.HasPrefix(last, want[1]) {
			t.Errorf("%s: from %s to %s, want %v", column, first, last, want)
		}
	}
	if h := f.Table("public", "tides").Column("id").Histogram; h[0] != "1" || len(h) != bounds+1 {
		t.Errorf("id: %v", h)
	}
}

// TestRanged takes over where values lie from who may say so.
func TestRanged(t *testing.T) {
	shown, hidden := &stats.Column{Name: "a", Distinct: 5, Common: []string{"x"}, Frequencies: []float64{1}}, &stats.Column{Name: "b", Distinct: -1}
	even := []string{"1", "2", "3"}
	out := ranged(&stats.Table{Rows: 9, Columns: []*stats.Column{shown, hidden}}, &stats.Table{Rows: 5, Columns: []*stats.Column{{Name: "a", Histogram: even}, {Name: "b", Histogram: even}}})
	if out.Rows != 9 || out.Columns[0] != shown || len(out.Columns[1].Histogram) != 3 || hidden.Histogram != nil {
		t.Errorf("%+v %+v", out.Columns[0], out.Columns[1])
	}
}
