package statstatements

import (
	"bufio"
	"bytes"
	"testing"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte("query,calls,total_exec_time\nSELECT 1,2,3.5\n"))
	f.Add([]byte("query;calls;total_time\n\"a\nb\";1;2\n"))
	f.Add([]byte(`[{"query": "SELECT 1", "calls": 1, "total_exec_time": 1e999}]`))
	f.Add([]byte("{\"query\": \"a\", \"calls\": \"3\"}\n{\"query\": null}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := new(Snapshot)
		_ = s.read(bufio.NewReaderSize(bytes.NewReader(data), 1<<10))
		for _, r := range s.Rows {
			if r.Query == "" || r.Calls <= 0 || r.Total < 0 {
				t.Errorf("%+v", r)
			}
		}
		s.Load()
	})
}
