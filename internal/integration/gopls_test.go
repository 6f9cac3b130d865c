package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/sqlvet/sqlvet/analyzers"
)

// rules are the names under which sqlvet's findings appear.
var rules = func() string {
	var names []string
	for _, a := range analyzers.All() {
		names = append(names, a.Name)
	}
	return strings.Join(names, " ")
}()

var buildGopls = sync.OnceValues(func() (string, error) {
	sqlvet, err := buildSqlvet()
	if err != nil {
		return "", err
	}
	exe := filepath.Join(bins, "gopls-sqlvet")
	args := []string{"gopls", "build", "-o", exe}
	// SQLVET_GOPLS=v0.22.0 runs the tests on another version of gopls than
	// that of this Go.
	if version := os.Getenv("SQLVET_GOPLS"); version != "" {
		args = append(args, "-gopls", version)
	}
	out, err := exec.Command(sqlvet, args...).CombinedOutput()
	if err != nil {
		return "", &buildError{"gopls", err, string(out)}
	}
	return exe, nil
})

// buildStock installs the gopls that sqlvet's is made of, untouched.
var buildStock = sync.OnceValues(func() (string, error) {
	exe := filepath.Join(bins, "stock", "gopls")
	cmd := exec.Command("go", "install", "golang.org/x/tools/gopls@v0.23.0")
	cmd.Env = append(os.Environ(), "GOBIN="+filepath.Dir(exe), "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &buildError{"the stock gopls", err, string(out)}
	}
	return exe, nil
})

type buildError struct {
	what string
	err  error
	out  string
}

func (e *buildError) Error() string {
	return "building " + e.what + ": " + e.err.Error() + "\n" + e.out
}

func goplsBinary(t *testing.T) string { return must(t, buildGopls) }

// A way is one of getting findings in an editor.
type way struct {
	name    string
	exe     func(t *testing.T) string
	args    []string
	env     func(t *testing.T) []string
	unsaved bool // sees text that is not saved
}

var ways = []way{
	{name: "gopls", exe: goplsBinary, env: func(t *testing.T) []string { return []string{"GOPLSCACHE=" + t.TempDir()} }, unsaved: true},
	{name: "proxy", exe: sqlvetBinary, args: []string{"gopls", "proxy"}, env: func(t *testing.T) []string {
		stock := must(t, buildStock)
		return []string{"GOPLSCACHE=" + t.TempDir(), "PATH=" + filepath.Dir(stock) + string(os.PathListSeparator) + os.Getenv("PATH")}
	}},
}

func (w way) connect(t *testing.T, dir string, settings map[string]any) *client {
	t.Helper()
	return connect(t, dir, settings, w.env(t), w.exe(t), w.args...)
}

// orders has a finding with a fix, behind a character of two UTF-16 units, and
// one with a related place.
const orders = `package app

import (
	"context"
	"database/sql"
)

func today(ctx context.Context, db *sql.DB, day string) (*sql.Rows, error) {
	return db.QueryContext(ctx, /* 𝛑 */ "SELECT id FROM orders WHERE placed_at::date = $1::date", day)
}

func names(ctx context.Context, db *sql.DB, ids []int) (names []string, err error) {
	for _, id := range ids {
		var name string
		if err := db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}
`

const (
	slowDate = "placed_at::date = $1::date"
	fastDate = "placed_at >= $1::date AND placed_at < $1::date + 1"
)

func TestEditor(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			dir := module(t, map[string]string{"orders.go": orders})
			c := w.connect(t, dir, nil)
			uri := c.open("orders.go")
			list := c.wait(uri, rules, count(2))
			byRule := make(map[string]lspDiagnostic)
			for _, d := range list {
				byRule[d.Source] = d
			}

			date := byRule["nonsargable"]
			if got := inRange(orders, date.Range); got != "placed_at::date" {
				t.Errorf("range %s holds %q, want the column and its cast", date.Range, got)
			}
			if href := date.CodeDescription.Href; href != "https://pkg.go.dev/github.com/sqlvet/sqlvet/analyzers/nonsargable" {
				t.Errorf("link to %q", href)
			}
			contains(t, date.Message, "placed_at")
			if strings.Contains(date.Message, "[nonsargable]") {
				t.Errorf("the rule is the diagnostic's source, and need not be in %q", date.Message)
			}

			loop := byRule["nplusone"]
			if len(loop.RelatedInformation) == 0 {
				t.Fatal("nplusone without related places")
			}
			at := loop.RelatedInformation[0].Location
			if at.URI != uri || at.Range.Start != (lspPosition{12, 1}) {
				t.Errorf("related place %s %s, want the loop in line 13", at.URI, at.Range)
			}

			actions := c.actions(uri, "quickfix", date)
			if len(actions) != 1 {
				t.Fatalf("want one fix, have %+v", actions)
			}
			fixed := strings.Replace(orders, slowDate, fastDate, 1)
			if got := apply(orders, actions[0].edits(uri)); got != fixed {
				t.Errorf("fix %q makes\n%s", actions[0].Title, got)
			}
			all := c.actions(uri, "source.fixAll", date)
			if len(all) != 1 || all[0].Kind != "source.fixAll" {
				t.Fatalf("want one source.fixAll, have %+v", all)
			}
			if got := apply(orders, all[0].edits(uri)); got != fixed {
				t.Errorf("source.fixAll makes\n%s", got)
			}

			// Lines above move everything down.
			moved := strings.Replace(orders, "package app\n", "package app\n\n// Orders.\n", 1)
			c.edit(uri, moved)
			if w.unsaved {
				c.wait(uri, "nonsargable", func(l []lspDiagnostic) bool { return len(l) == 1 && l[0].Range.Start.Line == 10 })
			} else {
				date.Range = lspRange{lspPosition{8, 0}, lspPosition{9, 0}} // as in the saved text
				if list := c.actions(uri, "quickfix", date); len(list) > 0 {
					t.Errorf("the fix of what was saved is offered for what was not: %+v", list)
				}
			}
			c.edit(uri, fixed)
			if !w.unsaved {
				c.save(uri, fixed)
			}
			c.wait(uri, "nonsargable", count(0))
			c.wait(uri, "nplusone", count(1))
		})
	}
}

