package pgquery

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tree, err := Parse("SELECT 1; SELECT 2")
	if err != nil || len(tree.Stmts) != 2 {
		t.Fatalf("got %v, %v", tree, err)
	}
	again, _ := Parse("SELECT 1; SELECT 2")
	if again != tree {
		t.Error("the same text was parsed twice")
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		sql, message string
		offset       int
		refused      bool
	}{
		{"SELECT * FROM t WHER x = 1", `syntax error at or near "x"`, 21, false},
		{"SELECT 'äöü€😀', * FORM t", `syntax error at or near "FORM"`, 26, false},
		{"SELECT * FROM", "syntax error at end of input", 13, false},
		{"SELECT 'abc", "unterminated quoted string", 7, false},
		{"SELECT \x00", "text has a NUL byte", 7, true},
		{"SELECT '\xff'", "text is not valid UTF-8", 8, true},
		{"SELECT '\uFFFD\xff'", "text is not valid UTF-8", 11, true},
		{"SELECT " + strings.Repeat("(", 5000), "nesting", -1, true},
		{strings.Repeat(" ", 2<<20), "longer than", -1, true},
	} {
		_, err := Parse(tt.sql)
		if err == nil {
			t.Errorf("%.40q: no error", tt.sql)
			continue
		}
		if !strings.Contains(err.Message, tt.message) || err.Offset != tt.offset || err.Refused != tt.refused {
			t.Errorf("%.40q: got %q at %d (refused %v), want %q at %d", tt.sql, err.Message, err.Offset, err.Refused, tt.message, tt.offset)
		}
	}
}

func TestFingerprint(t *testing.T) {
	a, _ := Fingerprint("SELECT * FROM t WHERE a = 1 AND b IN ($1, $2)")
	b, _ := Fingerprint("SELECT * FROM t WHERE a = $1 AND b IN (3)")
	c, _ := Fingerprint("SELECT * FROM t WHERE a = $1 AND c IN (3)")
	if len(a) != 16 || a != b || a == c {
		t.Errorf("got %s, %s, %s", a, b, c)
	}
	if _, err := Fingerprint("SELEC"); err == nil {
		t.Error("no error for broken SQL")
	}
	n, err := Normalize("SELECT * FROM t WHERE a = 1 AND b = 'x'")
	if err != nil || n != "SELECT * FROM t WHERE a = $1 AND b = $2" {
		t.Errorf("got %q, %v", n, err)
	}
}
