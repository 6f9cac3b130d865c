package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLaunch starts "sqlvet gopls" as an editor does for the first time: the
// stock gopls serves with findings on save, while one with sqlvet inside is
// built; the next start is that one.
func TestLaunch(t *testing.T) {
	cache := t.TempDir()
	env := launchEnv(t, "XDG_CACHE_HOME="+cache)
	link := filepath.Join(t.TempDir(), "gopls-sqlvet") // for editors that take no arguments
	if err := os.Symlink(sqlvetBinary(t), link); err != nil {
		t.Fatal(err)
	}
	dir := module(t, map[string]string{"orders.go": orders})
	first := connect(t, dir, nil, env, link)
	uri := first.open("orders.go")
	first.wait(uri, rules, count(2))
	contains(t, first.message(10*time.Minute), "sqlvet has built its gopls")

	second := connect(t, dir, nil, env, sqlvetBinary(t), "gopls")
	second.open("orders.go")
	second.wait(uri, rules, count(2))
	second.edit(uri, strings.Replace(orders, slowDate, fastDate, 1))
	second.wait(uri, rules, count(1)) // unsaved: the proxy could not know

	out, code := run(t, command(t, dir, link, "version").with(env...))
	if code != 0 {
		t.Errorf("gopls-sqlvet version: exit code %d", code)
	}
	// A version that the editor's plugin does not compare with releases.
	contains(t, out, "golang.org/x/tools/gopls (devel)")
}

// TestLaunchFailure expects a gopls that cannot be built to be said once, and
// findings all the same.
func TestLaunchFailure(t *testing.T) {
	cache := t.TempDir()
	env := launchEnv(t, "XDG_CACHE_HOME="+cache, "GOPROXY=off", "GOMODCACHE="+t.TempDir())
	dir := module(t, map[string]string{"orders.go": orders})
	for range 2 {
		c := connect(t, dir, nil, env, sqlvetBinary(t), "gopls")
		uri := c.open("orders.go")
		c.wait(uri, rules, count(2))
		contains(t, c.message(time.Minute), "sqlvet could not build gopls (see "+cache, "updated when files are saved")
	}
	logs, err := filepath.Glob(filepath.Join(cache, "sqlvet", "gopls", "*", "build.log"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("want one log, have %v, %v", logs, err)
	}
	contains(t, read(t, logs[0]), "building gopls: ", "module lookup disabled by GOPROXY=off", `"sqlvet gopls proxy"`)
}

func launchEnv(t *testing.T, env ...string) []string {
	t.Helper()
	out, code := run(t, command(t, ".", "go", "env", "GOCACHE"))
	if code != 0 {
		t.Fatal(out)
	}
	stock := must(t, buildStock)
	return append(env, "GOCACHE="+strings.TrimSpace(out), "PATH="+filepath.Dir(stock)+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// message returns the first message to the user that speaks of sqlvet.
func (c *client) message(timeout time.Duration) string {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	found := ""
	c.awaitFor(timeout, func() bool {
		for _, m := range c.messages {
			if strings.HasPrefix(m, "sqlvet") {
				found = m
			}
		}
		return found != ""
	})
	return found
}
