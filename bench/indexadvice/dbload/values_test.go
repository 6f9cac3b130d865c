package dbload

import (
	"testing"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
)

func TestLiteralRange(t *testing.T) {
	for _, c := range []struct {
		literals []string
		lo, hi   float64
		ok       bool
	}{
		{nil, 0, 0, false},
		{[]string{"0", "1"}, 0, 0, false}, // states
		{[]string{"1900", "2000", "'x'"}, 1800, 2100, true},
		{[]string{"-40", "40"}, -120, 120, true},
		{[]string{"5", "30"}, 0, 55, true},
	} {
		lo, hi, ok := literalRange(c.literals)
		if lo != c.lo || hi != c.hi || ok != c.ok {
			t.Errorf("%v: got %g, %g, %v", c.literals, lo, hi, ok)
		}
	}
}

func TestLength(t *testing.T) {
	for typ, want := range map[string]int{"character varying(32)": 32, "character(1)": 1, "text": 1 << 20, "numeric(10,2)": 1 << 20} {
		if got := length(&catalog.Column{Type: typ}); got != want {
			t.Errorf("%s: got %d, want %d", typ, got, want)
		}
	}
}

func TestKeysApart(t *testing.T) {
	got := keysApart("CREATE TABLE a (id int PRIMARY KEY, b int, FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE)")
	want := []string{
		"CREATE TABLE a (id int PRIMARY KEY, b int)",
		"ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE",
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q", got)
	}
	if got := keysApart("SELECT 1"); len(got) != 1 || got[0] != "SELECT 1" {
		t.Errorf("got %q", got)
	}
}
