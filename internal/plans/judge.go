package plans

import (
	"fmt"
	"math"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// Facts are what a plan does not say.
type Facts struct {
	// Rows gives the number of rows of a table, 0 if it is not known or the
	// table may look different.
	Rows func(table string) float64
	// Pages gives the number of a table's pages, 0 if it is not known.
	Pages func(table string) float64
	// Guessed reports whether the number of rows that a function returns is
	// what PostgreSQL takes where nobody has said it.
	Guessed func(function string) bool
	// WorkMem is the server's work_mem in bytes, HashMem what a hash may have.
	WorkMem, HashMem float64
}

// Defaults of PostgreSQL: work_mem, and hash_mem_multiplier of version 15 on.
const (
	DefaultWorkMem = 4 << 20
	DefaultHashMem = 2 * DefaultWorkMem
)

// A Kind says what is bad about a node.
type Kind string

// The kinds.
const (
	SeqScan    Kind = "seq-scan"    // reads a big table to find little
	Filter     Kind = "filter"      // finds many rows by an index and keeps few
	Sort       Kind = "sort"        // sorts on disk
	Hash       Kind = "hash"        // hashes on disk
	NestedLoop Kind = "nested-loop" // reads a big table again and again
	Offset     Kind = "offset"      // reads pages that are not shown
	Lossy      Kind = "lossy"       // a bitmap that does not fit keeps whole pages
	Function   Kind = "function"    // joins what a function returns, of which nobody knows how much it is
	Estimate   Kind = "estimate"    // far from what was found when the statement ran
	Refused    Kind = "refused"     // no plan: the server refuses the statement
	Worse      Kind = "worse"       // costs more than it did
)

// A Fault is a bad node.
type Fault struct {
	Kind    Kind
	Node    *Node
	Table   string // that is read, "" if there is no one table
	Message string // what is bad, without remedy
	// Share of the statement's cost that is spent in the node.
	Share float64
	// Remedied is set by who knows what to do about it.
	Remedied bool
}

// What is big, and what is little of it.
const (
	bigRows   = 10_000
	selective = 0.05 // of the rows of a table
	dearShare = 0.3  // of the statement's cost
	minCost   = 200  // of a statement, in the planner's units: some milliseconds
	minLoops  = 20   // of an inner side
	wasted    = 20   // rows read for one kept
	fetchCost = 4    // of a row by an index whose order is not the table's: a random page
	minSpill  = 1.5  // times the memory

	bitmapPage = 64 // bytes that a bitmap takes for a page (tbm_calculate_entries)
	lossyRows  = 10 // rows looked at for one found
)

// A judge walks a plan.
type judge struct {
	facts  Facts
	total  float64
	faults []Fault

	guessed map[*Node]bool // functions that were reported
	cut     map[*Node]bool // nodes that were not read to their end
}

// Judge returns what is bad about a plan, in the order of its nodes.
func Judge(root *Node, facts Facts) []Fault {
	if root.Cost < minCost {
		return nil
	}
	j := &judge{facts: facts, total: root.Cost, cut: cutShort(root)}
	j.walk(root, 1, 1, nil)
	return j.faults
}

// walk judges a node that is run loops times, each time up to a part of its
// rows.
func (j *judge) walk(n *Node, loops, part float64, parent *Node) {
	spent := (n.Startup + (n.Cost-n.Startup)*part) * loops
	switch n.Type {
	case "Seq Scan":
		j.seqScan(n, loops, part, spent)
	case "Index Scan", "Index Only Scan":
		j.indexScan(n, part, spent)
	case "Bitmap Heap Scan":
		j.bitmapScan(n, spent)
	case "Sort":
		if parent == nil || parent.Type != "Limit" { // of the first n rows only those are kept
			j.sort(n, spent)
		}
	case "Hash":
		j.hash(n, spent)
	case "Nested Loop", "Hash Join", "Merge Join":
		j.function(n, spent)
	}
	j.estimate(n)
	for _, c := range n.Children {
		p := part
		if n.blocks() || c.Relationship == "InitPlan" || c.Type == "Hash" {
			p = 1
		}
		if n.Type == "Limit" && c.Relationship == "Outer" && c.Cost > c.Startup {
			p = math.Min(math.Max((n.Cost-c.Startup)/(c.Cost-c.Startup), 0), 1)
		}
		times := loops
		if again := n.runs(c, part); again > 1 {
			times, p = loops*again, 1
		}
		j.walk(c, times, p, n)
	}
}

// runs returns how often a node runs one of its children. What is kept of the
// first run, as a hash is, costs nothing again: the node's own cost tells.
func (n *Node) runs(c *Node, part float64) float64 {
	often := 1.0
	switch {
	case n.Type == "Nested Loop" && c.Relationship == "Inner":
		if outer := n.child("Outer"); outer != nil {
			often = outer.Rows * part
		}
	case c.Relationship == "SubPlan" && !strings.HasPrefix(c.SubplanName, "CTE"):
		often = math.Inf(1)
	}
	own := n.Cost * part
	for _, o := range n.Children {
		if o != c {
			own -= o.Cost * part
		}
	}
	return math.Max(math.Min(often, own/math.Max(c.Cost, 1e-3)), 1)
}

func (j *judge) add(kind Kind, n *Node, spent float64, format string, args ...any) {
	share := spent / j.total
	if share < dearShare {
		return
	}
	j.faults = append(j.faults, Fault{Kind: kind, Node: n, Table: n.Relation, Message: fmt.Sprintf(format, args...), Share: math.Min(share, 1)})
}

// seqScan is for a table that is read from end to end.
func (j *judge) seqScan(n *Node, loops, part, spent float64) {
	rows := j.facts.Rows(n.Relation)
	switch {
	case rows < bigRows:
	case loops >= minLoops:
		j.add(NestedLoop, n, spent, "reads all %s rows of %s again for each of %s rows", Number(rows), n.Relation, Number(loops))
	case n.Filter == "" || n.Rows > selective*rows || part < selective:
	default:
		j.add(SeqScan, n, spent, "reads all %s rows of %s to find %s by %s", Number(rows*part), n.Relation, Number(n.Rows*part), Condition(n.Filter))
	}
}

// indexScan is for an index whose rows are mostly thrown away. How many those
// are is not said: each of them costs a page at least, unless the index has
// the table's order.
func (j *judge) indexScan(n *Node, part, spent float64) {
	if n.Filter == "" || j.facts.Rows(n.Relation) < bigRows {
		return
	}
	read := (n.Cost - n.Startup) / fetchCost
	kept := math.Max(n.Rows, 1)
	if read < wasted*kept || read*part < bigRows/wasted {
		return
	}
	j.add(Filter, n, spent, "reads %s through index %s to find %s rows by %s", n.Relation, n.Index, Number(kept*part), Condition(n.Filter))
}

// bitmapScan is the same for a bitmap, whose number of rows is known.
func (j *judge) bitmapScan(n *Node, spent float64) {
	if len(n.Children) != 1 {
		return
	}
	j.lossy(n, spent)
	if n.Filter == "" {
		return
	}
	read, kept := n.Children[0].Rows, math.Max(n.Rows, 1)
	if read < wasted*kept || read < bigRows/wasted {
		return
	}
	name := n.Children[0].Index
	if name == "" {
		name = "several indexes"
	} else {
		name = "index " + name
	}
	j.add(Filter, n, spent, "finds %s rows of %s through %s and keeps %s by %s", Number(read), n.Relation, name, Number(kept), Condition(n.Filter))
}

// lossy is for a bitmap of more pages than work_mem has room for: it forgets
// which of a page's rows were meant, and all of them are looked at again. The
// numbers are the planner's own (compute_bitmap_pages).
func (j *judge) lossy(n *Node, spent float64) {
	rows, found := j.facts.Rows(n.Relation), n.Children[0].Rows
	if rows < bigRows || j.facts.Pages == nil || found > selective*rows {
		return
	}
	pages := j.facts.Pages(n.Relation)
	touched := math.Min(2*pages*found/(2*pages+found), pages)
	room := j.facts.WorkMem / bitmapPage
	if touched <= room {
		return
	}
	again := (touched - room/2) * rows / pages
	if again < lossyRows*found {
		return
	}
	j.add(Lossy, n, spent, "the bitmap of %s rows of %s lies on %s pages and work_mem (%s) has room for %s: some %s rows are looked at for it; work_mem = '%s' holds it",
		Number(found), n.Relation, Number(touched), Bytes(j.facts.WorkMem), Number(room), Number(again), Bytes(math.Ceil(touched*bitmapPage/(1<<20))*(1<<20)))
}

// function is for a join of a big table with what a function returns, if the
// number of its rows is nobody's word.
func (j *judge) function(n *Node, spent float64) {
	var scan *Node
	big := ""
	n.All(func(m *Node) {
		if m.Type == "Function Scan" && scan == nil && j.facts.Guessed != nil && j.facts.Guessed(m.Function) {
			scan = m
		}
		if big == "" && j.facts.Rows(m.Relation) >= bigRows {
			big = m.Relation
		}
	})
	if scan == nil || big == "" || j.guessed[scan] {
		return
	}
	if j.guessed == nil {
		j.guessed = make(map[*Node]bool)
	}
	j.guessed[scan] = true
	j.add(Function, scan, spent, "joins %s with %s rows of %s(), which is what PostgreSQL takes where CREATE FUNCTION does not say ROWS", big, Number(scan.Rows), scan.Function)
}

func (j *judge) sort(n *Node, spent float64) {
	size := n.Rows * float64(n.Width+24)
	if size < minSpill*j.facts.WorkMem {
		return
	}
	j.add(Sort, n, spent, "sorts %s rows by %s, some %s, on disk (work_mem is %s)", Number(n.Rows), strings.Join(n.SortKey, ", "), Bytes(size), Bytes(j.facts.WorkMem))
}

func (j *judge) hash(n *Node, spent float64) {
	size := n.Rows * float64(n.Width+24)
	if size < minSpill*j.facts.HashMem {
		return
	}
	j.add(Hash, n, spent, "hashes %s rows, some %s, in several batches on disk (a hash may have %s)", Number(n.Rows), Bytes(size), Bytes(j.facts.HashMem))
}

// Deep judges the plan of a page far from the first, beside that of the first.
func Deep(first, deep *Node, facts Facts) []Fault {
	var table string
	deep.All(func(n *Node) {
		if table == "" && facts.Rows(n.Relation) >= bigRows {
			table = n.Relation
		}
	})
	if table == "" || deep.Cost < deepTimes*first.Cost || deep.Cost-first.Cost < minDeep {
		return nil
	}
	return []Fault{{Kind: Offset, Node: first, Table: table, Share: 1, Message: fmt.Sprintf(
		"OFFSET reads what it skips: the first page costs %s, the two hundredth %s; a condition on the last row's keys costs the same for each", Cost(first.Cost), Cost(deep.Cost))}}
}

const (
	deepTimes = 10
	minDeep   = 500
)

// Number writes a number of rows with two or three digits that say something.
func Number(n float64) string {
	switch {
	case n >= 1e9:
		return trimmed(n/1e9) + " billion"
	case n >= 1e6:
		return trimmed(n/1e6) + " million"
	case n >= 10_000:
		return fmt.Sprintf("%.0f,000", math.Round(n/1000))
	}
	s := fmt.Sprintf("%.0f", n)
	if len(s) == 4 {
		s = s[:1] + "," + s[1:]
	}
	return s
}

func trimmed(n float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0")
}

// Bytes writes a size.
func Bytes(n float64) string {
	switch {
	case n >= 1<<30:
		return trimmed(n/(1<<30)) + " GB"
	case n >= 1<<20:
		return trimmed(n/(1<<20)) + " MB"
	}
	return trimmed(n/(1<<10)) + " kB"
}

// maxCondition bounds what a message quotes of a condition, in bytes.
const maxCondition = 120

// Condition writes a condition of EXPLAIN's without the brackets around it and
// without casts of literals, which the server adds.
func Condition(s string) string {
	s = asText.ReplaceAllString(casts.ReplaceAllString(s, "$1"), "$1")
	if strings.HasPrefix(s, "(") && sqlscan.Enclosed(s) {
		s = s[1 : len(s)-1]
	}
	if len(s) > maxCondition {
		s = strings.ToValidUTF8(s[:maxCondition], "") + "…"
	}
	return s
}
