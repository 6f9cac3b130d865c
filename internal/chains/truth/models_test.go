package truth

import (
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
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
	// Have: what is not claimed makes no tables; the first gorm's are not read.
	if bars[name].right > 50 && name != "gorm1" {
		agree(t, name, tables(s))
	}
}

// agree compares what sqlvet says of a section's models with what the library
// makes of them.
func agree(t *testing.T, name string, want []table) {
	t.Helper()
	sqlvet, err := tool()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(sqlvet, "schema", "-json", name).Output()
	if err != nil {
		t.Fatalf("sqlvet schema %s: %v", name, err)
	}
	s := new(schema.Schema)
	if err := json.Unmarshal(out, s); err != nil {
		t.Fatal(err)
	}
	said := make(map[string]table)
	for _, x := range tables(s) {
		said[x.Name] = x
	}
	all, same := 0, 0
	count := func(ok bool, format string, args ...any) {
		if all++; ok {
			same++
		} else {
			t.Logf(format, args...)
		}
	}
	for _, w := range want {
		h, ok := said[w.Name]
		if count(ok, "no table %s", w.Name); !ok || s.Table("", w.Name).Uncertain && name == "xorm" {
			continue // Have: which names a table has is decided when the program runs.
		}
		for _, c := range w.Columns {
			count(slices.Contains(h.Columns, c), "%s: no column %v, have %v", w.Name, c, h.Columns)
		}
		for _, i := range w.Indexes {
			count(slices.ContainsFunc(h.Indexes, func(x index) bool { return reflect.DeepEqual(x, i) }), "%s: no index %v, have %v", w.Name, i, h.Indexes)
		}
		count(len(h.Columns) == len(w.Columns) && len(h.Indexes) == len(w.Indexes), "%s: has more than %v", w.Name, w)
	}
	t.Logf("%s models: %d of %d tables, columns and indexes", name, same, all)
	if same*100 < all*98 {
		t.Errorf("%d of %d are the same, want 98 %%", same, all)
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
