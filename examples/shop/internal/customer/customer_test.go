package customer

import "testing"

func TestEscapeLike(t *testing.T) {
	for in, want := range map[string]string{
		"Ann":    "Ann",
		"50%":    `50\%`,
		"a_b":    `a\_b`,
		`back\s`: `back\\s`,
	} {
		if got := escapeLike(in); got != want {
			t.Errorf("escapeLike(%q) = %q, want %q", in, got, want)
		}
	}
}
