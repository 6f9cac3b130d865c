package naming

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/diskcache"
	"github.com/sqlvet/sqlvet/internal/models"
)

// module writes files, each behind a line "-- name", and returns their
// directory.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for _, part := range strings.Split(text, "-- ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const gormOpen = `-- go.mod
module shop.test
-- data/row.go
package data
-- boot/boot.go
package boot
import (
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
	"shop.test/conf"
)
`

var tests = []struct {
	name, library, files string
	want                 models.Naming
}{
	{"literal", "gorm", gormOpen + `var d, _ = gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: "x_", SingularTable: true}})`,
		models.Naming{Prefix: "x_", Singular: true}},
	{"pointer in a variable", "gorm", gormOpen + `func f() { ns := &schema.NamingStrategy{TablePrefix: "a" + sep}
	c := gorm.Config{}
	c.NamingStrategy = ns
	gorm.Open(nil, &c) }
const sep = "."`, models.Naming{Prefix: "a."}},
	{"of another package", "gorm", gormOpen + `func f() { gorm.Open(nil, &gorm.Config{NamingStrategy: strategy()}) }
func strategy() schema.NamingStrategy { return schema.NamingStrategy{TablePrefix: conf.Prefix, NoLowerCase: true} }
-- conf/conf.go
package conf
const Prefix = "c_"`, models.Naming{Prefix: "c_", Case: "same"}},
	{"set at run time", "gorm", gormOpen + `func f() { gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: conf.Prefix}}) }
-- conf/conf.go
package conf
var Prefix = "c_"`, models.Naming{OpenTables: true}},
	{"own type", "gorm", gormOpen + `type own struct{ schema.NamingStrategy }
func f() { gorm.Open(nil, &gorm.Config{NamingStrategy: own{}}) }`, models.Naming{Open: true}},
	{"replacer", "gorm", gormOpen + `import "strings"
func f() { gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{NameReplacer: strings.NewReplacer("CID", "Cid")}}) }`,
		models.Naming{Replace: []string{"CID", "Cid"}}},
	{"two databases", "gorm", gormOpen + `func f() { gorm.Open(nil); gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: "x_"}}) }`,
		models.Naming{OpenTables: true}},
	{"a parameter of the name of a constant", "gorm", gormOpen + `func f(prefix string) { gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: prefix}}) }
-- boot/const.go
package boot
const prefix = "x_"`, models.Naming{OpenTables: true}},
	{"tests", "gorm", gormOpen + `-- boot/boot_test.go
package boot
var d, _ = gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: "x_"}})`, models.Naming{}},
	{"another module", "gorm", gormOpen + `-- tool/go.mod
module tool.test
-- tool/main.go
package main
import ("gorm.io/gorm"; "gorm.io/gorm/schema")
var d, _ = gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: "x_"}})`, models.Naming{}},
	{"workspace", "gorm", gormOpen + `-- go.work
