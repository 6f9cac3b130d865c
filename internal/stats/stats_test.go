package stats

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xeipuuv/gojsonschema"
)

func ptr[T any](v T) *T { return &v }

// sample uses every field of the format.
func sample() *File {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return &File{
		Version: Version, Taken: at, Server: 150018, Since: &at, Values: true,
		Tables: []*Table{
			{Schema: "public", Name: "boats", Rows: 12, Pages: 1, Analyzed: &at},
			{
				Schema: "public", Name: "trips", Rows: 4.2e6, Pages: 61_000, AllVisible: 60_000,
				Columns: []*Column{
					{
						Name: "state", Type: "text", NullFraction: 0.01, Width: 7, Distinct: 3, Correlation: ptr(0.5),
						Common: []string{"landed", "<at sea>"}, Frequencies: []float64{0.9, 0.05}, Histogram: []string{"a", "z"},
					},
					{Name: "boat_id", Distinct: -0.25, Frequencies: []float64{0.1}},
					{Name: "crew", Elements: &Elements{Common: []string{"7"}, Frequencies: []float64{0.5, 0.5, 0.5, 0}, Counts: []float64{1, 5, 3}}},
				},
				Indexes: []*Index{
					{Name: "trips_lower_idx", Rows: 4.2e6, Pages: 900, Scans: ptr[int64](0), Columns: []*Column{{Name: "lower", Distinct: -1}}},
					{Name: "trips_pkey", Rows: -1, Pages: 3},
				},
			},
		},
		Statements: []Statement{{"5c0a", 17}},
	}
}

func write(t *testing.T, f *File) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWriteAndRead(t *testing.T) {
	text := write(t, sample())
	got, err := Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, sample()) {
		t.Errorf("another file was read than was written:\n%s", text)
	}
	if again := write(t, got); !bytes.Equal(again, text) {
		t.Errorf("written again, it is another:\n%s\n%s", text, again)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Count(line, `"name"`) > 1 && !strings.Contains(line, "trips_lower_idx") {
			t.Errorf("want a table, column or index a line, have %s", line)
		}
	}
	empty := write(t, &File{})
	if _, err := Read(bytes.NewReader(empty)); err != nil {
		t.Errorf("%v:\n%s", err, empty)
	}
}

func TestLookups(t *testing.T) {
	f := sample()
	f.Tables = append(f.Tables, &Table{Schema: "old", Name: "boats"})
	trips := f.Table("", "trips")
	if trips == nil || f.Table("public", "trips") != trips || f.Table("old", "trips") != nil {
		t.Error("trips is in public only")
	}
	if f.Table("", "boats") != nil || f.Table("old", "boats") == nil {
		t.Error("two schemas have boats")
	}
	if n := trips.Column("boat_id").Values(trips.Rows); n != 1.05e6 {
		t.Errorf("want a quarter of the rows, have %g", n)
	}
	if n := trips.Column("state").Values(trips.Rows); n != 3 {
		t.Errorf("want 3 values, have %g", n)
	}
	if trips.Index("trips_lower_idx").Column("lower") == nil || trips.Index("none") != nil {
		t.Error("trips_lower_idx has the expression lower")
	}
}

