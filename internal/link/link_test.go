package link

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
)

// step is the way of an effect through the named functions, at lines 1, 2, ….
func step(names ...string) (path []funceffects.Step) {
	for i, n := range names {
		path = append(path, funceffects.Step{Func: n, At: "x.go:" + string(rune('1'+i))})
	}
	return path
}

func read(names ...string) funceffects.Effect {
	return funceffects.Effect{Kind: funceffects.ReadDB, SQL: "SELECT users", Path: step(names...), Depth: len(names)}
}

// calls is the effect of a method that calls a method of an interface.
func calls(method string, names ...string) funceffects.Effect {
	return funceffects.Effect{Kind: funceffects.Unknown, Name: method, Path: step(names...), Depth: len(names)}
}

func iface(name string, methods ...string) *Package {
	return &Package{Interfaces: []Interface{{Name: name, Methods: methods}}}
}

// impl is a package with one type whose methods all have the same effects.
func impl(name string, effects []funceffects.Effect, methods ...string) *Package {
	t := Type{Name: name, Methods: methods, Effects: make(map[string][]funceffects.Effect)}
	for _, m := range methods {
		m, _, _ = strings.Cut(m, "(")
		t.Effects[m] = effects
	}
	return &Package{Types: []Type{t}}
}

// promoting is a package with one type that has methods from interfaces which
// it embeds, "import/path.Iface.Method(…)".
func promoting(name string, methods ...string) *Package {
	t := Type{Name: name, Promoted: make(map[string][]string)}
	for _, m := range methods {
		i := strings.LastIndexByte(m[:strings.IndexByte(m, '(')], '.')
		t.Methods = append(t.Methods, m[i+1:])
		method, _, _ := strings.Cut(m[i+1:], "(")
		t.Promoted[m[:i]] = append(t.Promoted[m[:i]], method)
	}
	slices.Sort(t.Methods)
	return &Package{Types: []Type{t}}
}

type found struct {
	Loop
	Effect funceffects.Effect
}

// resolve returns the loops that come to a query, and the queries.
func resolve(packages []*Package) (out []found) {
	p := New(packages)
	search := p.Search(funceffects.Effect.RoundTrip)
	for _, l := range p.Loops() {
		if e, ok := search.Reach(l.Unknown, func(funceffects.Effect) bool { return true }); ok {
			out = append(out, found{l, e})
		}
	}
	return out
}

func loop(posn string, unknown ...funceffects.Effect) *Package {
	return &Package{Loops: []Loop{{Posn: posn, LoopPosn: "loop of " + posn, Unknown: unknown}}}
}

