// Package libs tests nonsargable with the forms that libraries take SQL in.
package libs

import (
	"context"

	sq "github.com/Masterminds/squirrel"
	"github.com/doug-martin/goqu/v9"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"testdata/nonsargable/queries"
)

type User struct {
	ID    int64
	Email string
}

func names(db *bun.DB, q string) {
	s := db.NewSelect()
	s.Where("LOWER(?) = ?", bun.Ident("user.email"), q) // want `a plain index on user.email cannot serve LOWER\("user"."email"\)`
	s.Where("? LIKE ?", bun.Ident("email"), "%"+q)      // want `starts with a wildcard`
	s.Where("? = ?", bun.Safe("lower(email)"), q)       // want `lower\(email\)`
	s.Where("? LIKE ?", bun.Ident("email"), q)
	s.Where("? = LOWER(?)", bun.Ident("email"), q)
	s.Where("LOWER(?) = ?", q, "x")
}

func gorms(db *gorm.DB, q string, v any) {
	var us []User
	var n int64
	db.Where("LOWER(email) = ?", v).Find(&us)                                   // want `a plain index on users.email cannot serve LOWER\(email\): CREATE INDEX CONCURRENTLY ON users \(LOWER\(email\)\)`
	db.Where("lower(users.email) = lower(?)", v).First(&us)                     // want `lower\(users.email\)`
	db.Model(&User{}).Where("active").Or("LOWER(email) = ?", v).Count(&n)       // want `LOWER\(email\)`
	db.Where("name LIKE ?", "%"+q+"%").Find(&us)                                // want `starts with a wildcard`
	db.Where("active AND name ILIKE ?", q).Find(&us)                            // want `ILIKE on users.name`
	db.Joins("JOIN invites i ON lower(i.email) = lower(users.email)").Find(&us) // want `lower\(i.email\)`
	db.Raw("SELECT id FROM users WHERE lower(email) = ?", v).Scan(&us)          // want `lower\(email\)`
	db.Exec("DELETE FROM users WHERE lower(email) = ?", v)                      // want `lower\(email\)`

	db.First(&us, "LOWER(email) = ?", v)                                                                 // want `LOWER\(email\)`
	db.Take(&us, "LOWER(email) = ?", v)                                                                  // want `LOWER\(email\)`
	db.Last(&us, "LOWER(email) = ?", v)                                                                  // want `LOWER\(email\)`
	db.Find(&us, "name LIKE ?", "%"+q)                                                                   // want `starts with a wildcard`
	db.Delete(&User{}, "date(created_at) = ?", v)                                                        // want `write created_at >= CAST\(\? AS date\) AND created_at < CAST\(\? AS date\) \+ 1, and pass the argument twice`
	db.Preload("Orders", "lower(status) = ?", v).Find(&us)                                               // want `lower\(status\)`
	db.Where(clause.Expr{SQL: "lower(email) = ?", Vars: []any{v}}).Find(&us)                             // want `lower\(email\)`
	db.Or(gorm.Expr("lower(email) = ?", v)).Find(&us)                                                    // want `lower\(email\)`
	db.Clauses(clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "lower(email) = ?"}}}).Find(&us) // want `lower\(email\)`
	db.Where(clause.Or(clause.Expr{SQL: "id = 1"}, clause.Expr{SQL: "lower(email) = ?"})).Find(&us)      // want `lower\(email\)`
	var exprs []clause.Expression
	exprs = append(exprs, clause.Expr{SQL: "date(created_at) >= ?", Vars: []any{v}}) // want `date\(created_at\)`
	db.Clauses(clause.Where{Exprs: exprs}).Find(&us)

	db.First(&us, "email = lower(?)", v)
	db.First(&us, 10)
	db.First(&us, map[string]any{"lower(email)": v}) // quoted: the name of a column
	db.Where(map[string]any{"lower(email)": v}).Find(&us)
	db.Preload("Orders").Find(&us)
	db.Where(clause.Not(clause.Expr{SQL: "lower(email) = ?"})).Find(&us)
	db.Clauses(clause.OrderBy{Expression: clause.Expr{SQL: "lower(email) = ?"}}).Find(&us)
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

