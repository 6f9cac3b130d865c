// Package naming answers which rules the programs of a module give its
// database libraries to name tables and columns by: gorm's NamingStrategy,
// xorm's mappers, the inflectors of bun and go-pg. The package that opens the
// database says so, and mostly imports those that have the models: no fact
// travels that way, so the module's Go files are read as text, once for all the
// processes that ask, until one of them changes.
//
// What it reads are constants; what is made of anything else is not known, and
// says so (models.Naming). What the names are by these rules is for package
// models.
package naming

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sqlvet/sqlvet/internal/diskcache"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/models"
)

// A reader finds what a library is given in one file.
type reader struct {
	library string // the name of its rules in package models
	imports string // a file that says something has this in it
	words   []string
	read    func(fs []*file) []models.Naming
}

var readers = []reader{
	{"gorm", `"gorm.io/gorm`, []string{"gorm.Open", "NamingStrategy", ".Open("}, gorm},
	{"gorm1", `"github.com/jinzhu/gorm"`, []string{"DefaultTableNameHandler", "SingularTable"}, gorm1},
	{"xorm", `xorm`, []string{"xorm.NewEngine", ".SetMapper(", ".SetTableMapper(", ".SetColumnMapper("}, xorm},
	{"bun", `"github.com/uptrace/bun/schema"`, []string{"SetTableNameInflector"}, inflector},
	{"gopg", `"github.com/go-pg/pg/`, []string{"SetTableNameInflector"}, inflector},
}

func (r reader) wants(data []byte) bool {
	return bytes.Contains(data, []byte(r.imports)) && slices.ContainsFunc(r.words, func(w string) bool { return bytes.Contains(data, []byte(w)) })
}

// A record is what the programs of a module say, and what it was read from.
type record struct {
	Taken       time.Time
	Dirs, Files []string // below the root
	Stamp       string   // of all of them
	Rules       map[string]models.Naming
}

// Of returns the rules of the module or workspace that the packages of a
// directory belong to, by the names that package models has for libraries. A
// library that is not there has its usual ones.
func Of(dir string) map[string]models.Naming {
	root := rootOf(dir)
	if root == "" {
		return nil
	}
	known.Lock()
	defer known.Unlock()
	key := diskcache.Key("naming", root)
	r := known.records[root]
	if r == nil {
		r = new(record)
		diskcache.Read(key, r)
	}
	if !r.current(root) {
		r = read(root)
		diskcache.Write(key, r)
	}
	if known.records == nil {
		known.records = make(map[string]*record)
	}
	known.records[root] = r
	return r.Rules
}

// read reads the files of a module. Have: known is held.
func read(root string) *record {
	r := &record{Taken: time.Now()}
	r.Dirs, r.Files = finder.Tree(root)
	r.Stamp, _ = r.stamp(root)
	m := &module{root: root, path: modulePath(root), dirs: make(map[string][]*ast.File)}
	said := make([][]*file, len(readers))
	for _, rel := range r.sources(root) {
		path := filepath.Join(root, rel)
		bits := marked(path)
		for i := range readers {
			if bits&(1<<i) == 0 {
				continue
			}
			if f := m.file(path); f != nil {
				said[i] = append(said[i], f)
			}
		}
	}
	r.Rules = make(map[string]models.Naming)
	for i, fs := range said {
		if given := readers[i].read(fs); len(given) > 0 {
			r.Rules[readers[i].library] = models.Join(given)
		}
	}
	return r
}

// current reports whether nothing has changed since the record was taken.
func (r *record) current(root string) bool {
	if len(r.Dirs) == 0 {
		return false
	}
	stamp, newest := r.stamp(root)
	return stamp == r.Stamp && newest.Before(r.Taken.Add(-filetree.Settle))
}

// stamp returns a hash of the sizes and times of what was read.
func (r *record) stamp(root string) (sum string, newest time.Time) {
	h := sha256.New()
	var b [16]byte
	for _, list := range [][]string{r.Dirs, r.Files} {
		for _, rel := range list {
			clear(b[:])
			if info, err := os.Lstat(root + string(filepath.Separator) + rel); err == nil {
				t := info.ModTime()
				binary.LittleEndian.PutUint64(b[:], uint64(t.UnixNano()))
				binary.LittleEndian.PutUint64(b[8:], uint64(info.Size()))
				if t.After(newest) {
					newest = t
				}
			}
			h.Write(b[:])
		}
	}
	return hex.EncodeToString(h.Sum(nil)), newest
}

// sources returns the Go files of the module, those of others below it aside
// unless one workspace has all.
func (r *record) sources(root string) []string {
	var nested []string
	if !filetree.Has(root, "go.work") {
		nested = modules(r.Files)
	}
	return slices.DeleteFunc(slices.Clone(r.Files), func(rel string) bool {
		return filepath.Ext(rel) != ".go" || slices.ContainsFunc(nested, func(d string) bool { return strings.HasPrefix(rel, d+string(filepath.Separator)) })
	})
}

// modules returns the directories of the modules below that files are of.
func modules(files []string) []string {
	var out []string
	for _, rel := range files {
		if d := filepath.Dir(rel); filepath.Base(rel) == "go.mod" && d != "." {
			out = append(out, d)
		}
	}
	return out
}

// Digest returns a hash of what Of says for the packages below the outermost
// module or workspace that a directory lies in.
func Digest(dir string) string {
	top := dir
	for d := range filetree.Upwards(dir) {
		if filetree.Has(d, "go.mod") || filetree.Has(d, "go.work") {
			top = d
		}
	}
	h := sha256.New()
	enc := json.NewEncoder(h)
	_, files := finder.Tree(top)
	for _, d := range append([]string{"."}, modules(files)...) {
		mod := filepath.Join(top, d)
		if rules := Of(mod); len(rules) > 0 {
			enc.Encode([]any{mod, rules}) // Have: maps are written in order.
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// rootOf returns the directory of the workspace or module of a directory; ""
// if there is none.
func rootOf(dir string) string {
	root := ""
	for d := range filetree.Upwards(dir) {
		switch {
		case filetree.Has(d, "go.work"):
			return d
		case root == "" && filetree.Has(d, "go.mod"):
			root = d
		}
	}
	return root
}

var finder = filetree.Finder{Skip: filetree.SkipsDir, Want: func(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") || name == "go.mod"
}}

// known keeps what was read, for programs that live long.
var known struct {
	sync.Mutex
	records map[string]*record // by root
	files   map[string]mark
}

// A mark says which readers a file is for.
type mark struct {
	size    int64
	changed time.Time
	readers uint
}

// marked returns the readers that a file is for, as bits. Have: known is held.
func marked(path string) uint {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > filetree.MaxText {
		return 0
	}
	if m, ok := known.files[path]; ok && m.size == info.Size() && m.changed.Equal(info.ModTime()) {
		return m.readers
	}
	m := mark{size: info.Size(), changed: info.ModTime()}
	if data, err := os.ReadFile(path); err == nil {
		for i, r := range readers {
			if r.wants(data) {
				m.readers |= 1 << i
			}
		}
	}
	if known.files == nil {
		known.files = make(map[string]mark)
	}
	known.files[path] = m
	return m.readers
}
