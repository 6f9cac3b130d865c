package pgserver

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An Installation is a folder with the programs of a server.
type Installation struct {
	Bin     string
	Version string // "15.18"
}

// Major is the version's first number.
func (i Installation) Major() int { return number(i.Version) }

// ErrNone says that no server is installed.
var ErrNone = errors.New("no PostgreSQL server found: apt-get install postgresql, brew install postgresql@17, or run in the Docker image postgres; " +
	"-pg DIR names the folder of initdb and postgres, -dsn URL a database that is there already")

// Oldest and Newest are the versions that are known to work. A newer one is
// tried.
const (
	Oldest = 13
	Newest = 18
)

// usual are the places where packages put server programs that are not on the
// PATH, since several versions may be installed.
var usual = []string{
	"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                   // PGDG for Red Hat
	"/usr/libexec/postgresql*",           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin", // macOS, Apple's processors
	"/usr/local/opt/postgresql@*/bin",    // macOS, Intel's
	"/usr/local/pgsql/bin",               // built from source
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/opt/local/lib/postgresql*/bin", // MacPorts
}

// Find returns the programs in dir (itself, or its bin), else those that
// pg_config names, else the newest in the usual folders, else those on the
// PATH. The error is ErrNone if there are none.
func Find(dir string) (Installation, error) {
	if dir != "" {
		for _, d := range []string{dir, filepath.Join(dir, "bin")} {
			if complete(d) {
				return installation(d)
			}
		}
		return Installation{}, fmt.Errorf("no PostgreSQL server in %s: it holds no initdb and postgres", dir)
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		if d := strings.TrimSpace(string(out)); complete(d) {
			return installation(d)
		}
	}
	var found []string
	for _, pattern := range usual {
		dirs, _ := filepath.Glob(pattern) // Have: the patterns are well formed.
		found = append(found, slices.DeleteFunc(dirs, func(d string) bool { return !complete(d) })...)
	}
	if len(found) > 0 {
		return installation(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(number(a), number(b)) }))
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil && complete(filepath.Dir(path)) {
			return installation(filepath.Dir(path))
		}
	}
	return Installation{}, ErrNone
}

// complete reports whether a folder holds what a server needs.
func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() {
			return false
		}
	}
	return dir != ""
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)*`)

func number(s string) int {
	n, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(s)) // 0 if there is none
	return n
}

// installation asks the server for its version.
func installation(dir string) (Installation, error) {
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return Installation{}, fmt.Errorf("the PostgreSQL server in %s does not start: %w", dir, err)
	}
	in := Installation{Bin: dir, Version: versionNumber.FindString(string(out))}
	if in.Major() < Oldest {
		return Installation{}, fmt.Errorf("PostgreSQL %s in %s is too old: %d or newer is needed", in.Version, dir, Oldest)
	}
	return in, nil
}
