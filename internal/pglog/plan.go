package pglog

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A plan is what auto_explain has logged.
type plan struct {
	sql  []byte
	rows int64 // that its top node returned; -1 if not known
	body []byte
	json bool
}

var queryText = []byte("Query Text: ")

// readPlan reads a plan in the form text or json.
func readPlan(b []byte) plan {
	p := plan{rows: -1}
	if len(b) > 0 && b[0] == '{' {
		var out struct {
			Text string `json:"Query Text"`
			Plan struct {
				Rows  *float64 `json:"Actual Rows"`
				Loops float64  `json:"Actual Loops"`
			}
		}
		if json.Unmarshal(b, &out) != nil {
			return p
		}
		p.sql, p.body, p.json = []byte(out.Text), b, true
		if out.Plan.Rows != nil {
			p.rows = int64(*out.Plan.Rows * max(out.Plan.Loops, 1))
		}
		return p
	}
	rest, ok := bytes.CutPrefix(b, queryText)
	if !ok {
		return p
	}
	// Have: the plan's first line is the first with a cost; the statement
	// may have several lines.
	i := bytes.Index(rest, []byte("  (cost="))
	if i < 0 {
		return p
	}
	i = bytes.LastIndexByte(rest[:i], '\n')
	if i < 0 {
		return p
	}
	p.sql, p.body = rest[:i], rest[i+1:]
	first, _, _ := bytes.Cut(p.body, []byte("\n"))
	p.rows = actualRows(first)
	return p
}

// actualRows reads "(actual time=0.01..0.02 rows=3 loops=1)".
func actualRows(line []byte) int64 {
	i := bytes.Index(line, []byte("(actual "))
	if i < 0 {
		return -1
	}
	_, rest, ok := bytes.Cut(line[i:], []byte("rows="))
	if !ok {
		return -1
	}
	if j := bytes.IndexAny(rest, " )"); j >= 0 {
		rest = rest[:j]
	}
	n, err := strconv.ParseFloat(string(rest), 64)
	if err != nil {
		return -1
	}
	return int64(n)
}

// text is the plan for people, without literals.
func (p plan) text() string {
	if p.json {
		list := append(append([]byte("["), p.body...), ']')
		root, err := plans.Parse(list)
		if err != nil {
			return ""
		}
		root.All(func(n *plans.Node) {
			for _, s := range []*string{&n.IndexCond, &n.RecheckCond, &n.Filter, &n.HashCond, &n.MergeCond, &n.JoinFilter, &n.OneTime} {
				*s = withoutLiterals(*s)
			}
			for _, list := range [][]string{n.SortKey, n.Presorted, n.GroupKey} {
				for i := range list {
					list[i] = withoutLiterals(list[i])
				}
			}
		})
		return plans.Tree(root, nil)
	}
	var b strings.Builder
	for line := range bytes.Lines(p.body[:min(len(p.body), maxPlan)]) {
		text := strings.TrimRight(string(bytes.ToValidUTF8(line, nil)), "\n")
		if !bytes.Contains(line, []byte("(cost=")) {
			if name, rest, ok := strings.Cut(text, ": "); ok && !counted[strings.TrimSpace(name)] {
				text = name + ": " + withoutLiterals(rest)
			} else if !ok {
				text = text[:len(text)-len(strings.TrimLeft(text, " "))] + withoutLiterals(strings.TrimLeft(text, " "))
			}
		}
		b.WriteString("  " + text + "\n")
	}
	return b.String()
}

// counted are the lines of a plan whose numbers are no values.
var counted = map[string]bool{
	"Rows Removed by Filter": true, "Rows Removed by Join Filter": true, "Rows Removed by Index Recheck": true, "Heap Fetches": true,
	"Buffers": true, "Buckets": true, "Sort Method": true, "Workers Planned": true, "Workers Launched": true, "Batches": true,
	"Planning Time": true, "Execution Time": true, "I/O Timings": true, "Heap Blocks": true, "Hits": true, "WAL": true,
}

func withoutLiterals(s string) string { return string(sqlscan.AppendShape(nil, []byte(s))) }
