// Package plans answers: is a plan of PostgreSQL's bad, where, and why? It
// reads what EXPLAIN (FORMAT JSON) prints, names the guilty nodes, shows the
// plan as a tree, and compares two of them.
//
// It asks no server: who planned, on which statistics, and which index would
// change the plan is for others to know.
package plans

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// A Node is a node of a plan. Costs are in the planner's units, and of one
// execution of the node, as EXPLAIN has them.
type Node struct {
	Type         string  `json:"Node Type"`
	Operation    string  `json:"Operation"` // of ModifyTable: Insert, Update, Delete
	Strategy     string  `json:"Strategy"`  // of Aggregate: Plain, Sorted, Hashed
	JoinType     string  `json:"Join Type"`
	Unique       bool    `json:"Inner Unique"`
	Relation     string  `json:"Relation Name"`
	Schema       string  `json:"Schema"`
	Alias        string  `json:"Alias"`
	Index        string  `json:"Index Name"`
	Relationship string  `json:"Parent Relationship"` // Outer, Inner, SubPlan, InitPlan, Member
	SubplanName  string  `json:"Subplan Name"`
	CTE          string  `json:"CTE Name"`
	Function     string  `json:"Function Name"`
	Startup      float64 `json:"Startup Cost"`
	Cost         float64 `json:"Total Cost"`
	Rows         float64 `json:"Plan Rows"`
	Width        int     `json:"Plan Width"`

	// Of a plan that was run, each of one execution of the node; nil if it was
	// not.
	Found *float64 `json:"Actual Rows"`
	Runs  float64  `json:"Actual Loops"`

	IndexCond   string   `json:"Index Cond"`
	RecheckCond string   `json:"Recheck Cond"`
	Filter      string   `json:"Filter"`
	HashCond    string   `json:"Hash Cond"`
	MergeCond   string   `json:"Merge Cond"`
	JoinFilter  string   `json:"Join Filter"`
	OneTime     string   `json:"One-Time Filter"`
	SortKey     []string `json:"Sort Key"`
	Presorted   []string `json:"Presorted Key"`
	GroupKey    []string `json:"Group Key"`

	Children []*Node `json:"Plans"`
}

// Parse reads one plan.
func Parse(data []byte) (*Node, error) {
	var out []struct{ Plan *Node }
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, err
	}
	if len(out) == 0 || out[0].Plan == nil {
		return nil, errors.New("no plan")
	}
	return out[0].Plan, nil
}

// All calls f with the node and all below it, a node before its children.
func (n *Node) All(f func(*Node)) {
	f(n)
	for _, c := range n.Children {
		c.All(f)
	}
}

// Indexes returns the names of the indexes that the plan reads, sorted.
func (n *Node) Indexes() (names []string) {
	n.All(func(m *Node) {
		if m.Index != "" {
			names = append(names, m.Index)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Joins returns how many joins the plan makes.
func (n *Node) Joins() (count int) {
	n.All(func(m *Node) {
		if m.Type == "Nested Loop" || m.Type == "Hash Join" || m.Type == "Merge Join" {
			count++
		}
	})
	return count
}

// Shape is the plan without numbers and conditions: the types of its nodes
// with the relations and indexes that they read.
func (n *Node) Shape() string {
	var b strings.Builder
	n.shape(&b)
	return b.String()
}

func (n *Node) shape(b *strings.Builder) {
	b.WriteString(n.Type)
	for _, s := range []string{n.Operation, n.Strategy, n.JoinType, n.Relation, n.Index} {
		if s != "" {
			b.WriteString(" " + s)
		}
	}
	if len(n.Children) == 0 {
		return
	}
	b.WriteByte('(')
	for i, c := range n.Children {
		if i > 0 {
			b.WriteString(", ")
		}
		c.shape(b)
	}
	b.WriteByte(')')
}

// child returns the first child of a relationship, nil if there is none.
func (n *Node) child(relationship string) *Node {
	for _, c := range n.Children {
		if c.Relationship == relationship {
			return c
		}
	}
	return nil
}

// blocks reports whether a node reads all of its input before it returns a
// row.
func (n *Node) blocks() bool {
	switch n.Type {
	case "Sort", "Hash", "ModifyTable":
		return true
	case "Aggregate":
		return n.Strategy != "Sorted"
	}
	return false
}
