package schema

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/diskcache"
	"github.com/sqlvet/sqlvet/internal/migrations"
)

// Options say what the user set.
type Options struct {
	// Off: nothing is to be read.
	Off bool
	// Files are those that define the schema, absolute; nil if they are to be
	// found.
	Files []string
}

// Load returns the schema that the packages of a directory work with, as its
// module's migrations make it, or nil if there is none to be found. Names of
// files are relative to the module's directory.
func Load(dir string, opts Options) (*Schema, error) {
	if opts.Off {
		return nil, nil
	}
	t, rel, err := stockOf(dir, opts)
	if err != nil {
		return nil, err
	}
	pick, mod := t.pick(rel, opts)
	if pick.taken == nil {
		return nil, nil
	}
	return cached(t, mod, pick.taken.Where, opts, func() *Schema { return t.load(pick, mod, opts) }), nil
}

// stockOf returns the tree around a directory, and the directory's place in it,
// slash-separated.
func stockOf(dir string, opts Options) (*tree, string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", err
	}
	t := takeStock(top(dir), opts)
	rel, err := filepath.Rel(t.Top, dir)
	return t, filepath.ToSlash(rel), err
}

// pick chooses the schema for the packages of a folder, and returns the
// folder of their module.
func (t *tree) pick(rel string, opts Options) (pick choice, mod string) {
	if opts.Files != nil {
		return t.given(), t.module(rel)
	}
	return t.choose(rel), t.module(rel)
}

// Digest returns a hash of all files that Load could read for the packages of
// a directory's module or workspace.
func Digest(dir string, opts Options) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return takeStock(top(dir), opts).Digest, nil
}

// Candidates lists what could be taken for a schema below the repository or
// module of a directory, and why it is not taken without being asked for.
func Candidates(dir string) ([]string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	t := takeStock(top(dir), Options{})
	var out []string
	for _, c := range t.Candidates {
		why := c.Foreign
		switch {
		case why != "":
		case c.Weight == 0 && c.Unread:
			why = "its files are not SQL"
		case c.Weight == 0:
			why = "it defines nothing"
		default:
			why = "it serves " + c.Owner
		}
		out = append(out, fmt.Sprintf("%s (%s): %s", c.Where, c.Format, why))
	}
	return out, nil
}

// load replays what was chosen.
func (t *tree) load(pick choice, mod string, opts Options) *Schema {
	if opts.Files == nil {
		t.fill(pick.taken)
	}
	s := pick.taken.replay(mod)
	s.Root = t.path(mod)
	s.From = fmt.Sprintf("%s (%s): %s", relativeTo(mod, pick.taken.Where), pick.taken.Format, pick.why)
	for _, c := range pick.other {
		s.Others = append(s.Others, fmt.Sprintf("%s (%s, %d statements)", relativeTo(mod, c.Where), c.Format, c.Weight))
	}
	s.elsewhere(pick)
	return s
}

// fill gets the files of a candidate that comes from the cache.
func (t *tree) fill(c *candidate) {
	if c.inputs != nil {
		return
	}
	for _, fresh := range t.candidates() {
		if fresh.Where == c.Where {
			c.inputs = fresh.inputs
		}
	}
}

// elsewhere lists what the candidates that were not taken define and the
// schema does not have: it may be in the same database.
func (s *Schema) elsewhere(pick choice) {
	if pick.taken.Class == classSetting {
		return
	}
	have := make(map[string]bool)
	for _, list := range [][]string{pick.taken.Tables, pick.taken.Columns} {
		for _, n := range list {
			have[n] = true
		}
	}
	for _, c := range pick.other {
		if c.Sideline && !pick.taken.Sideline {
			continue
		}
		for _, list := range [][]string{c.Tables, c.Columns} {
			for _, n := range list {
				if !have[n] {
					have[n] = true
					s.Elsewhere = append(s.Elsewhere, n)
				}
			}
		}
	}
}

// given is the choice of the user.
func (t *tree) given() choice {
	groups := make(map[string][]*input)
	var order []string
	for _, s := range t.Files {
		dir := path.Dir(s.Path)
		if path.Base(s.Path) == migrations.PrismaFile {
			dir = path.Dir(dir)
		}
		if !strings.HasSuffix(strings.ToLower(s.Path), ".sql") {
			continue
		}
		if groups[dir] == nil {
			order = append(order, dir)
		}
		groups[dir] = append(groups[dir], &input{rel: s.Path})
	}
	if len(order) == 0 {
		return choice{}
	}
	c := &candidate{Where: order[0], Class: classSetting}
	for _, dir := range order {
		for _, in := range groups[dir] {
			t.read(in)
		}
		tool, ordered := t.arrange(dir, groups[dir], t.names(dir))
		c.Format = tool.Name
		c.inputs = append(c.inputs, ordered...)
	}
	skipSnapshots(c.inputs)
	for _, in := range c.inputs {
		if why := foreign(in.up); why != "" && in.skipped == "" {
			in.skipped = looksLike + why
		}
	}
	return choice{taken: c, why: classNames[classSetting]}
}

// relativeTo returns a path of the tree relative to a folder of it.
func relativeTo(dir, rel string) string {
	out, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(rel))
	if err != nil {
		return rel
	}
	return filepath.ToSlash(out)
}

// takeStock returns the tree of a directory with its digest, from the cache
// if nothing has changed.
func takeStock(top string, opts Options) *tree {
	key := treeKey(top, opts)
	var t tree
	if diskcache.Read(key, &t) && t.Top == top && t.current() {
		return &t
	}
	now := time.Now().UnixNano()
	var fresh *tree
	if opts.Files != nil {
		fresh = listed(top, slices.Clone(opts.Files))
	} else {
		fresh = walk(top)
		fresh.Candidates = fresh.candidates()
		compare(fresh.Candidates)
	}
	fresh.Taken = now
	fresh.sum()
	diskcache.Write(key, fresh)
	return fresh
}