func TestResolve(t *testing.T) {
	const (
		get  = "Get(int,)(string,)"
		put  = "Put(int,)()"
		load = "Load(int,)()"
	)
	cached, async, migrate := read("db.Query"), read("db.Query"), read("db.Query")
	cached.Cached, async.Async = true, true
	migrate.Kind, migrate.Name = funceffects.WriteDB, "migrate"
	network := funceffects.Effect{Kind: funceffects.Network, Path: step("http.Get"), Depth: 1}
	tests := []struct {
		name     string
		packages []*Package
		want     []string // "place: implementation: way"
	}{
		{
			"one implementation",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get), impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get)},
			[]string{"a.go:1:1: (*pg.Users): Users.Get db.Query"},
		},
		{
			"methods beyond the interface's",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get), impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get, put)},
			[]string{"a.go:1:1: (*pg.Users): Users.Get db.Query"},
		},
		{
			"not all methods of the interface",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get, put), impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get)},
			nil,
		},
		{
			"another signature",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get), impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, "Get(string,)(string,)")},
			nil,
		},
		{
			"no implementation",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get)},
			nil,
		},
		{
			"an interface that nobody describes",
			[]*Package{loop("a.go:1:1", calls("other/store.Users.Get", "Users.Get")), impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get)},
			nil,
		},
		{
			"an implementation that does something else",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get), impl("(*web.Users)", []funceffects.Effect{network}, get)},
			nil,
		},
		{
			"a migration",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get), impl("(*pg.Users)", []funceffects.Effect{migrate}, get)},
			nil,
		},
		{
			"in a goroutine of the implementation",
			[]*Package{loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get), impl("(*pg.Loader)", []funceffects.Effect{async}, get)},
			nil,
		},
		{
			"the nearest of several",
			[]*Package{
				loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get),
				impl("(*far.Users)", []funceffects.Effect{read("load", "db.Query")}, get),
				impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get),
			},
			[]string{"a.go:1:1: (*pg.Users): Users.Get db.Query"},
		},
		{
			"the first by name of equally near ones",
			[]*Package{
				loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get),
				impl("(*z.Users)", []funceffects.Effect{read("db.Query")}, get),
				impl("(*a.Users)", []funceffects.Effect{read("db.Query")}, get),
			},
			[]string{"a.go:1:1: (*a.Users): Users.Get db.Query"},
		},
		{
			"the second of two unknown calls",
			[]*Package{
				loop("a.go:1:1", calls("m/clock.Clock.Now", "Clock.Now"), calls("m/store.Users.Get", "Users.Get")),
				iface("m/store.Users", get), iface("m/clock.Clock", "Now()(int64,)"),
				impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get),
			},
			[]string{"a.go:1:1: (*pg.Users): Users.Get db.Query"},
		},
		{
			"through an interface behind the interface",
			[]*Package{
				loop("a.go:1:1", calls("m/svc.Service.Load", "Service.Load")),
				iface("m/svc.Service", load), iface("m/store.Users", get),
				impl("(*svc.service)", []funceffects.Effect{calls("m/store.Users.Get", "Users.Get")}, load),
				impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get),
			},
			[]string{"a.go:1:1: (*svc.service): Service.Load Users.Get db.Query"},
		},
		{
			"implementations that call each other only",
			[]*Package{
				loop("a.go:1:1", calls("m/store.A.Get", "A.Get")), iface("m/store.A", get), iface("m/store.B", load),
				impl("(*x.A)", []funceffects.Effect{calls("m/store.B.Load", "B.Load")}, get),
				impl("(*x.B)", []funceffects.Effect{calls("m/store.A.Get", "A.Get")}, load),
			},
			nil,
		},
		{
			"a decorator around an implementation",
			[]*Package{
				loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get),
				impl("(*log.Users)", []funceffects.Effect{calls("m/store.Users.Get", "next.Get")}, get),
				impl("(*pg.Users)", []funceffects.Effect{read("q.load", "db.Query")}, get),
			},
			[]string{"a.go:1:1: (*pg.Users): Users.Get q.load db.Query"},
		},
		{
			"a package and its test variant say the same; places are sorted",
			[]*Package{
				loop("b.go:1:1", calls("m/store.Users.Get", "Users.Get")), loop("b.go:1:1", calls("m/store.Users.Get", "Users.Get")),
				loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")),
				iface("m/store.Users", get), iface("m/store.Users", get),
				impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get), impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get),
			},
			[]string{"a.go:1:1: (*pg.Users): Users.Get db.Query", "b.go:1:1: (*pg.Users): Users.Get db.Query"},
		},
		{
			"methods of interfaces that a type embeds",
			[]*Package{
				loop("a.go:1:1", calls("m/store.DB.Get", "DB.Get")), loop("b.go:1:1", calls("m/store.DB.Load", "DB.Load")),
				iface("m/store.DB", get, load), iface("m/store.Users", get), iface("m/store.Files", load),
				promoting("(*db.All)", "m/store.Users."+get, "m/store.Files."+load),
				impl("(*pg.Users)", []funceffects.Effect{read("db.Query")}, get), impl("(*disk.Files)", []funceffects.Effect{network}, load),
			},
			[]string{"a.go:1:1: (*pg.Users): DB.Get db.Query"},
		},
		{
			"a type that embeds the interface and implements it so",
			[]*Package{
				loop("a.go:1:1", calls("m/store.Users.Get", "Users.Get")), iface("m/store.Users", get),
				promoting("(*log.Users)", "m/store.Users."+get),
			},
			nil,
		},
		{
			"the middle of a long way is left out",
			[]*Package{
				loop("a.go:1:1", calls("m/store.Users.Get", "f", "g", "Users.Get")), iface("m/store.Users", get),
				impl("(*pg.Users)", []funceffects.Effect{read("h", "i", "j", "db.Query")}, get),
			},
			[]string{"a.go:1:1: (*pg.Users): f g i j db.Query"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 2 {
				var got []string
				for _, f := range resolve(test.packages) {
					var names []string
					for _, s := range f.Effect.Path {
						names = append(names, s.Func)
					}
					got = append(got, f.Posn+": "+implementation(t, f.Effect.Through)+": "+strings.Join(names, " "))
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
				// The go command reports packages in any order.
				slices.Reverse(test.packages)
			}
		})
	}
	t.Run("inputs", func(t *testing.T) {
		e := read("db.Query")
		e.Args = funceffects.Inputs{Known: true, List: []funceffects.Input{{From: 3}}}
		for _, test := range []struct {
			unknown funceffects.Effect
			want    funceffects.Inputs
		}{
			{calls("m/store.Users.Get", "Users.Get"), e.Args},
			// Which of what load is given the method gets is not known.
			{calls("m/store.Users.Get", "load", "Users.Get"), funceffects.Inputs{}},
		} {
			found := resolve([]*Package{loop("a.go:1:1", test.unknown), iface("m/store.Users", get), impl("(*pg.Users)", []funceffects.Effect{e}, get)})
			if len(found) != 1 || !reflect.DeepEqual(found[0].Effect.Args, test.want) {
				t.Errorf("found %+v, want it to depend on %v", found, test.want)
			}
		}
	})
	t.Run("marks", func(t *testing.T) {
		found := resolve([]*Package{
			loop("a.go:1:1", calls("m/store.Users.Get", "load", "Users.Get")), iface("m/store.Users", get),
			impl("(*pg.Users)", []funceffects.Effect{cached}, get),
		})
		if len(found) != 1 {
			t.Fatalf("found %v", found)
		}
		e := found[0].Effect
		if !e.Cached || e.Async || e.Depth != 3 || e.SQL != "SELECT users" || e.Kind != funceffects.ReadDB {
			t.Errorf("effect is %+v: want a cached read of users three calls away", e)
		}
		if found[0].LoopPosn != "loop of a.go:1:1" {
			t.Errorf("loop is at %q", found[0].LoopPosn)
		}
	})
}

