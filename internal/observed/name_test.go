package observed

import "testing"

func TestName(t *testing.T) {
	for text, want := range map[string]string{
		"-- name: GetUser :one\nSELECT 1": "GetUser",
		"\n\t-- name: List":               "List",
		"-- name:\nSELECT 1":              "",
		"SELECT 1 -- name: No":            "",
		"":                                "",
	} {
		if got := Name(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := Name([]byte(text)); string(got) != want {
			t.Errorf("%q as bytes: %q, want %q", text, got, want)
		}
	}
}
