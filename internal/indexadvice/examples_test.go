package indexadvice

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// An example is a case of testdata/examples.txt. Real PostgreSQL with data
// has confirmed each: the planner uses what is wanted and is faster for it,
// and has no use for what is tempting.
type example struct {
	name, query                   string
	want, alt, tempt, also, given []string
}

func readExamples(t testing.TB) []example {
	data, err := os.ReadFile("testdata/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, line := range strings.Split(string(data), "\n") {
		if name, ok := strings.CutPrefix(line, "# "); ok {
			out = append(out, example{name: name})
			continue
		}
		k, v, ok := strings.Cut(line, ":")
		if !ok || len(out) == 0 {
			continue
		}
		e := &out[len(out)-1]
		list := strings.Split(strings.TrimSpace(v), " ; ")
		switch k {
		case "q":
			e.query = strings.TrimSpace(v)
		case "want":
			e.want = list
		case "alt":
			e.alt = list
		case "tempt":
			e.tempt = list
		case "also":
			e.also = list
		case "have":
			e.given = list
		}
	}
	return out
}

// canonical writes an index definition as this package does.
func canonical(t *testing.T, ddl, def string) string {
	s := schema.Parse("schema.sql", ddl+"\nCREATE INDEX probe ON "+def+";")
	c := newCatalog(s, Options{})
	for _, tab := range s.Tables {
		for _, x := range tab.Indexes {
			if x.Name == "probe" {
				if got := c.table(tab).existing(x); got != nil {
					return got.suggestion().Definition()
				}
			}
		}
	}
	t.Fatalf("cannot read index %q", def)
	return ""
}

func statements(t testing.TB, sql string) []Statement {
	res := sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0)
	if res.Err != nil {
		t.Fatalf("%s: %v", sql, res.Err)
	}
	var out []Statement
	for _, st := range res.Statements {
		out = append(out, Statement{Model: st})
	}
	return out
}

func TestExamples(t *testing.T) {
	ddl, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	examples := readExamples(t)
	if len(examples) != 54 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		t.Run(e.name[:2], func(t *testing.T) {
			text := string(ddl)
			for _, def := range e.given {
				text += "\nCREATE INDEX ON " + def + ";"
			}
			s := schema.Parse("schema.sql", text)
			if !s.Complete {
				t.Fatalf("schema: %+v", s.Problems)
			}
			var got []string
			for _, x := range Advise(s, statements(t, e.query), Options{}).Indexes {
				got = append(got, x.Definition())
			}
			allowed := make(map[string]bool)
			for _, def := range e.want {
				def = canonical(t, string(ddl), def)
				allowed[def] = true
				if !slices.Contains(got, def) {
					t.Errorf("%s: %s\nwant %s\ngot  %v", e.name, e.query, def, got)
				}
			}
			for _, def := range e.also {
				allowed[canonical(t, string(ddl), def)] = true
			}
			for _, def := range got {
				if !allowed[def] && !strings.Contains(e.name, "ON DELETE CASCADE") {
					t.Errorf("%s: %s\nnot wanted: %s", e.name, e.query, def)
				}
			}
		})
	}
}
