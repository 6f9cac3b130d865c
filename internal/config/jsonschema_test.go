package config

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

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
	setting := rule.AnyOf[1]
	library, entry := top.Defs["library"], top.Defs["entry"]
	tests := []struct {
		name      string
		got, want []string
	}{
		{"top", keys(top.Properties), keys(fields)},
		{"tables", keys(top.Properties["tables"].Properties), keys(tableFields)},
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
	for name, n := range map[string]node{"top": top, "tables": top.Properties["tables"], "rule": setting, "library": library, "entry": entry} {
		if string(n.AdditionalProperties) != "false" {
			t.Errorf("%s: the schema lets unknown keys pass", name)
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
