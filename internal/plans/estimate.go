package plans

import (
	"fmt"
	"regexp"
	"slices"
)

// What is far off.
const (
	farOff   = 10   // times as many rows as expected, or as few
	farRows  = 1000 // of the greater of the two, in all executions
	leastRow = 1    // the planner expects no less
)

// estimate is for a scan that found far more or fewer rows than expected, in a
// plan that was run.
func (j *judge) estimate(n *Node) {
	if n.Found == nil || n.Runs == 0 || n.Relation == "" || j.facts.Rows(n.Relation) < bigRows {
		return
	}
	expected, found := max(n.Rows, leastRow), max(*n.Found, leastRow)
	few := expected/found >= farOff
	switch {
	case !few && found/expected < farOff, max(expected, found)*n.Runs < farRows:
		return
	case few && j.cut[n]:
		return // nobody asked for the rest
	}
	condition := n.IndexCond + n.Filter
	if condition == "" {
		condition = n.RecheckCond
	}
	what := "ANALYZE " + n.Relation + " tells it"
	if columns := compared(condition); len(columns) > 1 {
		what += fmt.Sprintf(", or CREATE STATISTICS ON %s, %s FROM %s if one column's values say something of the other's", columns[0], columns[1], n.Relation)
	}
	message := fmt.Sprintf("expects %s rows of %s and finds %s", Number(expected), n.Relation, Number(*n.Found))
	if condition != "" {
		message += " by " + Condition(condition)
	}
	j.faults = append(j.faults, Fault{Kind: Estimate, Node: n, Table: n.Relation, Share: 1, Message: message + ": " + what})
}

var comparedColumn = regexp.MustCompile(`\(\(?([a-z_][a-z0-9_]*)\)?(?:::[a-z ]+)? (?:=|<|>|<=|>=|~~) `)

// compared returns the columns that a condition compares, each once.
func compared(condition string) (out []string) {
	for _, m := range comparedColumn.FindAllStringSubmatch(condition, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// cutShort returns the nodes of which not all rows may have been asked for.
func cutShort(root *Node) map[*Node]bool {
	out := make(map[*Node]bool)
	var walk func(n *Node, cut bool)
	walk = func(n *Node, cut bool) {
		if cut {
			out[n] = true
		}
		cut = cut && !n.blocks()
		for _, c := range n.Children {
			walk(c, cut || n.Type == "Limit" || n.Type == "Merge Join" || c.Relationship == "SubPlan" || c.Relationship == "InitPlan" ||
				c.Relationship == "Inner" && (n.JoinType == "Semi" || n.JoinType == "Anti" || n.Unique))
		}
	}
	walk(root, false)
	return out
}
