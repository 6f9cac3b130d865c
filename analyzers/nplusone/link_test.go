package nplusone

import (
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/link"
	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
)

// TestLink judges loops that call a method of the interface m.Trees, which a
// type of another package implements.
func TestLink(t *testing.T) {
	inputs := func(from ...int) (in funceffects.Inputs) {
		in.Known = true
		for _, f := range from {
			in.List = append(in.List, funceffects.Input{From: f})
		}
		return in
	}
	read := funceffects.Effect{Kind: funceffects.ReadDB, SQL: "SELECT trees", Path: []funceffects.Step{{Func: "db.Query", At: "pg.go:9"}}, Depth: 1}
	write, cached, ddl, second := read, read, read, read
	write.Kind, write.SQL, write.Args = funceffects.WriteDB, "UPDATE trees", inputs()
	cached.Kind, cached.Cached, cached.Args = funceffects.WriteDB, true, inputs()
	ddl.Kind, ddl.Name = funceffects.WriteDB, funceffects.Object
	second.Args = inputs(3)
	// by is a call of the interface's method by way of some functions.
	by := func(at ...string) []funceffects.Effect {
		e := funceffects.Effect{Kind: funceffects.Unknown, Name: "m.Trees.Get", Depth: len(at)}
		for _, a := range at {
			e.Path = append(e.Path, funceffects.Step{Func: "f", At: a})
		}
		return []funceffects.Effect{e}
	}
	at := func(pkg, posn string, kind loops.Kind, unknown []funceffects.Effect, changes ...int) link.Loop {
		return link.Loop{Package: pkg, Posn: posn, End: posn, LoopPosn: posn, Kind: uint8(kind), Changes: changes, Unknown: unknown}
	}
	little := at("m", "/m/a.go:5:1", loops.Kind(0), by("a.go:5"))
	little.Little = "it runs only at the start"
	begins := at("m", "/m/a.go:6:1", loops.Kind(0), by("a.go:6"))
	begins.Begins = true

	for _, test := range []struct {
		name   string
		effect funceffects.Effect
		loops  []link.Loop
		want   []string // "place category severity"
	}{
		{"a read", read, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1"))}, []string{"/m/a.go:1:1 read"}},
		{"what it depends on changes", second, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1"), 2, 3)}, []string{"/m/a.go:1:1 read"}},
		{"something else changes", second, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1"), 2)}, nil},
		{"something else, by way of a function", second, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1", "a.go:9"), 2)}, []string{"/m/a.go:1:1 read"}},
		{"each write counts", write, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1"))}, []string{"/m/a.go:1:1 write"}},
		{"but not after a look into a cache", cached, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1"))}, nil},
		{"no form for many", ddl, []link.Loop{at("m", "/m/a.go:1:1", 0, by("a.go:1"))}, nil},
		{"of little use", read, []link.Loop{little}, []string{"/m/a.go:5:1 read info"}},
		{"a transaction each time", read, []link.Loop{begins}, []string{"/m/a.go:6:1 tx-per-iteration"}},
		{
			"a recursion is told once, in its package",
			read,
			[]link.Loop{
				at("m", "/m/a.go:1:1", 0, by("a.go:1", "a.go:8")),
				at("m", "/m/a.go:8:5", loops.Recursion, by("a.go:8")),
				at("n", "/n/a.go:8:5", loops.Recursion, by("a.go:8")),
			},
			[]string{"/m/a.go:1:1 read", "/n/a.go:8:5 read"},
		},
	} {
		p := link.New([]*link.Package{
			{Loops: test.loops, Interfaces: []link.Interface{{Name: "m.Trees", Methods: []string{"Get"}}}},
			{Types: []link.Type{{Name: "(*pg.Trees)", Methods: []string{"Get"}, Effects: map[string][]funceffects.Effect{"Get": {test.effect}}}}},
		})
		var got []string
		for _, f := range Link(p) {
			got = append(got, strings.TrimSpace(f.Posn+" "+f.Category+" "+string(f.Severity)))
			if f.Silent || (f.Severity == config.SeverityInfo) != strings.Contains(f.Message, "of little use") {
				t.Errorf("%s: %+v", test.name, f)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
