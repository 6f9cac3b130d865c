// Package libs tests nonsargable with the forms that libraries take SQL in.
package libs

import (
	"context"

	sq "github.com/Masterminds/squirrel"
	"github.com/doug-martin/goqu/v9"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
	"gorm.io/gorm"

	"testdata/nonsargable/queries"
)

type User struct {
	ID    int64
	Email string
}

func gorms(db *gorm.DB, q string, v any) {
	var us []User
	var n int64
	db.Where("LOWER(email) = ?", v).Find(&us)                             // want `no index on email can serve LOWER\(email\): create an index on the expression`
	db.Where("lower(users.email) = lower(?)", v).First(&us)               // want `lower\(users.email\)`
	db.Model(&User{}).Where("active").Or("LOWER(email) = ?", v).Count(&n) // want `LOWER\(email\)`
	db.Where("name LIKE ?", "%"+q+"%").Find(&us)                          // want `starts with a wildcard`
	db.Where("active AND name ILIKE ?", q).Find(&us)                      // want `ILIKE on name`
	db.Joins("JOIN invites i ON lower(i.email) = users.email").Find(&us)  // want `lower\(i.email\)`
	db.Raw("SELECT id FROM users WHERE lower(email) = ?", v).Scan(&us)    // want `lower\(email\)`
	db.Exec("DELETE FROM users WHERE lower(email) = ?", v)                // want `lower\(email\)`

	db.Where("email = LOWER(?)", v).Find(&us)
	db.Where("email = ?", v).Find(&us)
	db.Where("name LIKE ?", q+"%").Find(&us)
	db.Where("LOWER(email) <> ?", v).Find(&us)
	db.Not("LOWER(email) = ?", v).Find(&us)
	db.Where("id = ? AND LOWER(email) = ?", 1, v).Find(&us)
	db.Group("email").Having("lower(email) = ?", v).Find(&us)
	db.Order("lower(email)").Find(&us)
	db.Select("lower(email)").Find(&us)
}

func others(ctx context.Context, db *bun.DB, tx pgx.Tx, v any) {
	var us []User
	sq.Select("id").From("users").Where("date(created_at) = ?", v).Suffix("LIMIT 1").ToSql() // want `date\(created_at\)`
	sq.Update("users").Set("name", "x").Where("lower(email) = ?", v).ToSql()                 // want `lower\(email\)`
	sq.Select("lower(email)").From("users").Where(sq.Eq{"email": v}).ToSql()
	sq.Select("id").From("users").Where(sq.Expr("lower(email) = ?", v)).ToSql()                       // want `lower\(email\)`
	sq.Select("id").From("users").Where(sq.Or{sq.Eq{"a": 1}, sq.Expr("lower(email) = ?", v)}).ToSql() // want `lower\(email\)`
	sq.Select("id").Column(sq.Expr("lower(email) = ?", v)).From("users").ToSql()
	sq.Select("id").From("users").OrderByClause(sq.Expr("lower(email) = ?", v)).ToSql()
	goqu.From("users").Select("id").Where(goqu.L("lower(email) = ?", v)).ToSQL() // want `lower\(email\)`
	goqu.From("users").Select(goqu.L("lower(email) = ?", v)).ToSQL()
	db.NewSelect().Model(&us).Where("lower(email) = ?", v).Scan(ctx) // want `lower\(email\)`
	db.NewSelect().Model(&us).Where("email = lower(?)", v).Scan(ctx)
	db.NewRaw("SELECT id FROM users WHERE lower(email) = ?", v).Scan(ctx, &us) // want `lower\(email\)`
	queries.One(ctx, tx, "SELECT id FROM users WHERE lower(email) = $1", v)    // want `lower\(email\)`
	queries.One(ctx, tx, "SELECT id FROM users WHERE email = $1", v)
	queries.One(ctx, tx, queries.ByEmail, v) // want `lower\(email\)`
	b := &pgx.Batch{}
	b.Queue("UPDATE users SET n = 1 WHERE lower(email) = $1", v) // want `lower\(email\)`
}
