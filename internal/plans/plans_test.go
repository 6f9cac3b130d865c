package plans

import (
	"fmt"
	"strings"
	"testing"
)

// scan is the JSON of a sequential scan.
func scan(relation string, cost, rows float64, more string) string {
	return fmt.Sprintf(`{"Node Type": "Seq Scan", "Relation Name": %q, "Startup Cost": 0, "Total Cost": %g, "Plan Rows": %g, "Plan Width": 40%s}`, relation, cost, rows, more)
}

// bitmap is the JSON of a scan by a bitmap.
func bitmap(relation string, rows, cost float64) string {
	return fmt.Sprintf(`{"Node Type": "Bitmap Heap Scan", "Relation Name": %q, "Startup Cost": 900, "Total Cost": %g, "Plan Rows": %g, "Plans": [
		{"Node Type": "Bitmap Index Scan", "Index Name": "x", "Parent Relationship": "Outer", "Startup Cost": 0, "Total Cost": 900, "Plan Rows": %[3]g}]}`, relation, cost, rows)
}

// join is the JSON of a join of a big table with a function.
func join(function string) string {
	return fmt.Sprintf(`{"Node Type": "Hash Join", "Startup Cost": 10, "Total Cost": 61500, "Plan Rows": 1000, "Plans": [%s, {"Node Type": "Hash", "Parent Relationship": "Inner", "Startup Cost": 10, "Total Cost": 10, "Plan Rows": 1000, "Plans": [
		{"Node Type": "Function Scan", "Function Name": %q, "Parent Relationship": "Outer", "Startup Cost": 0, "Total Cost": 10, "Plan Rows": 1000, "Plan Width": 8}]}]}`,
		scan("readings", 60_000, 2e6, `, "Parent Relationship": "Outer"`), function)
}

