package priors

import (
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

const orchard = `
CREATE TYPE ripeness AS ENUM ('green', 'ripe', 'rotten');
CREATE TABLE growers (id bigint PRIMARY KEY, email text);
CREATE TABLE crates (id bigint PRIMARY KEY, grower_id bigint NOT NULL REFERENCES growers, ripeness ripeness NOT NULL, sort text CHECK (sort IN ('apple', 'pear')),
	state text NOT NULL, deleted_at timestamptz, weight int, bruised boolean NOT NULL DEFAULT false, label text);
CREATE TABLE crate_events (id bigint PRIMARY KEY, crate_id bigint NOT NULL REFERENCES crates);
CREATE TABLE settings (k text PRIMARY KEY, v text);
`

// TestSources asks the same of each source: what one does not know the next
// answers.
func TestSources(t *testing.T) {
	s := schema.Parse("schema.sql", orchard)
	crates := s.Table("", "crates")
	counted := &stats.File{Taken: time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC), Tables: []*stats.Table{
		{Schema: "public", Name: "crates", Rows: 5e6, Pages: 70_000, Columns: []*stats.Column{
			{Name: "grower_id", Distinct: 200, Width: 8},
			{Name: "state", Distinct: 4, NullFraction: 0.1, Width: 6, Common: []string{"sold", "it's", "lost"}, Frequencies: []float64{0.6, 0.2, 0.05}},
			{Name: "bruised", Distinct: 2, Common: []string{"f", "t"}, Frequencies: []float64{0.4, 0.6}},
			{Name: "label", Distinct: -0.9, Width: 700},
		}},
		{Schema: "public", Name: "settings", Rows: 40_000, Pages: 500},
		{Schema: "public", Name: "growers", Rows: -1},
	}}
	equal := func(values ...string) Ask { return Ask{Values: values, Count: float64(max(len(values), 1))} }
	type want struct {
		name       string
		have, want float64
	}
	check := func(name string, known Known, basis Basis, list func(p *Priors, x *Table) []want) {
		t.Helper()
		p := New(s, known)
		x := p.Table(crates)
		if _, b := x.Rows(); b != basis {
			t.Errorf("%s: rows by %d, want %d", name, b, basis)
		}
		for _, w := range list(p, x) {
			if d := w.have - w.want; d > 1e-9 || d < -1e-9 {
				t.Errorf("%s: %s is %g, want %g", name, w.name, w.have, w.want)
			}
		}
	}
	rows := func(x *Table) float64 { n, _ := x.Rows(); return n }
	distinct := func(x *Table, c string) float64 { n, _ := x.Distinct(x.Column(c)); return n }
	width := func(x *Table, c string) float64 { n, _ := x.Width(x.Column(c)); return n }
	share := func(x *Table, c string, a Ask) float64 { return x.Share(x.Column(c), a) }

	check("names", Known{}, Assumed, func(p *Priors, x *Table) []want {
		return []want{
			{"rows", rows(x), 12_500}, {"of what refers to it", rows(p.Table(s.Table("", "crate_events"))), 800_000}, {"of settings", rows(p.Table(s.Table("", "settings"))), 100},
			{"enum", distinct(x, "ripeness"), 3}, {"list", distinct(x, "sort"), 2}, {"key", distinct(x, "id"), 12_500}, {"foreign key", distinct(x, "grower_id"), 12_500.0 / 30},
			{"deleted", x.Nulls(x.Column("deleted_at")), 0.9}, {"not null", x.Nulls(x.Column("grower_id")), 0},
			{"a queue's state", share(x, "state", equal("'pending'")), 0.05}, {"flag", share(x, "bruised", equal("true")), 0.1}, {"range", share(x, "weight", Ask{Op: Between}), 0.2},
			{"width of bigint", width(x, "grower_id"), 8}, {"of text", width(x, "label"), 32}, {"pages", x.Pages(), 12_500.0 / 40},
		}
	})
	check("settings", Known{Rows: map[string]float64{"crates": 70}, Small: []string{"crate_events"}, Big: []string{"settings"}}, Set, func(p *Priors, x *Table) []want {
		return []want{{"rows", rows(x), 70}, {"key", distinct(x, "id"), 70}, {"small", rows(p.Table(s.Table("", "crate_events"))), 100}, {"big", rows(p.Table(s.Table("", "settings"))), 1e7}}
	})
	check("statistics", Known{Stats: counted, Rows: map[string]float64{"crates": 70, "growers": 800}}, Measured, func(p *Priors, x *Table) []want {
		return []want{
			{"rows", rows(x), 5e6}, {"of settings", rows(p.Table(s.Table("", "settings"))), 40_000}, {"never analyzed", rows(p.Table(s.Table("", "growers"))), 800},
			{"foreign key", distinct(x, "grower_id"), 200}, {"share of one", share(x, "grower_id", equal()), 1.0 / 200}, {"nearly unique", distinct(x, "label"), 4.5e6},
			{"common", share(x, "state", equal("'sold'")), 0.6}, {"with a quote", share(x, "state", equal("'it''s'")), 0.2}, {"the fourth", share(x, "state", equal("'stolen'")), 0.05},
			{"two", share(x, "state", equal("'sold'", "'lost'")), 0.65}, {"any", share(x, "state", equal()), 0.9 / 4}, {"nulls", x.Nulls(x.Column("state")), 0.1},
			{"flag", share(x, "bruised", equal("true")), 0.6}, {"width", width(x, "label"), 700}, {"pages", x.Pages(), 70_000},
			{"not counted: enum", distinct(x, "ripeness"), 3}, {"not counted: deleted", x.Nulls(x.Column("deleted_at")), 0.9},
		}
	})
}

func TestJudgements(t *testing.T) {
	s := schema.Parse("schema.sql", orchard)
	crates, settings := s.Table("", "crates"), s.Table("", "settings")
	at := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	file := func(n float64) *stats.File {
		return &stats.File{Taken: at, Tables: []*stats.Table{{Schema: "public", Name: "crates", Rows: n, Pages: 9}}}
	}
	for _, test := range []struct {
		known      Known
		small, big bool
		size       string
	}{
		{Known{}, false, false, ""},
		{Known{Big: []string{"public.crates"}}, false, true, ""},
		{Known{Small: []string{"crates"}}, true, false, ""},
		{Known{Rows: map[string]float64{"crates": 4.24e7}}, false, true, " (42.4 million rows by the settings)"},
		{Known{Stats: file(840)}, true, false, " (840 rows on 2026-05-06)"},
		{Known{Stats: file(52_019)}, false, false, " (52,019 rows on 2026-05-06)"},
		{Known{Stats: file(3e9)}, false, true, " (3 billion rows on 2026-05-06)"},
		{Known{Stats: file(3e9), Small: []string{"crates"}}, true, true, " (3 billion rows on 2026-05-06)"},
	} {
		x := New(s, test.known).Table(crates)
		if x.Small() != test.small || x.Big() != test.big || x.Size() != test.size {
			t.Errorf("%+v: small %t, big %t, %q", test.known, x.Small(), x.Big(), x.Size())
		}
	}
	if !New(s, Known{}).Table(settings).Small() {
		t.Error("settings are not small by their name")
	}
}