func TestEditorSwitch(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			dir := module(t, map[string]string{"orders.go": orders})
			c := w.connect(t, dir, map[string]any{"analyses": map[string]bool{"nplusone": false}})
			uri := c.open("orders.go")
			c.wait(uri, "nonsargable", count(1))
			c.wait(uri, "nplusone", count(0))
			c.configure("analyses", map[string]bool{"nplusone": true, "nonsargable": false})
			c.wait(uri, "nplusone", count(1))
			c.wait(uri, "nonsargable", count(0))
		})
	}
}

// TestEditorEmbedded changes an embedded query while the server runs.
func TestEditorEmbedded(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			dir := module(t, map[string]string{
				"app.go": `package app

import (
	"database/sql"
	_ "embed"
)

//go:embed users.sql
var query string

func users(db *sql.DB) (*sql.Rows, error) { return db.Query(query, 1) }
`,
				"users.sql": "SELECT * FROM users WHERE id = $1",
			})
			c := w.connect(t, dir, nil)
			uri := c.open("app.go")
			if !w.unsaved {
				uri = uriOf(filepath.Join(dir, "users.sql")) // the proxy can say it there
			}
			c.wait(uri, rules, count(1))
			c.changed("users.sql", "SELECT id FROM users WHERE id = $1", "*.sql")
			c.wait(uri, rules, count(0))
			c.changed("users.sql", "SELECT * FROM users WHERE lower(id) = $1", "*.sql")
			c.wait(uri, rules, count(2))
		})
	}
}

// TestToolsPins compiles what goes into gopls with the x/tools of each
// supported gopls.
func TestToolsPins(t *testing.T) {
	root := repository(t)
	source := read(t, filepath.Join(root, "internal", "gopls", "version.go"))
	pins := regexp.MustCompile(`\{"(v0\.\d+\.\d+)", "(v[^"]+)", "go`).FindAllStringSubmatch(source, -1)
	if len(pins) < 3 {
		t.Fatalf("version.go lists %d releases", len(pins))
	}
	for _, pin := range pins {
		t.Run(pin[1], func(t *testing.T) {
			dir := t.TempDir()
			// The checksum of a version between releases stands in gopls' own
			// list; it is there also if this Go is too old for that gopls.
			run(t, command(t, dir, "go", "mod", "download", "golang.org/x/tools/gopls@"+pin[1]))
			cache, _ := run(t, command(t, dir, "go", "env", "GOMODCACHE"))
			write(t, dir, "go.sum", read(t, filepath.Join(strings.TrimSpace(cache), "golang.org", "x", "tools", "gopls@"+pin[1], "go.sum")))
			write(t, dir, "go.mod", "module example.com/pin\n\ngo 1.26.0\n\nrequire github.com/sqlvet/sqlvet v0.0.0\n\n"+
				"replace github.com/sqlvet/sqlvet => "+root+"\n\nreplace golang.org/x/tools => golang.org/x/tools "+pin[2]+"\n")
			write(t, dir, "pin.go", "package pin\n\nimport _ \"github.com/sqlvet/sqlvet/plugin/gopls\"\n")
			if out, code := run(t, command(t, dir, "go", "build", "-mod=mod", "./...")); code != 0 {
				t.Errorf("exit code %d\n%s", code, out)
			}
			out, _ := run(t, command(t, dir, "go", "list", "-mod=mod", "-m", "golang.org/x/tools"))
			contains(t, out, "=> golang.org/x/tools "+pin[2])
		})
	}
}
