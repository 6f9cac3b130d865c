package config

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/xeipuuv/gojsonschema"
	"go.yaml.in/yaml/v3"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// A node is the part of a JSON Schema that the test looks at.
type node struct {
	Properties           map[string]node `json:"properties"`
	AdditionalProperties json.RawMessage `json:"additionalProperties"`
	AnyOf                []node          `json:"anyOf"`
	Items                *node           `json:"items"`
	Enum                 []any           `json:"enum"`
	Defs                 map[string]node `json:"$defs"`
}

// TestJSONSchema checks that the parser and the schema know the same keys and
// words.
func TestJSONSchema(t *testing.T) {
	var top node
	if err := json.Unmarshal(JSONSchema, &top); err != nil {
		t.Fatal(err)
	}
	var rule node
	if err := json.Unmarshal(top.Properties["rules"].AdditionalProperties, &rule); err != nil {
		t.Fatal(err)
	}
	var table node
	if err := json.Unmarshal(top.Properties["tables"].AdditionalProperties, &table); err != nil {
		t.Fatal(err)
	}
	setting := rule.AnyOf[1]
	library, entry := top.Defs["library"], top.Defs["entry"]
	tests := []struct {
		name      string
		got, want []string
	}{
		{"top", keys(top.Properties), keys(fields)},
		{"tables", keys(top.Properties["tables"].Properties), keys(tableFields)},
		{"table", keys(table.Properties), keys(oneTable)},
		{"pool", keys(top.Properties["pool"].Properties), keys(poolFields)},
		{"pooler", words(top.Properties["pool"].Properties["pooler"].Enum), poolers},
		{"rule", keys(setting.Properties), keys(ruleFields)},
		{"library", keys(library.Properties), append(apis.HeaderFields(), "entries")},
		{"entry", keys(entry.Properties), apis.FieldNames()},
		{"dialect", words(top.Properties["dialect"].Enum), dialects},
		{"severity", words(setting.Properties["severity"].Enum), texts(severities)},
		{"min", words(setting.Properties["min"].Enum), texts(confidences)},
		{"role", words(entry.Properties["role"].Enum), texts(apis.Roles)},
		{"placeholders", words(library.Properties["placeholders"].Items.Enum), apis.PlaceholderForms()},
	}
	for _, test := range tests {
		slices.Sort(test.got)
		want := slices.Sorted(slices.Values(test.want))
		if !slices.Equal(test.got, want) {
			t.Errorf("%s: the schema has %q, the parser %q", test.name, test.got, want)
		}
	}
	for name, n := range map[string]node{"top": top, "table": table, "pool": top.Properties["pool"], "rule": setting, "library": library, "entry": entry} {
		if string(n.AdditionalProperties) != "false" {
			t.Errorf("%s: the schema lets unknown keys pass", name)
		}
	}
}

// TestJSONSchemaAgrees checks that the schema and the parser accept and refuse
// the same files, as far as a schema can tell.
func TestJSONSchemaAgrees(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(JSONSchema))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		content string
		ok      bool
	}{
		{"", true},
		{"rules:\n", true},
		{"tables:\n", true},
		{"dialect: mysql\ngenerated: on\nrules: {a: off, b: true, c: {}}\n", true},
		{"schema: off\n", true},
		{"schema: a\n", true},
		{"schema: [a, b/*.sql]\n", true},
		{"tables: {small: a, big: [b, c], wide: }\n", true},
		{"tables: {orders: {rows: 5e7}, shop.users: {rows: 12}, big: c}\n", true},
		{"stats: off\n", true},
		{"stats: db/sqlvet.stats.json\n", true},
		{"rules: {a: {enabled: off, severity: hint, min: certain, paths: a, exclude: [b]}}\n", true},
		{"paths: [a]\nexclude: b\n", true},
		{"apis: [{module: m, placeholders: [at], entries: {m.F: {role: exec, sql_arg: 0, roundtrip: true}}}]\n", true},
		{"apis: {entries: {m.F: {role: hof, fn_arg: 0}}}\n", true},

		{"rulez: {}\n", false},
		{"dialect: oracle\n", false},
		{"dialect: [mysql]\n", false},
		{"generated: maybe\n", false},
		{"schema: {a: b}\n", false},
		{"tables: {huge: a}\n", false},
		{"tables: {big: {a: b}}\n", false},
		{"tables: {orders: {row: 5}}\n", false},
		{"tables: {orders: {rows: -5}}\n", false},
		{"tables: {orders: {rows: [5]}}\n", false},
		{"stats: [a]\n", false},
		{"rules: {a: maybe}\n", false},
		{"rules: {a: {severity: fatal}}\n", false},
		{"rules: {a: {min: sure}}\n", false},
		{"rules: {a: {paths: {}}}\n", false},
		{"rules: [a]\n", false},
		{"apis: {modul: m}\n", false},
		{"apis: {placeholders: [x]}\n", false},
		{"apis: {entries: {m.F: {role: qery}}}\n", false},
		{"apis: {entries: {m.F: {sql_arg: 1}}}\n", false},
		{"apis: {entries: {m.F: {role: builder, sqlarg: 1}}}\n", false},
		{"apis: {entries: {m.F: {role: builder, sql_arg: one}}}\n", false},
		{"- a\n", false},
	}
	for _, test := range tests {
		_, parseErr := parse("/"+Name, []byte(test.content))
		var value any
		if err := yaml.Unmarshal([]byte(test.content), &value); err != nil {
			t.Fatal(err)
		}
		result, err := schema.Validate(gojsonschema.NewGoLoader(value))
		if err != nil {
			t.Fatal(err)
		}
		if (parseErr == nil) != test.ok || result.Valid() != test.ok {
			t.Errorf("%q: parser: %v; schema: %v", test.content, parseErr, result.Errors())
		}
	}
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func words(enum []any) (list []string) {
	for _, e := range enum {
		list = append(list, e.(string))
	}
	return list
}

func texts[T ~string](values []T) (list []string) {
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}
