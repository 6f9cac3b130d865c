package plans

import (
	"fmt"
	"regexp"
	"strings"
)

// casts are those that the server writes behind literals.
var casts = regexp.MustCompile(`('(?:[^']|'')*')::(?:character varying|timestamp with(?:out)? time zone|double precision|[a-z_0-9]+)(?:\[\])?`)

// asText is what the server writes where a column of another text type is
// compared.
var asText = regexp.MustCompile(`\(([a-z_][a-z_0-9.]*)\)::text`)

// Tree writes a plan for people, a node a line, and marks those that are at
// fault.
func Tree(root *Node, guilty map[*Node]bool) string {
	var b strings.Builder
	tree(&b, root, guilty, "", "")
	return b.String()
}

func tree(b *strings.Builder, n *Node, guilty map[*Node]bool, first, rest string) {
	mark := "  "
	if guilty[n] {
		mark = "! "
	}
	fmt.Fprintf(b, "%s%s%s  cost %s  rows %s\n", mark, first, n.title(), Cost(n.Cost), Number(n.Rows))
	for _, d := range n.details() {
		fmt.Fprintf(b, "  %s     %s\n", rest, d)
	}
	for i, c := range n.Children {
		branch, below := "├─ ", "│  "
		if i == len(n.Children)-1 {
			branch, below = "└─ ", "   "
		}
		tree(b, c, guilty, rest+branch, rest+below)
	}
}

// title names a node and what it reads.
func (n *Node) title() string {
	s := n.Type
	switch {
	case n.Type == "ModifyTable":
		s = n.Operation
	case n.Strategy == "Hashed":
		s = "Hash" + s
	case n.JoinType != "" && n.JoinType != "Inner":
		s += " " + n.JoinType
	}
	if n.SubplanName != "" {
		s = n.SubplanName + ": " + s
	}
	if n.Index != "" {
		s += " using " + n.Index
	}
	name := n.Relation
	if name == "" {
		name = n.CTE + n.Function
	}
	if name != "" {
		s += " on " + name
		if n.Alias != "" && n.Alias != name {
			s += " " + n.Alias
		}
	}
	return s
}

func (n *Node) details() (out []string) {
	add := func(name, text string) {
		if text != "" {
			out = append(out, name+": "+Condition(text))
		}
	}
	add("index", n.IndexCond)
	add("filter", n.Filter)
	add("hash", n.HashCond)
	add("merge", n.MergeCond)
	add("join filter", n.JoinFilter)
	add("sort", strings.Join(n.SortKey, ", "))
	add("presorted", strings.Join(n.Presorted, ", "))
	add("group", strings.Join(n.GroupKey, ", "))
	return out
}

// Cost writes a cost of the planner's.
func Cost(c float64) string {
	if c < 100 {
		return trimmed(c)
	}
	s := fmt.Sprintf("%.0f", c)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
