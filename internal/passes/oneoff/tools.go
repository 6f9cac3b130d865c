package oneoff

import "strings"

// tools are the packages that run migrations which a program hands them as
// functions, with all below.
var tools = []string{
	"github.com/pressly/goose",
	"github.com/go-gormigrate/gormigrate",
	"gopkg.in/gormigrate.v1",
	"github.com/uptrace/bun/migrate",
	"github.com/go-pg/migrations",
	"github.com/robinjoseph08/go-pg-migrations",
	"github.com/golang-migrate/migrate",
	"github.com/rubenv/sql-migrate",
	"github.com/jackc/tern",
	"github.com/lopezator/migrator",
	"github.com/GuiaBolso/darwin",
	"github.com/pocketbase/pocketbase/migrations",
	"github.com/beego/beego/v2/client/orm/migration",
	"src.techknowlogick.com/xormigrate",
	"xorm.io/xorm/migrate",
	"entgo.io/ent/dialect/sql/schema",
}

// isTool reports whether a package is a migration tool's.
func isTool(path string) bool {
	for _, t := range tools {
		if rest, ok := strings.CutPrefix(path, t); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}
