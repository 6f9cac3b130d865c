// Package builders tests selectstar with query builders.
package builders

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"
	"github.com/doug-martin/goqu/v9"
	"github.com/gocraft/dbr/v2"
)

var psql = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

func squirrels(ctx context.Context, db *sql.DB, active bool) {
	sq.Select("*").From("users").RunWith(db).QueryContext(ctx)               // want `query reads every column of users with`
	psql.Select("*").From("users").Where(sq.Eq{"id": 1}).RunWith(db).Query() // want `every column of users`
	sq.Select("id", "name").From("users").RunWith(db).Query()
	sq.Select("u.*", "o.total").From("users u").Join("orders o ON o.user_id = u.id").RunWith(db).Query() // want `every column of users`
	sq.Select().Columns("*").From("users").RunWith(db).Query()                                           // want `every column of users`
	sq.Select().Column("*").From("users").RunWith(db).Query()                                            // want `every column of users`
	sq.Select("count(*)").From("users").RunWith(db).QueryRow()
	sq.Select("*").FromSelect(sq.Select("id").From("users"), "u").RunWith(db).Query()
	sq.Select("*").FromSelect(sq.Select("*").From("users"), "u").RunWith(db).Query() // want `every column of users`
	sq.Select("id").FromSelect(sq.Select("*").From("users"), "u").RunWith(db).Query()
	sq.Select("*").Prefix("SELECT EXISTS (").From("users").Suffix(")").RunWith(db).QueryRow()
	sq.Select("id").From("users").Where(sq.Expr("EXISTS (?)", sq.Select("*").From("orders"))).RunWith(db).Query()
	sq.Select("id").From("users").Where(sq.Eq{"id": sq.Select("*").From("ids")}).RunWith(db).Query()
	sq.Insert("archive").Select(sq.Select("*").From("users")).RunWith(db).Exec()
	sq.Select("*").From("generate_series(1, 10)").RunWith(db).Query()
	sq.Select("*").From("pg_stat_activity").RunWith(db).Query()
	sq.Insert("users").Columns("name").Values("x").Suffix("RETURNING id").RunWith(db).QueryRow()

	sq.Insert("users").Columns("name").Values("x").Suffix("RETURNING *").RunWith(db).QueryRow() // want `statement returns every column of users`
	sq.Insert("users").Columns("name").Values("x").Suffix("RETURNING *").RunWith(db).Exec()
	sq.Select("*").Columns("1 AS one").From("users").RunWith(db).Query() // want `every column of users`

	query := sq.Select("*").From("users") // want `every column of users`
	if active {
		query = query.Where("active")
	}
	text, args, _ := query.ToSql()
	db.Query(text, args...)

	sub := sq.Select("*").From("ids")
	sq.Select("id").From("users").Where(sq.Expr("id IN (?)", sub)).RunWith(db).Query()

	rows, _ := sq.Select("*").From("users").RunWith(db).Query()
	rows.Columns()
}

func dbrs(s *dbr.Session) {
	var us []struct{ ID int64 }
	s.Select("*").From("users").Load(&us) // want `every column of users`
	s.Select("id").From("users").Load(&us)
	s.Select("*").From(dbr.Select("id").From("users").As("u")).Load(&us)
	s.SelectBySql("SELECT * FROM users WHERE id = ?", 1).Load(&us) // want `every column of users`
	s.SelectBySql("SELECT id FROM users WHERE id = ?", 1).Load(&us)
	s.Select("count(*)").From("users").LoadOne(&us)
}

func goqus(db *goqu.Database) {
	var us []struct{ ID int64 }
	db.From("users").Select(goqu.L("*")).ScanStructs(&us)                       // want `every column of`
	db.From("users").Select("*").ScanStructs(&us)                               // want `every column of`
	db.From("users").Select(goqu.L("users.*"), "orders.total").ScanStructs(&us) // want `every column of users`
	db.From("users").Select(goqu.L("count(*)")).ScanVal(new(int))
	db.From("users").Select("id").ScanStructs(&us)
	goqu.From("users").Where(goqu.L("a * b > ?", 1))
}

var check = func(db *sql.DB) {
	sq.Select("*").From("users").RunWith(db).Exec()
	sq.Select("*").From("users").RunWith(db).Query() // want `every column of users`
}
