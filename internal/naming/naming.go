// Package naming answers which rules the programs of a module give its
// database libraries to name tables and columns by: gorm's NamingStrategy,
// xorm's mappers, the inflectors of bun and go-pg. The package that opens the
// database says so, and mostly imports those that have the models: no fact
// travels that way, so the module's Go files are read as text, each once.
//
// What it reads are constants; what is made of anything else is not known, and
// says so (models.Naming). What the names are by these rules is for package
// models.
package naming

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

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
	m := &module{root: root, path: modulePath(root), dirs: make(map[string][]*ast.File)}
	said := make([][]*file, len(readers))
	for _, path := range m.sources() {
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
	out := make(map[string]models.Naming)
	for i, fs := range said {
		if given := readers[i].read(fs); len(given) > 0 {
			out[readers[i].library] = models.Join(given)
		}
	}
	return out
}

// sources returns the Go files of the module, those of others below it aside
// unless one workspace has all.
func (m *module) sources() []string {
	var nested []string
	if !filetree.Has(m.root, "go.work") {
		nested = modules(m.root)
	}
	return slices.DeleteFunc(slices.Clone(finder.Files(m.root)), func(path string) bool {
		return slices.ContainsFunc(nested, func(d string) bool { return strings.HasPrefix(path, d+string(filepath.Separator)) })
	})
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
	for _, mod := range append([]string{top}, modules(top)...) {
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

// modules returns the directories of the modules below a directory.
func modules(top string) []string {
	var out []string
	for _, path := range goMods.Files(top) {
		if d := filepath.Dir(path); d != top {
			out = append(out, d)
		}
	}
	return out
}

var (
	finder = filetree.Finder{Skip: filetree.SkipsDir, Want: func(name string) bool {
		return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
	}}
	goMods = filetree.Finder{Skip: filetree.SkipsDir, Want: func(name string) bool { return name == "go.mod" }}
)

// known keeps which readers a file is for, for programs that live long.
var known struct {
	sync.Mutex
	files map[string]mark
}

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
