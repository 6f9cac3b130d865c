package indexadvice

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/priors"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

const foundry = `
CREATE TABLE smiths (id bigint PRIMARY KEY, guild text);
CREATE TABLE castings (id bigint PRIMARY KEY, smith_id bigint NOT NULL REFERENCES smiths, alloy text, stage text NOT NULL, poured_at timestamptz NOT NULL);
CREATE INDEX castings_smith ON castings (smith_id);
CREATE INDEX castings_alloy ON castings (alloy);
CREATE INDEX castings_poured ON castings (poured_at);
`

func ptr[T any](v T) *T { return &v }

// castings are statistics: so many rows, and smiths among them.
func castings(rows, smiths float64, columns ...*stats.Column) *stats.File {
	return &stats.File{
		Taken: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Since: ptr(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
		Tables: []*stats.Table{{
			Schema: "public", Name: "castings", Rows: rows, Pages: int64(rows/50) + 1, Columns: append(columns, &stats.Column{Name: "smith_id", Distinct: smiths}),
			Indexes: []*stats.Index{
				{Name: "castings_smith", Scans: ptr[int64](0)}, {Name: "castings_alloy", Scans: ptr[int64](9)}, {Name: "castings_poured", Scans: ptr[int64](0)},
				{Name: "castings_pkey", Scans: ptr[int64](0)},
			},
		}},
	}
}

// TestCounted asks for the same statement with other numbers.
func TestCounted(t *testing.T) {
	s := schema.Parse("schema.sql", foundry)
	stage := func(done float64) *stats.Column {
		return &stats.Column{Name: "stage", Distinct: 2, Common: []string{"done", "cooling"}, Frequencies: []float64{done, 1 - done}}
	}
	const ofSmith = "SELECT alloy FROM castings WHERE smith_id = $1 AND poured_at > $2"
	const cooling = "SELECT * FROM castings WHERE stage = 'cooling' AND poured_at < $1"
	for _, c := range []struct {
		name, sql string
		file      *stats.File
		want      string
	}{
		{"nothing is known", ofSmith, nil, ""},
		{"a smith has a million castings", ofSmith, castings(5e7, 50), "castings (smith_id, poured_at)"},
		{"a smith has five", ofSmith, castings(5e7, 1e7), ""},
		{"there are few", ofSmith, castings(900, 2), ""},
		{"one in a hundred cools", cooling, castings(5e7, 50, stage(0.99)), "castings (poured_at) WHERE stage = 'cooling'"},
		{"half of them cool", cooling, castings(5e7, 50, stage(0.5)), ""},
	} {
		var got []string
		for _, x := range Advise(s, statements(t, c.sql), Options{Known: priors.Known{Stats: c.file}}).Indexes {
			got = append(got, x.Definition())
		}
		if have := strings.Join(got, "; "); have != c.want {
			t.Errorf("%s: want %q, have %q", c.name, c.want, have)
		}
	}
}

// TestScans doubts the indexes that the server has not read, and none that it
// has, whatever the statements say.
func TestScans(t *testing.T) {
	s := schema.Parse("schema.sql", foundry)
	const sql = "SELECT id FROM castings WHERE poured_at > $1"
	young := castings(5e7, 50)
	young.Since = ptr(young.Taken.AddDate(0, 0, -3))
	for _, c := range []struct {
		name string
		file *stats.File
		want string
	}{
		{"no statistics", nil, "unused castings_alloy"},
		{"counted for two months", castings(5e7, 50), "unread castings_poured"}, // castings_smith serves the foreign key
		{"counted for three days", young, ""},
		{"few rows", castings(500, 50), ""},
	} {
		var got []string
		for _, d := range Review(s, statements(t, sql), nil, Options{Known: priors.Known{Stats: c.file}}) {
			if d.Index != nil {
				got = append(got, string(d.Kind)+" "+d.Index.Name)
			}
		}
		slices.Sort(got)
		if have := strings.Join(got, "; "); have != c.want {
			t.Errorf("%s: want %q, have %q", c.name, c.want, have)
		}
	}
}
