package apis

import (
	"go/types"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

func TestLookupEntries(t *testing.T) {
	for name, tc := range map[string]struct {
		src, call string // call: the function, as check finds it
		key       string
		role      Role
		sql       int
	}{
		"method": {
			`import "database/sql"; var F = (*sql.DB).QueryContext`, "F",
			"(*database/sql.DB).QueryContext", Query, 1,
		},
		"promoted": {
			`import "database/sql"; type DB struct{ *sql.DB }; var F = DB.Exec`, "F",
			"(*database/sql.DB).Exec", Exec, 0,
		},
		"promoted through an interface": {
			`import "gorm.io/gorm"; type P interface{ gorm.ConnPool }; var F = P.ExecContext`, "F",
			"(gorm.io/gorm.ConnPool).ExecContext", Exec, 1,
		},
		"generic, declared in another interface since": {
			`import "gorm.io/gorm"; type User struct{}; var F = gorm.CreateInterface[User].Raw`, "F",
			"(gorm.io/gorm.Interface).Raw", RawSQL, 0,
		},
		"generic free function": {
			`import "gorm.io/gorm"; type User struct{}; var F = gorm.G[User]`, "F",
			"gorm.io/gorm.G", Builder, None,
		},
		"callback": {
			`import "slices"; var F = slices.IndexFunc[[]int, int]`, "F",
			"slices.IndexFunc", HOF, None,
		},
	} {
		t.Run(name, func(t *testing.T) {
			fn := function(t, tc.src, tc.call)
			api, ok := Lookup(fn)
			if !ok || api.Key != tc.key || api.Role != tc.role || api.SQLArg != tc.sql || api.Rule != "" {
				t.Errorf("Lookup(%s) = %+v, %v", fn.FullName(), api, ok)
			}
		})
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
	for name, src := range map[string]string{
		"entry":          `import "database/sql"; var F = (*sql.DB).QueryContext`,
		"other package":  `import "strings"; var F = strings.Cut`,
		"other variadic": `import "fmt"; var F = fmt.Sprintf`,
		"rule":           `import "database/sql"; type DB interface{ Query(query string, args ...any) (*sql.Rows, error) }; var F = DB.Query`,
	} {
		b.Run(name, func(b *testing.B) {
			fn := function(b, src, "F")
			for b.Loop() {
				Lookup(fn)
			}
		})
	}
}

var _ = types.Universe
