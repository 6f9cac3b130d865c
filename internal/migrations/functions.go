package migrations

// Tools that are handed functions, or that are known by their tables alone.
var (
	gormigrate = &Tool{Name: "gormigrate", Packages: []string{"github.com/go-gormigrate/gormigrate", "gopkg.in/gormigrate.v1"}}
	goPg       = &Tool{
		Name: "go-pg", Tables: []string{"gopg_migrations"},
		Packages: []string{"github.com/go-pg/migrations", "github.com/robinjoseph08/go-pg-migrations"},
	}
	migrator   = &Tool{Name: "migrator", Packages: []string{"github.com/lopezator/migrator"}}
	darwin     = &Tool{Name: "darwin", Packages: []string{"github.com/GuiaBolso/darwin"}}
	pocketbase = &Tool{Name: "pocketbase", Packages: []string{"github.com/pocketbase/pocketbase/migrations"}}
	beego      = &Tool{Name: "beego", Packages: []string{"github.com/beego/beego/v2/client/orm/migration"}}
	xormigrate = &Tool{Name: "xormigrate", Packages: []string{"src.techknowlogick.com/xormigrate", "xorm.io/xorm/migrate"}}
	ent        = &Tool{Name: "ent", Packages: []string{"entgo.io/ent/dialect/sql/schema"}}
	river      = &Tool{Name: "river", Tables: []string{"river_migration"}}
	liquibase  = &Tool{Name: "liquibase", Tables: []string{"databasechangelog", "databasechangeloglock"}}
)
