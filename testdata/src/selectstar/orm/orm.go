// Package orm tests selectstar with ORMs that take SQL.
package orm

import (
	"context"

	"github.com/go-pg/pg/v10"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
	"xorm.io/xorm"
)

type User struct {
	ID   int64
	Name string
}

func gorms(db *gorm.DB, id int64) {
	var u User
	var us []User
	var n int64
	db.Raw("SELECT * FROM users WHERE id = ?", id).Scan(&u)                          // want `every column of users`
	db.Raw("SELECT * FROM users WHERE id = @id", map[string]any{"id": id}).Find(&us) // want `every column of users`
	db.Raw("SELECT id, name FROM users").Scan(&us)
	db.Raw("SELECT count(*) FROM users").Scan(&n)
	db.Exec("INSERT INTO archive SELECT * FROM users")
	db.Where("id IN (?)", db.Raw("SELECT * FROM ids")).Find(&us)
	var m []map[string]any
	db.Raw("SELECT * FROM users").Scan(&m)

	db.Select("*").Find(&us)                                                                           // want `every column of users with`
	db.Model(&User{}).Select("*").Scan(&us)                                                            // want `every column of users`
	db.Table("users").Select("users.*").Joins("JOIN orders ON orders.user_id = users.id").Find(&us)    // want `every column of users`
	db.Table("users AS u").Select("u.*, o.total").Joins("JOIN orders o ON o.user_id = u.id").Find(&us) // want `every column of users`
	db.Select("id", "name").Find(&us)
	db.Select("count(*)").Find(&us)
	db.Model(&User{}).Select("*").Count(&n)
	db.Model(&u).Select("*").Updates(u)
	db.Select("*").Create(&u)
	db.Table("(?) AS t", db.Model(&User{}).Select("id")).Select("*").Find(&us)
	db.Table("(?) AS t", db.Model(&User{}).Select("id")).Select("t.*").Find(&us)
	db.Where("id IN (?)", db.Table("ids").Select("*")).Find(&us)
	db.Find(&us)

	q := db.Model(&User{})
	if id > 0 {
		q = q.Select("*") // want `every column of users`
	}
	q.Find(&us)

	c := db.Model(&User{}).Select("*")
	c.Count(&n)
}

func buns(ctx context.Context, db *bun.DB) {
	var us []User
	db.NewRaw("SELECT * FROM users WHERE id = ?", 1).Scan(ctx, &us)         // want `every column of users`
	db.NewSelect().Model(&us).ColumnExpr("*").Scan(ctx)                     // want `every column of`
	db.NewSelect().TableExpr("users AS u").ColumnExpr("u.*").Scan(ctx, &us) // want `every column of users`
	db.NewSelect().Model(&us).ColumnExpr("count(*)").Scan(ctx)
	db.NewSelect().Model(&us).ColumnExpr("*").Count(ctx)
	db.NewSelect().Model(&us).ColumnExpr("*").Exists(ctx)
	db.NewSelect().TableExpr("(?) AS t", db.NewSelect().Model(&us).Column("id")).ColumnExpr("t.*").Scan(ctx, &us)
	db.NewInsert().Model(&us).Returning("*").Exec(ctx) // want `every column of`
	db.NewInsert().Model(&us).Returning("id").Exec(ctx)
	db.NewSelect().Model(&us).Scan(ctx)
}

func gopg(db *pg.DB) {
	var us []User
	db.Query(&us, "SELECT * FROM users WHERE id = ?", 1) // want `every column of users`
	db.QueryOne(&us, "SELECT id, name FROM users WHERE id = ?", 1)
	db.Exec("INSERT INTO archive SELECT * FROM users")
	db.Model(&us).ColumnExpr("*").Select() // want `every column of users`
	db.Model(&us).ColumnExpr("count(*)").Select()
	db.Model(&us).Where("id = ?", 1).Returning("*").Update()
}

func xorms(e *xorm.Engine) {
	var us []User
	e.SQL("SELECT * FROM users WHERE id = ?", 1).Find(&us) // want `every column of users`
	e.SQL("SELECT id, name FROM users").Find(&us)
	e.Query("SELECT * FROM users")
	e.Select("*").Find(&us)                                                                                         // want `every column of`
	e.Table("users").Select("users.*, orders.total").Join("INNER", "orders", "orders.user_id = users.id").Find(&us) // want `every column of users`
}
