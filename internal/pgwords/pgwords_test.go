package pgwords

import "testing"

func TestCall(t *testing.T) {
	for _, c := range []struct {
		name   string
		types  []string
		v      Volatility
		result string
	}{
		{"lower", []string{"text"}, Immutable, "text"},
		{"lower", []string{"varchar"}, Immutable, "text"},
		{"lower", []string{"int4range"}, Immutable, ""},
		{"date_trunc", []string{"", "timestamp"}, Immutable, "timestamp"},
		{"date_trunc", []string{"text", "timestamptz"}, Stable, "timestamptz"},
		{"date_trunc", []string{"", ""}, Stable, ""},
		{"date", []string{"timestamptz"}, Stable, "date"},
		{"date", []string{"timestamp"}, Immutable, "date"},
		{"length", []string{"text"}, Immutable, "integer"},
		{"to_tsvector", []string{"text"}, Stable, "tsvector"},
		{"to_tsvector", []string{"", "text"}, Immutable, "tsvector"},
		{"round", []string{"numeric"}, Immutable, "numeric"},
		{"round", []string{""}, Immutable, ""},
		{"concat", []string{"text", "integer", "text"}, Stable, "text"},
		{"jsonb_extract_path_text", []string{"jsonb", "", ""}, Immutable, "text"},
		{"gen_random_uuid", nil, Volatile, "uuid"},
		{"uuid_generate_v4", nil, Volatile, "uuid"},
		{"my_own", []string{"text"}, Unknown, ""},
		{"lower", []string{"text", "text", "text"}, Unknown, ""},
	} {
		if v, result := Call(c.name, c.types); v != c.v || result != c.result {
			t.Errorf("Call(%q, %q) = %v, %q; want %v, %q", c.name, c.types, v, result, c.v, c.result)
		}
	}
}

func TestWords(t *testing.T) {
	for what, c := range map[string]struct {
		is      func(string) bool
		yes, no []string
	}{
		"reserved":  {Reserved, []string{"user", "order", "left", "system_user"}, []string{"name", "value", "users", ""}},
		"system":    {SystemColumn, []string{"ctid", "xmin", "tableoid"}, []string{"id", "oid"}},
		"aggregate": {Aggregate, []string{"count", "string_agg", "any_value"}, []string{"lower", "coalesce"}},
		"clock":     {Clock, []string{"now", "clock_timestamp", "current_date"}, []string{"random", "lower", "make_date"}},
	} {
		for _, w := range c.yes {
			if !c.is(w) {
				t.Errorf("%q is not %s", w, what)
			}
		}
		for _, w := range c.no {
			if c.is(w) {
				t.Errorf("%q is %s", w, what)
			}
		}
	}
}
