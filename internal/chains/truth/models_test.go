package truth

import (
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
	"github.com/sqlvet/sqlvet/internal/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A table is what sqlvet has to know of a table that a library makes of a
// model, as the library makes it.
type table struct {
	Name    string   `json:"name"`
	Columns []column `json:"columns"`
	Indexes []index  `json:"indexes,omitempty"`
}

type column struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	NotNull bool   `json:"notNull,omitempty"`
}

type index struct {
	Name    string   `json:"name,omitempty"`
	Columns []string `json:"columns"`
	Unique  bool     `json:"unique,omitempty"`
	Primary bool     `json:"primary,omitempty"`
	Where   string   `json:"where,omitempty"`
}

// models runs a library's migration over the recording driver, and compares
// the tables that its statements make with testdata/NAME.json.
func models(t *testing.T, name string, log *record.Log, migrate func() error) {
	t.Helper()
	log.Take()
	if err := migrate(); err != nil {
		t.Fatal(err)
	}
	var ddl []string
	for _, sql := range log.Take() {
		if !strings.HasPrefix(strings.ToUpper(sql), "SELECT") {
			ddl = append(ddl, strings.TrimSuffix(sql, ";"))
		}
	}
	s := schema.Parse(name+".sql", strings.Join(ddl, ";\n"))
	for _, p := range s.Problems {
		t.Errorf("%s:%d: %s\n%s", p.File, p.Line, p.Message, strings.Join(ddl, ";\n"))
	}
	got, err := json.MarshalIndent(tables(s), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	golden := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not what the library makes; run with -update, and read the difference", golden)
	}
	if len(s.Tables) == 0 {
		t.Error("no tables")
	}
}

func tables(s *schema.Schema) []table {
	var list []table
	for _, t := range s.Tables {
		out := table{Name: t.Name}
		for _, c := range t.Columns {
			out.Columns = append(out.Columns, column{c.Name, c.Type, c.NotNull})
		}
		for _, i := range t.Indexes {
			x := index{Name: i.Name, Unique: i.Unique, Primary: i.Primary, Where: i.Predicate}
			for _, k := range i.Keys {
				key := cmp.Or(k.Column, k.Expr)
				if k.Desc {
					key += " desc"
				}
				x.Columns = append(x.Columns, key)
			}
			out.Indexes = append(out.Indexes, x)
		}
		slices.SortFunc(out.Indexes, func(a, b index) int { return strings.Compare(a.Name, b.Name) })
		list = append(list, out)
	}
	slices.SortFunc(list, func(a, b table) int { return strings.Compare(a.Name, b.Name) })
	return list
}
