package statstatements

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadFile(t *testing.T) {
	const want = "3 calls 7.5 ms 6 rows max 4 [me:3]: SELECT a FROM t WHERE b = ? AND c IN (?)\n"
	for name, c := range map[string]struct{ text, want, err string }{
		"1.8 and later": {"userid,dbid,queryid,query,calls,total_exec_time,max_exec_time,rows,rolname\n" +
			"10,5,1,\"SELECT a FROM t\nWHERE b = $1 AND c IN ($2 /*, ... */)\",1,2.5,2,2,me\n10,5,2,\"SELECT a FROM t\nWHERE b = $1 AND c IN ($2 /*, ... */)\",2,5,4,4,me\n10,5,3,<insufficient privilege>,9,9,9,9,you\n", want, ""},
		"before 1.8":        {"\xef\xbb\xbfquery;calls;total_time;rows;max_time;usename\n\"SELECT a FROM t WHERE b = $1 AND c IN ($2)\";3;7.5;6;4;me\n", want, ""},
		"JSON":              {`[{"query": "SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)", "calls": 3, "total_exec_time": 7.5, "max_exec_time": 4, "rows": 6, "role": "me", "queryid": null}]`, want, ""},
		"JSON, a line each": {`{"query": "SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)", "calls": "3", "total_exec_time": "7.5", "max_exec_time": 4, "rows": 6, "role": "me"}` + "\n" + `{"query": "cut`, want, ""},
		"of something else": {"a,b\n1,2\n", "", "want the columns"},
		"JSON of something": {`{"a": 1}`, "", "want the columns"},
		"empty":             {" \n", "", "is empty"},
		"binary":            {"\x00\x01\xff\n", "", "want the columns"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stats")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := ReadFile(path)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got string
			for _, x := range s.Load().Statements {
				got += fmt.Sprintf("%d calls %g ms %d rows max %g [%s:%d]: %s\n", x.Calls, x.Total, x.Rows, x.Max, x.Applications[0].Name, x.Applications[0].Calls, x.Text)
			}
			if got != c.want {
				t.Errorf("got  %swant %s", got, c.want)
			}
		})
	}
}

func TestBetween(t *testing.T) {
	row := func(id string, calls int64, ms float64) Row {
		return Row{ID: id, Query: id, Calls: calls, Total: ms, Rows: calls}
	}
	d := Between(&Snapshot{Rows: []Row{row("same", 5, 5), row("more", 5, 5), row("reset", 100, 50)}},
		&Snapshot{Rows: []Row{row("same", 5, 5), row("more", 8, 11), row("reset", 2, 1), row("new", 1, 1)}})
	got := ""
	for _, r := range d.Rows {
		got += fmt.Sprintf("%s %d %g; ", r.ID, r.Calls, r.Total)
	}
	if want := "more 3 6; reset 2 1; new 1 1; "; got != want {
		t.Errorf("got %s", got)
	}
}