func TestJudge(t *testing.T) {
	facts := Facts{
		Rows: func(table string) float64 {
			return map[string]float64{"readings": 2e6, "sites": 400, "beats": 3e8}[table]
		},
		Pages: func(table string) float64 {
			return map[string]float64{"readings": 20_000, "sites": 9, "beats": 3e6}[table]
		},
		Guessed: func(function string) bool { return function == "near" },
		WorkMem: DefaultWorkMem, HashMem: DefaultHashMem,
	}
	filter := `, "Filter": "(site_id = $1)"`
	outer, inner := `, "Parent Relationship": "Outer"`, `, "Parent Relationship": "Inner"`
	for _, c := range []struct{ name, plan, want string }{
		{"little of much", scan("readings", 60_000, 200, filter), "seq-scan readings"},
		{"much of much", scan("readings", 60_000, 900_000, filter), ""},
		{"a small table", scan("sites", 900, 1, filter), ""},
		{"a table that may be different", scan("strange", 60_000, 1, filter), ""},
		{"the first rows are enough", `{"Node Type": "Limit", "Startup Cost": 0, "Total Cost": 300, "Plan Rows": 1, "Plans": [` +
			scan("readings", 60_000, 2000, filter+outer) + `]}`, ""},
		{"the first rows after a sort", `{"Node Type": "Limit", "Startup Cost": 60010, "Total Cost": 60011, "Plan Rows": 50, "Plans": [
			{"Node Type": "Sort", "Parent Relationship": "Outer", "Startup Cost": 60010, "Total Cost": 60020, "Plan Rows": 2000, "Plan Width": 40, "Plans": [` +
			scan("readings", 60_000, 2000, filter+outer) + `]}]}`, "seq-scan readings"},
		{"again and again", `{"Node Type": "Nested Loop", "Startup Cost": 0, "Total Cost": 6000900, "Plan Rows": 100, "Plans": [` +
			scan("sites", 900, 100, outer) + "," + scan("readings", 60_000, 200, filter+inner) + `]}`, "nested-loop readings"},
		{"once, and kept", `{"Node Type": "Nested Loop", "Startup Cost": 0, "Total Cost": 61500, "Plan Rows": 100, "Plans": [` +
			scan("sites", 900, 100, outer) + "," + scan("readings", 60_000, 900_000, inner) + `]}`, ""},
		{"a hashed subplan", `{"Node Type": "Seq Scan", "Relation Name": "sites", "Startup Cost": 0, "Total Cost": 61000, "Plan Rows": 200, "Filter": "(NOT (hashed SubPlan 1))", "Plans": [` +
			scan("readings", 60_000, 900_000, `, "Parent Relationship": "SubPlan", "Subplan Name": "SubPlan 1"`) + `]}`, ""},
		{"a subplan for each row", `{"Node Type": "Seq Scan", "Relation Name": "sites", "Startup Cost": 0, "Total Cost": 12000900, "Plan Rows": 200, "Filter": "(NOT (SubPlan 1))", "Plans": [` +
			scan("readings", 60_000, 200, filter+`, "Parent Relationship": "SubPlan", "Subplan Name": "SubPlan 1"`) + `]}`, "nested-loop readings"},
		{"a sort that spills", `{"Node Type": "Sort", "Startup Cost": 300000, "Total Cost": 305000, "Plan Rows": 2000000, "Plan Width": 40, "Sort Key": ["taken_at"], "Plans": [` +
			scan("readings", 60_000, 2e6, outer) + `]}`, "sort "},
		{"a filter behind a bitmap", `{"Node Type": "Bitmap Heap Scan", "Relation Name": "readings", "Startup Cost": 900, "Total Cost": 40000, "Plan Rows": 20, "Filter": "(state = 'late')", "Plans": [
			{"Node Type": "Bitmap Index Scan", "Index Name": "readings_site", "Parent Relationship": "Outer", "Startup Cost": 0, "Total Cost": 900, "Plan Rows": 80000}]}`, "filter readings"},
		{"a filter behind an index", `{"Node Type": "Index Scan", "Relation Name": "readings", "Index Name": "readings_pkey", "Startup Cost": 0, "Total Cost": 90000, "Plan Rows": 20, "Filter": "(state = 'late')"}`, "filter readings"},
		{"a bitmap that does not fit", bitmap("beats", 400_000, 9e5), "lossy beats"},
		{"a bitmap that fits", bitmap("beats", 40_000, 9e5), ""},
		{"a bitmap of a table that fits", bitmap("readings", 90_000, 9e5), ""},
		{"what nobody knows of a function", join("near"), "function "},
		{"what is known of a function", join("far"), ""},
		{"many more than expected", scan("readings", 60_000, 200_000, `, "Filter": "((state = 'late'::text) AND (site = 3))", "Actual Rows": 3, "Actual Loops": 1`), "estimate readings"},
		{"not far off", scan("readings", 60_000, 200_000, filter+`, "Actual Rows": 300000, "Actual Loops": 1`), ""},
		{"few, and few", scan("readings", 60_000, 150_000, `, "Actual Rows": 150000, "Actual Loops": 1`), ""},
		{"nobody asked for the rest", `{"Node Type": "Limit", "Startup Cost": 0, "Total Cost": 300, "Plan Rows": 10, "Actual Rows": 10, "Actual Loops": 1, "Plans": [` +
			scan("readings", 60_000, 900_000, filter+outer+`, "Actual Rows": 10, "Actual Loops": 1`) + `]}`, ""},
		{"an index that finds them", `{"Node Type": "Index Scan", "Relation Name": "readings", "Index Name": "readings_site", "Startup Cost": 0, "Total Cost": 900, "Plan Rows": 220, "Filter": "(state = 'late')"}`, ""},
	} {
		root, err := Parse([]byte(`[{"Plan": ` + c.plan + `}]`))
		if err != nil {
			t.Fatal(c.name, err)
		}
		var got []string
		for _, f := range Judge(root, facts) {
			got = append(got, string(f.Kind)+" "+f.Table)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTree(t *testing.T) {
	root, err := Parse([]byte(`[{"Plan": {"Node Type": "Aggregate", "Strategy": "Plain", "Startup Cost": 60000, "Total Cost": 60001, "Plan Rows": 1, "Plans": [` +
		scan("readings", 60_000, 1234567, `, "Parent Relationship": "Outer", "Alias": "r", "Filter": "((state)::text = 'late'::text)"`) + `]}}]`))
	if err != nil {
		t.Fatal(err)
	}
	got := Tree(root, map[*Node]bool{root.Children[0]: true})
	want := `  Aggregate  cost 60,001  rows 1
! └─ Seq Scan on readings r  cost 60,000  rows 1.2 million
          filter: state = 'late'
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
	if _, err := Parse([]byte(`[]`)); err == nil {
		t.Error("no plan is taken for one")
	}
}