// implementation returns the type that Through names.
func implementation(t *testing.T, through string) string {
	name := typeName.FindString(through)
	if name == "" || !strings.Contains(through[:strings.Index(through, name)], ".") {
		t.Errorf("%q does not name interface and implementation", through)
	}
	return name
}

var typeName = regexp.MustCompile(`\(\*[\w.]+\)`)

// maxDepth interfaces are followed, no more: the ways in between would say
// nothing any more.
func TestResolveDepth(t *testing.T) {
	chain := func(n int) []*Package {
		ps := []*Package{loop("a.go:1:1", calls("m.I0.M0", "I0.M0"))}
		for i := range n {
			m := "M" + string(rune('0'+i))
			e := []funceffects.Effect{read("db.Query")}
			if i < n-1 {
				next := string(rune('1' + i))
				e = []funceffects.Effect{calls("m.I"+next+".M"+next, "I.M")}
			}
			ps = append(ps, iface("m.I"+string(rune('0'+i)), m+"()()"), impl("(*m.T"+string(rune('0'+i))+")", e, m+"()()"))
		}
		return ps
	}
	for n := 1; n <= maxDepth+1; n++ {
		if got, want := len(resolve(chain(n))) == 1, n <= maxDepth; got != want {
			t.Errorf("%d interfaces: found is %t, want %t", n, got, want)
		}
	}
}