// conditions are maps of squirrel: their keys are SQL.
func conditions(r sq.BaseRunner, v any, q string) {
	b := sq.Select("id").From("users u")
	b.Where(sq.Like{"name": "%" + q + "%"}).RunWith(r).Query()   // want `no b-tree index can serve a LIKE pattern on users.name that starts with a wildcard: CREATE INDEX CONCURRENTLY ON users USING gin \(name gin_trgm_ops\)`
	b.Where(sq.Like{"lower(name)": q + "%"}).RunWith(r).Query()  // want `cannot serve lower\(name\)`
	b.Where(sq.ILike{"u.name": q + "%"}).RunWith(r).Query()      // want `no b-tree index can serve ILIKE on users.name`
	b.Where(sq.Lt{"date(created_at)": v}).RunWith(r).Query()     // want `date\(created_at\)`
	b.Where(sq.LtOrEq{"created_at::date": v}).RunWith(r).Query() // want `created_at::date`
	b.Where(sq.Gt{"price * 2": 1}).RunWith(r).Query()            // want `price \* 2`
	cond := sq.And{sq.Eq{"active": true}}
	if q != "" {
		cond = append(cond, sq.ILike{"name": q}) // want `ILIKE on users.name`
	}
	b.Where(cond).RunWith(r).Query()
	pattern := "%" + q
	like := sq.Like{"name": pattern} // want `starts with a wildcard`
	b.Where(like).RunWith(r).Query()

	b.Where(sq.Like{"name": q + "%"}).RunWith(r).Query()
	b.Where(sq.Like{"name": v}).RunWith(r).Query()
	b.Where(sq.Eq{"email": v}).RunWith(r).Query()
	b.Where(sq.Eq{"lower(email)": nil}).RunWith(r).Query()
	b.Where(sq.Eq{"id": 1, "lower(status)": v}).RunWith(r).Query()
	b.Where(sq.NotEq{"lower(email)": v}).RunWith(r).Query()
	b.Where(sq.NotLike{"name": "%x"}).RunWith(r).Query()
	b.Where(sq.NotILike{"name": "%x"}).RunWith(r).Query()
	b.Having(sq.Eq{"lower(email)": v}).RunWith(r).Query()
	b.Column(sq.Case().When(sq.Eq{"lower(email)": v}, "1")).RunWith(r).Query()
	unused := sq.Eq{"lower(email)": v}
	_ = unused
	_ = lookalike{"lower(email)": v}
}

type lookalike map[string]any

func others(ctx context.Context, db *bun.DB, tx pgx.Tx, r sq.BaseRunner, gq *goqu.Database, v any) {
	var ids []int64
	var us []User
	sq.Select("id").From("users").Where("date(created_at) = ?", v).Suffix("LIMIT 1").RunWith(r).Query() // want `date\(created_at\)`
	sq.Update("users").Set("name", "x").Where("lower(email) = ?", v).RunWith(r).Exec()                  // want `lower\(email\)`
	sq.Select("lower(email)").From("users").Where(sq.Eq{"email": v}).RunWith(r).Query()
	sq.Select("id").From("users").Where(sq.Expr("lower(email) = ?", v)).RunWith(r).Query()                       // want `lower\(email\)`
	sq.Select("id").From("users").Where(sq.Or{sq.Eq{"a": 1}, sq.Expr("lower(email) = ?", v)}).RunWith(r).Query() // want `lower\(email\)`
	sq.Select("id").Column(sq.Expr("lower(email) = ?", v)).From("users").RunWith(r).Query()
	sq.Select("id").From("users").OrderByClause(sq.Expr("lower(email) = ?", v)).RunWith(r).Query()
	sq.Select("id").From("users").Where(sq.Eq{"lower(email)": v}).RunWith(r).Query()                               // want `a plain index on users.email cannot serve lower\(email\): CREATE INDEX CONCURRENTLY ON users \(lower\(email\)\), or make the column citext`
	sq.Delete("users u").Where(sq.Eq{"u.name": 1, "upper(u.email)": []string{"a"}}).RunWith(r).Exec()              // want `a plain index on users.email cannot serve upper\(u.email\)`
	sq.Select("id").From("users").Where(sq.Or{sq.Eq{"a": 1}, sq.GtOrEq{"date(created_at)": v}}).RunWith(r).Query() // want `write created_at >= CAST\(\? AS date\)`
	sq.Select("id").From("users").Where(map[string]any{"lower(email)": v}).RunWith(r).Query()                      // want `lower\(email\)`
	gq.From("users").Select("id").Where(goqu.L("lower(email) = ?", v)).ScanVals(&ids)                              // want `lower\(email\)`
	gq.From("users").Select(goqu.L("lower(email) = ?", v)).ScanVals(&ids)
	db.NewSelect().Model(&us).Where("lower(email) = ?", v).Scan(ctx) // want `lower\(email\)`
	db.NewSelect().Model(&us).Where("email = lower(?)", v).Scan(ctx)
	db.NewRaw("SELECT id FROM users WHERE lower(email) = ?", v).Scan(ctx, &us) // want `lower\(email\)`
	queries.One(ctx, tx, "SELECT id FROM users WHERE lower(email) = $1", v)    // want `lower\(email\)`
	queries.One(ctx, tx, "SELECT id FROM users WHERE email = $1", v)
	queries.One(ctx, tx, queries.ByEmail, v) // want `lower\(email\)`
	b := &pgx.Batch{}
	b.Queue("UPDATE users SET n = 1 WHERE lower(email) = $1", v) // want `lower\(email\)`
}
