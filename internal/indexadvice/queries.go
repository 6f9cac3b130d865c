package indexadvice

import (
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Named is a statement of a file of queries.
type Named struct {
	Name string // what "-- name:" said, "" if nothing did
	SQL  string
	Line int // 1-based, where SQL begins
	// Text is the statement as PostgreSQL gets it; "" where SQL holds several.
	Text string
	Statement
}

// embedded is what sqlc puts the columns of a table in the place of.
var embedded = regexp.MustCompile(`sqlc\.embed\(\s*(\w+)\s*\)`)

// ReadQueries reads a file of statements separated by "-- name: NAME" lines or
// semicolons, with the placeholders of PostgreSQL or sqlc, and
// "-- weight: N" lines. Those that are no SQL are returned with a nil Model.
func ReadQueries(text string) []Named {
	var out []Named
	name, weight := "", 1.0
	var body []string
	start := 0
	flush := func() {
		sql := embedded.ReplaceAllString(strings.Join(body, "\n"), "$1.*")
		line := start
		body = nil
		if strings.TrimSpace(sql) == "" {
			return
		}
		res := sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, sqlscan.StyleSqlc|sqlscan.StyleAt)
		if res.Err != nil {
			out = append(out, Named{Name: name, SQL: sql, Line: line})
		}
		for _, st := range res.Statements {
			n := Named{Name: name, SQL: sql, Line: line, Statement: Statement{Model: st, Weight: weight}}
			if len(res.Statements) == 1 {
				n.Text = strings.TrimRight(strings.TrimSpace(res.SQL), ";")
			}
			out = append(out, n)
		}
		weight = 1
	}
	for i, line := range strings.Split(text, "\n") {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "--")
		key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		switch {
		case ok && key == "name":
			flush()
			name = firstWord(value)
		case ok && key == "weight":
			weight = number(value, 1)
		default:
			if len(body) == 0 {
				start = i + 1
			}
			body = append(body, line)
		}
	}
	flush()
	return out
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}
