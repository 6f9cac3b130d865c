// Package workload answers: which statements does a queries.sql hold?
//
// It reads the form that sqlc and goyesql share, a "-- name:" line before each
// statement, and turns sqlc's named parameters into numbered ones. It knows
// nothing of what the statements mean.
package workload

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// A Query is one statement of a workload.
type Query struct {
	Name   string  // unique in a workload once it is planned
	SQL    string  // with $1, $2, … for parameters
	Weight float64 // how much it counts in sums; 1 unless "-- weight:" says otherwise
	Err    error   // why it cannot take part
}

var (
	reName    = regexp.MustCompile(`(?m)^--\s*name:\s*([A-Za-z0-9_\-]+).*$`)
	reWeight  = regexp.MustCompile(`(?m)^--\s*weight:\s*([0-9.]+)`)
	reLine    = regexp.MustCompile(`(?m)--.*$`)
	reBlock   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	reSqlcArg = regexp.MustCompile(`sqlc\.(?:n?arg|slice)\(\s*'?"?([A-Za-z0-9_]+)"?'?\s*\)`)
	reAt      = regexp.MustCompile(`(^|[^@<A-Za-z0-9_'])@([A-Za-z_][A-Za-z0-9_]*)`)
	reEmbed   = regexp.MustCompile(`sqlc\.embed\(\s*([A-Za-z0-9_]+)\s*\)`)
	reParam   = regexp.MustCompile(`\$(\d+)`)
)

// Read returns the statements of a file. Several statements under one name
// are told apart by "#2", "#3"; statements without any name are q1, q2, ….
func Read(path string) ([]Query, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(string(b)), nil
}

// Parse is Read for a text.
func Parse(text string) []Query {
	locs := reName.FindAllStringSubmatchIndex(text, -1)
	if len(locs) == 0 {
		out := statements("q", text)
		for i := range out {
			out[i].Name = fmt.Sprintf("q%d", i+1)
		}
		return out
	}
	var out []Query
	for i, l := range locs {
		end := len(text)
		if i+1 < len(locs) {
			end = locs[i+1][0]
		}
		out = append(out, statements(text[l[2]:l[3]], text[l[1]:end])...)
	}
	return out
}

func statements(name, block string) []Query {
	weight := 1.0
	if m := reWeight.FindStringSubmatch(block); m != nil {
		weight, _ = strconv.ParseFloat(m[1], 64)
	}
	block = numbered(block)
	parts, err := pg.SplitWithScanner(block, true)
	if err != nil {
		return []Query{{Name: name, SQL: block, Weight: weight, Err: err}}
	}
	var out []Query
	for i, s := range parts {
		if strings.TrimSpace(reBlock.ReplaceAllString(reLine.ReplaceAllString(s, ""), "")) == "" {
			continue // comments only
		}
		n := name
		if i > 0 {
			n = fmt.Sprintf("%s#%d", name, i+1)
		}
		out = append(out, Query{Name: n, SQL: s, Weight: weight})
	}
	return out
}

// numbered rewrites sqlc's named parameters and embedded tables; new numbers
// follow the highest one present.
func numbered(s string) string {
	s = reEmbed.ReplaceAllString(s, "$1.*")
	highest := 0
	for _, m := range reParam.FindAllStringSubmatch(s, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			highest = max(highest, n)
		}
	}
	numbers := map[string]int{}
	number := func(name string) string {
		if numbers[name] == 0 {
			highest++
			numbers[name] = highest
		}
		return fmt.Sprintf("$%d", numbers[name])
	}
	s = reSqlcArg.ReplaceAllStringFunc(s, func(m string) string { return number(reSqlcArg.FindStringSubmatch(m)[1]) })
	return reAt.ReplaceAllStringFunc(s, func(m string) string {
		x := reAt.FindStringSubmatch(m)
		return x[1] + number(x[2])
	})
}