// Layers of interfaces with many implementations, each of which calls many of
// the next layer: what is asked twice is answered once.
func TestResolveDense(t *testing.T) {
	const wide = 60
	ps := []*Package{loop("a.go:1:1", calls("m.L0.M", "L0.M"))}
	for layer := range maxDepth {
		name := "m.L" + string(rune('0'+layer))
		ps = append(ps, iface(name, "M()()", name+"()()"))
		next := make([]funceffects.Effect, wide)
		for i := range next {
			next[i] = calls("m.L"+string(rune('1'+layer))+".M", "L.M")
			next[i].Path[0].At = "x.go:" + strconv.Itoa(i)
		}
		if layer == maxDepth-1 {
			next = []funceffects.Effect{{Kind: funceffects.Network}}
		}
		for i := range wide {
			ps = append(ps, impl("(*m.T"+strconv.Itoa(i)+")", next, "M()()", name+"()()"))
		}
	}
	asked := 0
	p := New(ps)
	search := p.Search(func(e funceffects.Effect) bool { asked++; return e.Kind == funceffects.ReadDB })
	if _, ok := search.Reach(p.Loops()[0].Unknown, func(funceffects.Effect) bool { return true }); ok {
		t.Error("found a query where there is none")
	}
	if most := maxDepth * wide * wide; asked > most {
		t.Errorf("%d effects were looked at, want at most the %d that there are", asked, most)
	}
}

func TestDecode(t *testing.T) {
	p := &Package{
		Loops: []Loop{{
			Posn: "a.go:2:3", End: "a.go:2:9", LoopPosn: "a.go:1:1", Why: "ranges over a slice", Line: 1, Outer: 7, Kind: 2,
			Unknown: []funceffects.Effect{calls("m/store.Users.Get", "Users.Get")},
		}},
		Interfaces: []Interface{{"m/store.Users", []string{"Get(int,)(string,)"}}},
		Types:      []Type{{"(*pg.Users)", "m/pg.Users", []string{"Get(int,)(string,)"}, map[string][]funceffects.Effect{"Get": {read("db.Query")}}, map[string][]string{"m/store.Users": {"Put"}}, map[string][]int{"Within": {1}}}},
	}
	text, err := Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, p) {
		t.Errorf("got %+v, want %+v", got, p)
	}
	for _, bad := range []string{"", "{}", "no package", text[:len(text)/2]} {
		if _, err := Decode(bad); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}

func TestRuns(t *testing.T) {
	unit := impl("(*pg.Units)", []funceffects.Effect{{Kind: funceffects.BeginTx}}, "Do(func,)(error,)", "Try(func,)(error,)")
	unit.Types[0].ID, unit.Types[0].Runs = "m/pg.Units", map[string][]int{"Do": {1}}
	p := New([]*Package{iface("m/app.Units", "Do(func,)(error,)", "Try(func,)(error,)"), unit, iface("m/app.Other", "Do(func,)()")})
	of := func(e funceffects.Effect, types ...string) []funceffects.Effect {
		e.Of = types
		return []funceffects.Effect{e}
	}
	tests := []struct {
		name  string
		calls []funceffects.Effect
		param int
		want  bool
	}{
		{"the parameter that it runs in one", of(calls("m/app.Units.Do")), 1, true},
		{"another parameter", of(calls("m/app.Units.Do")), 0, false},
		{"another method", of(calls("m/app.Units.Try")), 1, false},
		{"an interface that it has not", of(calls("m/app.Other.Do")), 1, false},
		{"it is known to be of that type", of(calls("m/app.Units.Do"), "m/pg.Units"), 1, true},
		{"it is known to be of another", of(calls("m/app.Units.Do"), "m/mem.Units"), 1, false},
	}
	for _, test := range tests {
		if got := p.Runs(test.calls, test.param); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
