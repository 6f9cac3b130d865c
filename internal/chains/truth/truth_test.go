package truth

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

var (
	detail = flag.Bool("detail", false, "print each chain's statements")
	binary = flag.String("sqlvet", "", "the sqlvet to ask; built from the source if empty")
)

// bars is what each library must reach, in percent of its chains: right
// (every statement known in full), or right with holes, at least; wrong (a
// statement that the library cannot send) at most. They are raised as sqlvet
// learns.
var bars = map[string]struct{ right, holes, wrong int }{
	"squirrel": {92, 100, 0},
	"gorm":     {92, 98, 0},
	"bun":      {88, 100, 0},
	"goqu":     {95, 100, 0},
	"xorm":     {81, 100, 0},
	"ent":      {90, 100, 0},
	"gorm1":    {95, 95, 0},
	"gopg":     {96, 100, 0},
	"dbr":      {80, 80, 0},
	"pop":      {5, 5, 0},
}

// leastChains is how many chains a library's section has at least.
const leastChains = 60

// tool returns the sqlvet to ask.
var tool = sync.OnceValues(func() (string, error) {
	if *binary != "" {
		return *binary, nil
	}
	dir, err := os.MkdirTemp("", "truth")
	if err != nil {
		return "", err
	}
	sqlvet := filepath.Join(dir, "sqlvet")
	build := exec.Command("go", "build", "-o", sqlvet, "./cmd/sqlvet")
	build.Dir = "../../.."
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return sqlvet, nil
})

// asked is what sqlvet says of all sections: one run is enough.
var asked = sync.OnceValues(func() (map[string][]said, error) {
	sqlvet, err := tool()
	if err != nil {
		return nil, err
	}
	var dirs []string
	for name := range bars {
		if _, err := os.Stat(name); err == nil {
			dirs = append(dirs, name)
		}
	}
	slices.Sort(dirs)
	return ask(sqlvet, ".", dirs)
})

// compare is a library's section: its chains, made over the log's database.
func compare(t *testing.T, name string, chains any, log *record.Log) {
	t.Helper()
	sent, err := run(chains, log)
	if err != nil {
		t.Fatal(err)
	}
	src, err := parse(name)
	if err != nil {
		t.Fatal(err)
	}
	all, err := asked()
	if err != nil {
		t.Fatal(err)
	}
	says := make(map[string][]said) // by function
	for _, s := range all[name] {
		fn := src.at(s.in, s.Line)
		says[fn] = append(says[fn], s)
	}
	v := judge(t, src, sent, says)
	n := 0
	for _, list := range v {
		n += len(list)
	}
	percent := func(vs ...verdict) int {
		sum := 0
		for _, k := range vs {
			sum += len(v[k])
		}
		return sum * 100 / n
	}
	t.Logf("%-8s %3d chains: %3d right, %3d right with holes, %3d unknown, %3d wrong",
		name, n, len(v[right]), len(v[holes]), len(v[unknown]), len(v[wrong]))
	for _, k := range []verdict{wrong, unknown} {
		t.Logf("%s: %s", k, strings.Join(v[k], ", "))
	}
	if n < leastChains {
		t.Errorf("%d chains, want %d", n, leastChains)
	}
	bar := bars[name]
	if percent(right) < bar.right || percent(right, holes) < bar.holes || percent(wrong) > bar.wrong {
		t.Errorf("the bar is %d %% right, %d %% with holes, at most %d %% wrong", bar.right, bar.holes, bar.wrong)
	}
}

// judge sorts the chains by what sqlvet says of them.
func judge(t *testing.T, src *source, sent map[string][]string, says map[string][]said) map[verdict][]string {
	t.Helper()
	reached := make(map[string][]string) // function → what is sent by chains that reach it
	for chain, list := range sent {
		for _, fn := range src.reach(chain) {
			reached[fn] = append(reached[fn], list...)
		}
	}
	out := make(map[verdict][]string)
	for _, chain := range slices.Sorted(maps.Keys(sent)) {
		if len(sent[chain]) == 0 {
			t.Errorf("%s sends nothing", chain)
		}
		var about []said
		v := right
		var odd []string
		for _, fn := range src.reach(chain) {
			for _, s := range says[fn] {
				about = append(about, s)
				if !slices.ContainsFunc(reached[fn], s.fits) {
					v = wrong
					odd = append(odd, s.Text)
				}
			}
		}
		for _, sql := range sent[chain] {
			if fingerprint(sql) == "" {
				t.Errorf("%s sends what PostgreSQL cannot parse: %s", chain, sql)
				continue
			}
			v = max(v, covered(sql, about))
		}
		if *detail {
			t.Logf("%s: %s", chain, v)
			for _, s := range about {
				t.Logf("\t  said %s", s.Text)
			}
			for _, sql := range sent[chain] {
				t.Logf("\t  sent %s", sql)
			}
		} else if v == wrong {
			t.Logf("%s: wrong: %q; sent: %q", chain, odd, sent[chain])
		}
		out[v] = append(out[v], chain)
	}
	return out
}
