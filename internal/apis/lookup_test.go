package apis

import (
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

func TestLookupEntries(t *testing.T) {
	pkg := source(t, `
		import ("database/sql"; "slices"; "gorm.io/gorm")
		type User struct{}
		type Plain = sql.DB
		type Embedding struct{ *sql.DB }
		type Interface interface{ gorm.ConnPool }
		type Creator = gorm.CreateInterface[User]
		var _ = slices.IndexFunc[[]int, int]
	`)
	for name, want := range map[string]struct {
		key  string
		role Role
		sql  int
	}{
		"Plain.QueryContext":    {"(*database/sql.DB).QueryContext", Query, 1},
		"Embedding.Exec":        {"(*database/sql.DB).Exec", Exec, 0},
		"Interface.ExecContext": {"(gorm.io/gorm.ConnPool).ExecContext", Exec, 1},
		"Creator.Raw":           {"(gorm.io/gorm.Interface).Raw", RawSQL, 0}, // the stub declares it elsewhere
		"Creator.Find":          {"(gorm.io/gorm.ExecInterface).Find", BuilderTerminal, None},
		"gorm.G":                {"gorm.io/gorm.G", Builder, None},
		"slices.IndexFunc":      {"slices.IndexFunc", HOF, None},
	} {
		fn := function(t, pkg, name)
		api, ok := Lookup(fn)
		if !ok || api.Key != want.key || api.Role != want.role || api.SQLArg != want.sql || api.Rule != "" {
			t.Errorf("%s: Lookup(%s) = %+v, %v", name, fn.FullName(), api, ok)
		}
	}
}

// What a library's interface does, its implementations do; a method that only
// has the name does not.
func TestLookupImplementations(t *testing.T) {
	pkg := source(t, `
		import "github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
		type Publisher = gochannel.GoChannel
		type Other = gochannel.Other
	`)
	if api, ok := Lookup(function(t, pkg, "Publisher.Publish")); !ok || api.Role != SideEffect || api.Effect != "queue" {
		t.Errorf("GoChannel.Publish: %+v, %v", api, ok)
	}
	for _, name := range []string{"Publisher.Close", "Other.Publish"} {
		if api, ok := Lookup(function(t, pkg, name)); ok {
			t.Errorf("%s: %+v", name, api)
		}
	}
}

func TestLibraries(t *testing.T) {
	for path, want := range map[string]struct {
		dialect string
		style   sqlscan.Style
	}{
		"github.com/jackc/pgx/v5/pgxpool":          {"postgres", sqlscan.StyleAt},
		"github.com/jackc/pgx/stdlib":              {"postgres", 0},
		"github.com/lib/pq":                        {"postgres", 0},
		"github.com/go-sql-driver/mysql":           {"mysql", sqlscan.StyleQuestion},
		"github.com/uptrace/bun":                   {"", sqlscan.StyleQuestion | sqlscan.StyleBun},
		"github.com/uptrace/bun/dialect/pgdialect": {"postgres", 0},
		"gorm.io/driver/sqlite":                    {"sqlite", 0},
		"database/sql/driver":                      {"", sqlscan.StyleUnknown},
		"modernc.org/sqlite":                       {"sqlite", sqlscan.StyleQuestion | sqlscan.StyleAt | sqlscan.StyleNamed},
	} {
		lib, ok := LibraryOf(path)
		if !ok || Dialect(path) != want.dialect || lib.Style() != want.style {
			t.Errorf("%s: %v, dialect %q, style %b; want %+v", path, ok, Dialect(path), lib.Style(), want)
		}
	}
	for _, path := range []string{"github.com/jackc", "example.com/app", "fmt", "", "github.com/lib/pqx"} {
		if lib, ok := LibraryOf(path); ok || Dialect(path) != "" {
			t.Errorf("%s belongs to %s", path, lib.Module)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for key, want := range map[string]sqlscan.Style{
		"(*github.com/jmoiron/sqlx.DB).NamedExec":     sqlscan.StyleNamed,
		"(*github.com/jmoiron/sqlx.DB).Select":        sqlscan.StyleUnknown,
		"(*github.com/jackc/pgx/v5.Conn).Query":       sqlscan.StyleAt,
		"(*github.com/uptrace/bun.SelectQuery).Where": sqlscan.StyleQuestion | sqlscan.StyleBun,
	} {
		lib, _ := LibraryOf(keyPackage(key))
		api, ok := lib.Entry(key)
		if got := api.Placeholders(); !ok || got != want {
			t.Errorf("%s: %b, %v; want %b", key, got, ok, want)
		}
	}
}

// BenchmarkColdLibrary is what the first lookup of a process costs in the
// biggest data file.
func BenchmarkColdLibrary(b *testing.B) {
	text, err := data.ReadFile("data/github.com/uptrace/bun.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		lib, err := scan(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := lib.Entry("(*github.com/uptrace/bun.SelectQuery).Where"); !ok {
			b.Fatal("no entry")
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	pkg := source(b, `
		import ("database/sql"; "fmt"; "strings")
		type Plain = sql.DB
		type DBTX interface{ Query(query string, args ...any) (*sql.Rows, error) }
		type Conn struct{}
		func (c *Conn) Close() error { return nil }
		var _, _ = fmt.Sprintf, strings.Cut
	`)
	for _, name := range []string{"Plain.QueryContext", "DBTX.Query", "Conn.Close", "strings.Cut", "fmt.Sprintf"} {
		b.Run(name, func(b *testing.B) {
			fn := function(b, pkg, name)
			for b.Loop() {
				Lookup(fn)
			}
		})
	}
}

// A copy of a library under another path is known by the original's entries.
func TestForks(t *testing.T) {
	original, _ := LibraryOf("xorm.io/xorm")
	fork, ok := LibraryOf("github.com/xorm-io/xorm/names")
	if !ok || fork.Module != "github.com/xorm-io/xorm" || fork.ForkOf != original.Module || fork.Chain == nil || len(fork.Keys()) != len(original.Keys()) {
		t.Fatalf("%+v", fork)
	}
	for _, key := range original.Keys() {
		want, _ := original.Entry(key)
		got, ok := fork.Entry(strings.ReplaceAll(key, "xorm.io/", "github.com/xorm-io/"))
		want.Key, want.Library = got.Key, fork.Module
		if !ok || got != want {
			t.Errorf("%s: %+v, want %+v", key, got, want)
		}
	}
	if !slices.Contains(fork.Pools, "github.com/xorm-io/xorm.Engine") {
		t.Error(fork.Pools)
	}
}