-- tool/go.mod
module tool.test
-- tool/main.go
package main
import ("gorm.io/gorm"; "gorm.io/gorm/schema")
var d, _ = gorm.Open(nil, &gorm.Config{NamingStrategy: schema.NamingStrategy{TablePrefix: "x_"}})`, models.Naming{Prefix: "x_"}},
	{"handler", "gorm1", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import g "github.com/jinzhu/gorm"
func init() { g.DefaultTableNameHandler = func(d *g.DB, name string) string { return "old_" + name } }`, models.Naming{Prefix: "old_"}},
	{"engine", "xorm", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import "xorm.io/xorm"
var e, _ = xorm.NewEngine("postgres", "")`, models.Naming{Case: "snake", ColumnCase: "snake"}},
	{"prefix of tables", "xorm", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import ("xorm.io/xorm"; "xorm.io/xorm/names")
func f() { e, _ := xorm.NewEngine("postgres", ""); e.SetTableMapper(names.NewPrefixMapper(names.GonicMapper{}, "x_")) }`,
		models.Naming{Prefix: "x_", Case: "gonic", ColumnCase: "snake"}},
	{"prefix at run time", "xorm", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import ("xorm.io/xorm"; "xorm.io/xorm/names")
func f(prefix string) { e, _ := xorm.NewEngine("postgres", ""); m := names.NewPrefixMapper(names.SnakeMapper{}, prefix); e.SetTableMapper(m) }`,
		models.Naming{OpenTables: true, Case: "snake", ColumnCase: "snake"}},
	{"two engines", "xorm", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import ("xorm.io/xorm"; "xorm.io/xorm/names")
func f() { e, _ := xorm.NewEngine("postgres", ""); e.SetMapper(names.GonicMapper{}); xorm.NewEngine("sqlite", "") }`, models.Naming{}},
	{"inflector", "bun", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import "github.com/uptrace/bun/schema"
func init() { schema.SetTableNameInflector(func(s string) string { return s }) }`, models.Naming{Singular: true}},
	{"inflector that calls", "bun", `-- go.mod
module shop.test
-- boot/boot.go
package boot
import "github.com/uptrace/bun/schema"
func init() { schema.SetTableNameInflector(func(s string) string { return plural(s) }) }`, models.Naming{OpenTables: true, Singular: true}},
}

func TestOf(t *testing.T) {
	for _, test := range tests {
		dir := write(t, test.files)
		if got := Of(filepath.Join(dir, "data"))[test.library]; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: have %+v, want %+v", test.name, got, test.want)
		}
	}
}

// What is said in one file changes the digest for all, also for a program that
// has read it before.
func TestDigest(t *testing.T) {
	dir := write(t, tests[0].files)
	sub := filepath.Join(dir, "data")
	before := Digest(sub)
	if before != Digest(dir) {
		t.Error("two packages of a module have two digests")
	}
	boot := filepath.Join(dir, "boot", "boot.go")
	data, err := os.ReadFile(boot)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(boot, []byte(strings.Replace(string(data), "x_", "other_", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if before == Digest(sub) {
		t.Error("another prefix has the same digest")
	}
}

// TestMain keeps the tests away from the user's cache.
func TestMain(m *testing.M) {
	os.Exit(diskcache.Aside(m.Run))
}

// TestKept: a process believes what another one found until a file changes, comes
// or goes; what changed just before is read again.
func TestKept(t *testing.T) {
	dir := write(t, gormOpen)
	prefix := func() string {
		known.records, known.files = nil, nil // as another process
		return Of(dir)["gorm"].Prefix
	}
	forge := func() {
		t.Helper()
		key := diskcache.Key("naming", dir)
		var r record
		if !diskcache.Read(key, &r) || len(r.Files) == 0 {
			t.Fatal("nothing was kept")
		}
		r.Rules = map[string]models.Naming{"gorm": {Prefix: "kept_"}}
		diskcache.Write(key, r)
	}
	was := prefix()
	forge()
	if got := prefix(); got != was {
		t.Errorf("what is too young was believed: %q", got)
	}
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	age := func() {
		if err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Chtimes(path, old, old))
		}); err != nil {
			t.Fatal(err)
		}
	}
	believed := func(want bool, what string) {
		t.Helper()
		forge()
		if got := prefix(); got == "kept_" != want {
			t.Errorf("%s: %q", what, got)
		}
	}
	age()
	prefix()
	believed(true, "nothing changed")
	if err := os.WriteFile(filepath.Join(dir, "more.go"), []byte("package shop\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	believed(false, "a file came")
	age()
	prefix()
	believed(true, "nothing changed again")
	if err := os.WriteFile(filepath.Join(dir, "more.go"), []byte("package shop // longer\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	believed(false, "a file changed")
	if err := os.Remove(filepath.Join(dir, "more.go")); err != nil {
		t.Fatal(err)
	}
	believed(false, "a file went")
}
