//go:build unix

package pgwords

import (
	"bytes"
	_ "embed"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgserver/pgtest"
)

//go:embed words.sql
var query string

// What words.txt says is what a server says: of version 15 all of it, of
// another one what both know.
func TestServer(t *testing.T) {
	s := pgtest.Start(t)
	cmd := s.Psql("postgres", "-XAtq")
	cmd.Stdin = strings.NewReader(query)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s", err, errs.String())
	}
	if s.Installation.Major() == 15 {
		if string(out) != text {
			t.Error("words.txt is not what words.sql makes; make it again")
		}
		return
	}
	have := make(map[string]string) // a function with its arguments, to the rest
	for line := range strings.Lines(string(out)) {
		k, v := split(line)
		have[k] = v
	}
	same := 0
	for line := range strings.Lines(text) {
		k, v := split(line)
		if now, ok := have[k]; ok && now != v {
			t.Errorf("%s: %s here, %s there", k, v, now)
		} else if ok {
			same++
		}
	}
	if same < 1500 {
		t.Errorf("only %d lines are the same", same)
	}
}

func split(line string) (key, value string) {
	part := strings.Split(strings.TrimSpace(line), "\t")
	if len(part) < 4 {
		return line, ""
	}
	return part[0] + " " + part[3], part[1] + " " + part[2]
}