func TestReadRefuses(t *testing.T) {
	whole := string(write(t, sample()))
	table := func(s string) string { return `{"version":1,"tables":[{"schema":"a","name":"b",` + s + `}]}` }
	column := func(s string) string { return table(`"rows":1,"pages":1,"columns":[{"name":"c",` + s + `}]`) }
	tests := []struct{ text, want string }{
		{"", "empty"},
		{" \n", "empty"},
		{"hello", "line 1: invalid character 'h'"},
		{"{}", `it has no "version"`},
		{`{"version":1}`, `it has no "tables"`},
		{`{"version":2,"novelty":[]}`, "a newer sqlvet"},
		{whole[:len(whole)/2], "cut off"},
		{whole + "{}", "line 14: invalid character '{' after top-level value"},
		{strings.Replace(whole, "n_distinct", "distinct", 1), `unknown field "distinct"`},
		{"{\"version\":1,\n\"tables\":[{\"rows\":\"many\"}]}", `rows" is no float64`},
		{`{"version":1,"tables":[null]}`, "a table is null"},
		{table(`"rows":-7,"pages":1`), `table "a.b": rows: -7`},
		{table(`"rows":1e99,"pages":1`), "rows: 1e+99"},
		{table(`"rows":1e999,"pages":1`), "is no float64"},
		{table(`"rows":1,"pages":-1`), "pages: -1"},
		{table(`"rows":1,"pages":1,"all_visible":-1`), "all_visible: -1"},
		{table(`"rows":1,"pages":1,"columns":[null]`), "a column is null"},
		{table(`"rows":1,"pages":1,"columns":[{"name":"c"},{"name":"c"}]`), `column "c"`},
		{table(`"rows":1,"pages":1,"indexes":[null]`), "an index is null"},
		{table(`"rows":1,"pages":1,"indexes":[{"name":"x","rows":1,"pages":1,"scans":-1}]`), `index "x": scans`},
		{`{"version":1,"tables":[{"schema":"a","name":"b"},{"schema":"a","name":"b"}]}`, "given twice"},
		{`{"version":1,"tables":[{"schema":"a"}]}`, "no name"},
		{column(`"null_fraction":1.5`), `column "c": null_fraction`},
		{column(`"width":-1`), "width"},
		{column(`"n_distinct":-2`), "n_distinct"},
		{column(`"correlation":9`), "correlation"},
		{column(`"common":["x"]`), "1 values with 0 frequencies"},
		{column(`"frequencies":[0.7,0.7]`), "more than all rows"},
		{column(`"frequencies":[-0.7]`), "no share"},
		{column(`"elements":{"common":["x"],"frequencies":[0.1]}`), "elements: 1 values"},
		{column(`"elements":{"counts":[-1]}`), "elements: counts"},
		{column(`"histogram":[` + strings.Repeat(`"",`, maxValues) + `""]`), "histogram: more than"},
		{`{"version":1,"tables":[],"statements":[{"calls":1}]}`, "no fingerprint"},
		{strings.Repeat("[", 20_000), "exceeded max depth"},
	}
	for _, test := range tests {
		_, err := Read(strings.NewReader(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%.60q: want one line with %q, have %v", test.text, test.want, err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, Name)
	if err := os.WriteFile(path, write(t, sample()), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
	if err := os.Truncate(path, maxSize+1); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{path: "more than 64 MiB", dir: "not a regular file", path + "x": "no such file"} {
		if _, err := Load(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, have %v", file, want, err)
		}
	}
}

func TestJSONSchema(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(JSONSchema))
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) bool {
		t.Helper()
		res, err := schema.Validate(gojsonschema.NewStringLoader(text))
		if err != nil {
			t.Fatal(err)
		}
		return res.Valid()
	}
	whole := string(write(t, sample()))
	if !valid(whole) {
		t.Error("the schema refuses what is written")
	}
	for _, change := range [][2]string{
		{`"version":1`, `"version":2`}, {`"n_distinct"`, `"distinct"`}, {`"pages":900`, `"pages":-900`}, {`"name":"boats"`, `"name":""`},
		{`"calls":17`, `"calls":"17"`},
	} {
		changed := strings.Replace(whole, change[0], change[1], 1)
		if changed == whole || valid(changed) {
			t.Errorf("the schema lets %s pass", change[1])
		}
	}
	var doc struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(JSONSchema, &doc); err != nil {
		t.Fatal(err)
	}
	sameKeys(t, reflect.TypeFor[File](), doc.Properties)
	sameKeys(t, reflect.TypeFor[Table](), doc.Defs["table"].Properties)
	sameKeys(t, reflect.TypeFor[Column](), doc.Defs["column"].Properties)
	sameKeys(t, reflect.TypeFor[Elements](), doc.Defs["elements"].Properties)
	sameKeys(t, reflect.TypeFor[Index](), doc.Defs["index"].Properties)
	sameKeys(t, reflect.TypeFor[Statement](), doc.Defs["statement"].Properties)
}

func sameKeys(t *testing.T, typ reflect.Type, keys map[string]any) {
	t.Helper()
	if typ.NumField() != len(keys) {
		t.Errorf("%s has %d fields, the schema %d", typ, typ.NumField(), len(keys))
	}
	for i := range typ.NumField() {
		key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if _, ok := keys[key]; !ok {
			t.Errorf("%s.%s: the schema has no %q", typ, typ.Field(i).Name, key)
		}
	}
}

func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	sample().Write(&out)
	f.Add(out.Bytes())
	f.Add([]byte(`{"version":1,"tables":[{"schema":"a","name":"b","rows":1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if _, err := Read(bytes.NewReader(write(t, got))); err != nil {
			t.Errorf("what was read cannot be read when written again: %v", err)
		}
	})
}
