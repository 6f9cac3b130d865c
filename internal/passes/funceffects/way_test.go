package funceffects

import "testing"

// TestWay: a method that stands for an embedded one is no step of its own.
func TestWay(t *testing.T) {
	for _, test := range []struct {
		steps []string
		want  string
	}{
		{[]string{"load", "(*Tx).Query", "Tx.Query"}, "load -> Tx.Query (a.go:1)"},
		{[]string{"Service.Find", "Repo.Find", "db.Query"}, "Service.Find -> Repo.Find -> db.Query (a.go:1)"},
	} {
		e := Effect{Depth: len(test.steps)}
		for _, s := range test.steps {
			e.Path = append(e.Path, Step{s, "a.go:1"})
		}
		if got := e.Way(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}
