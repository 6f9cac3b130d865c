// Package libs has a loop, and what to write instead, for each library.
package libs

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"
	"github.com/doug-martin/goqu/v9"
	"github.com/georgysavva/scany/v2/pgxscan"
	"github.com/go-pg/pg/v10"
	_ "github.com/go-sql-driver/mysql"
	"github.com/gocraft/dbr/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/uptrace/bun"
	"xorm.io/xorm"
)

type User struct {
	ID   int64
	Name string
}

// pgx

func pgxLoop(ctx context.Context, pool *pgxpool.Pool, ids []int64) (users []User, err error) {
	for _, id := range ids {
		var u User
		if err := pool.QueryRow(ctx, "SELECT id, name FROM users WHERE id = $1", id).Scan(&u.ID, &u.Name); err != nil { // want `^the query SELECT users runs once per iteration of the loop at line 29: fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]$`
			return nil, err
		}
		users = append(users, u)
	}
	return users, nil
}

func pgxInsert(ctx context.Context, tx pgx.Tx, users []User) error {
	for _, u := range users {
		if _, err := tx.Exec(ctx, "INSERT INTO users VALUES ($1, $2)", u.ID, u.Name); err != nil { // want `^the query INSERT users runs once per iteration of the loop at line 40: write all at once with CopyFrom, or queue them in a pgx\.Batch; the caller's transaction tx holds its locks for as many round trips \[nplusone\]$`
			return err
		}
	}
	return nil
}

func pgxOnce(ctx context.Context, pool *pgxpool.Pool, ids []int64) ([]User, error) {
	rows, err := pool.Query(ctx, "SELECT id, name FROM users WHERE id = ANY($1)", ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[User])
}

// Once per row of the result.
func pgxForEachRow(ctx context.Context, conn *pgx.Conn, rows pgx.Rows) error {
	var id int64
	_, err := pgx.ForEachRow(rows, []any{&id}, func() error {
		_, err := conn.Exec(ctx, "DELETE FROM users WHERE id = $1", id) // want `^the query DELETE users runs once per iteration of the loop at line 59: write all at once with WHERE … = ANY\(\$1\); of little use, since each row is deleted only once \[nplusone\]$`
		return err
	})
	return err
}

func pgxCollect(ctx context.Context, conn *pgx.Conn, rows pgx.Rows) ([]User, error) {
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (u User, err error) {
		if err := row.Scan(&u.ID); err != nil {
			return u, err
		}
		err = conn.QueryRow(ctx, "SELECT name FROM users WHERE id = $1", u.ID).Scan(&u.Name) // want `^the query SELECT users runs once per iteration of the loop at line 67: fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]$`
		return u, err
	})
}

func pgxCollectOnce(rows pgx.Rows) ([]User, error) {
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (u User, err error) {
		return u, row.Scan(&u.ID, &u.Name)
	})
}

// scany

func scanyLoop(ctx context.Context, pool *pgxpool.Pool, ids []int64) {
	for _, id := range ids {
		var u User
		pgxscan.Get(ctx, pool, &u, "SELECT id, name FROM users WHERE id = $1", id) // want `^the query SELECT users runs once per iteration of the loop at line 85: fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]$`
	}
}

func scanyOnce(ctx context.Context, pool *pgxpool.Pool, ids []int64) (users []User, err error) {
	err = pgxscan.Select(ctx, pool, &users, "SELECT id, name FROM users WHERE id = ANY($1)", ids)
	return users, err
}

// sqlx

func sqlxLoop(db *sqlx.DB, users []User) {
	for i := range users {
		db.Get(&users[i], "SELECT id, name FROM users WHERE id = $1", users[i].ID) // want `^the query SELECT users runs once per iteration of the loop at line 99: fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]$`
	}
	for _, u := range users {
		db.NamedExec("INSERT INTO users (id, name) VALUES (:id, :name)", u) // want `^the query INSERT users runs once per iteration of the loop at line 102: write all at once with NamedExec, which takes a slice of rows \[nplusone\]$`
	}
}

func sqlxOnce(db *sqlx.DB, users []User, ids []int64) error {
	q, args, err := sqlx.In("SELECT id, name FROM users WHERE id IN (?)", ids)
	if err != nil {
		return err
	}
	if err := db.Select(&users, db.Rebind(q), args...); err != nil {
		return err
	}
	_, err = db.NamedExec("INSERT INTO users (id, name) VALUES (:id, :name)", users)
	return err
}

// squirrel

func squirrelLoop(ctx context.Context, db *sql.DB, ids []int64) {
	for _, id := range ids {
		sq.Select("name").From("users").Where(sq.Eq{"id": id}).RunWith(db).QueryRowContext(ctx) // want `^the query SELECT users runs once per iteration of the loop at line 122: load all at once with squirrel\.Eq\{column: ids\} or a JOIN \[nplusone\]$`
	}
}

func squirrelBuilds(ctx context.Context, db *sql.DB, ids []int64) (*sql.Rows, error) {
	q := sq.Select("name").From("users")
	for _, id := range ids {
		q = q.Where(sq.NotEq{"id": id})
	}
	return q.RunWith(db).QueryContext(ctx)
}

func squirrelInsert(db *sql.DB, users []User) error {
	q := sq.Insert("users").Columns("id", "name")
	for _, u := range users {
		q = q.Values(u.ID, u.Name)
	}
	_, err := q.RunWith(db).Exec()
	return err
}

func squirrelText(users []User) (texts []string) {
	for _, u := range users {
		text, _, _ := sq.Delete("users").Where(sq.Eq{"id": u.ID}).ToSql()
		texts = append(texts, text)
	}
	return texts
}

// goqu

func goquLoop(ctx context.Context, db *goqu.Database, ids []int64) {
	for _, id := range ids {
		var u User
		db.From("users").Where(goqu.Ex{"id": id}).ScanStructContext(ctx, &u) // want `^the query SELECT users runs once per iteration of the loop at line 155: fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]$`
	}
}

func goquOnce(ctx context.Context, db *goqu.Database, ids []int64) (users []User, err error) {
	q := db.From("users")
	for _, id := range ids {
		q = q.Where(goqu.C("id").Neq(id))
	}
	err = q.ScanStructsContext(ctx, &users)
	return users, err
}

// go-pg

func goPgLoop(db *pg.DB, users []User) {
	for i := range users {
		db.Model(&users[i]).WherePK().Select() // want `^the query SELECT users runs once per iteration of the loop at line 173: load all at once with Relation or one query with WHERE … IN \(\?\) \[nplusone\]$`
	}
}

func goPgOnce(db *pg.DB, users []User) error {
	_, err := db.Model(&users).Insert()
	return err
}

// dbr

func dbrLoop(sess *dbr.Session, ids []int64) {
	for _, id := range ids {
		var u User
		sess.Select("id", "name").From("users").Where("id = ?", id).LoadOne(&u) // want `^the query SELECT users runs once per iteration of the loop at line 186: fetch all at once with WHERE … = ANY\(\$1\) and a map, or a JOIN \[nplusone\]$`
	}
}

func dbrOnce(sess *dbr.Session, ids []int64) (users []User, err error) {
	_, err = sess.Select("id", "name").From("users").Where("id IN ?", ids).Load(&users)
	return users, err
}

// bun

func bunLoop(ctx context.Context, db *bun.DB, ids []int64) {
	for _, id := range ids {
		var u User
		db.NewSelect().Model(&u).Where("id = ?", id).Scan(ctx) // want `^the query SELECT users runs once per iteration of the loop at line 200: load all at once with Relation or one query with WHERE … IN \(\?\) \[nplusone\]$`
	}
}

func bunInsert(ctx context.Context, db *bun.DB, users []*User) {
	for _, u := range users {
		db.NewInsert().Model(u).Exec(ctx) // want `^the query INSERT users runs once per iteration of the loop at line 207: write all at once with the slice as the model \[nplusone\]$`
	}
}

func bunOnce(ctx context.Context, db *bun.DB, users []*User) error {
	q := db.NewSelect().Model(&users)
	for _, u := range users {
		q = q.WhereOr("id = ?", u.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return err
	}
	_, err := db.NewInsert().Model(&users).Exec(ctx)
	return err
}

// xorm

func xormLoop(engine *xorm.Engine, ids []int64) {
	for _, id := range ids {
		var u User
		engine.ID(id).Get(&u) // want `^the query SELECT user runs once per iteration of the loop at line 227: load all at once with In\(column, ids\) and Find \[nplusone\]$`
	}
}

// xorm updates bean by bean: only a transaction that waits makes it matter.
func xormUpdate(engine *xorm.Engine, users []User) {
	for _, u := range users {
		engine.ID(u.ID).Update(&u) // want `the query UPDATE user.*; of little use, since the library updates rows that get values of their own one by one \[nplusone\]$`
	}
}

func xormUpdateTx(engine *xorm.Engine, users []User) error {
	s := engine.NewSession()
	defer s.Close()
	if err := s.Begin(); err != nil {
		return err
	}
	for _, u := range users {
		if _, err := s.ID(u.ID).Update(&u); err != nil { // want `the query UPDATE user.*; the transaction begun at line \d+ holds its locks for as many round trips \[nplusone\]$`
			return err
		}
	}
	return s.Commit()
}

func xormOnce(engine *xorm.Engine, ids []int64) (users []User, err error) {
	err = engine.In("id", ids).Find(&users)
	return users, err
}

// bun through a store

type userStore struct {
	db     bun.IDB
	bucket string
}

func (s *userStore) put(ctx context.Context, users ...*User) error {
	_, err := s.db.NewInsert().Model(&users).ModelTableExpr(s.bucket + ".users").On("CONFLICT (id) DO NOTHING").Exec(ctx)
	return err
}

func (s *userStore) putInto(ctx context.Context, table string, users ...*User) error {
	_, err := s.db.NewInsert().Model(&users).ModelTableExpr(table).Exec(ctx)
	return err
}

// A model's type says which table it is, and not its value.
func bunMany(ctx context.Context, s *userStore, names []string) {
	for _, name := range names {
		s.put(ctx, &User{Name: name}) // want `runs once per iteration of the loop at line \d+, via \(\*userStore\)\.put -> \(\*bun\.InsertQuery\)\.Exec \(libs\.go:\d+\): the function takes many at once: call it once with all of them \[nplusone\]$`
	}
	for _, name := range names {
		s.putInto(ctx, name+".users", &User{Name: name})
	}
}

// A function that adds conditions decides no table, nor does a key.
type bunOption func(*bun.SelectQuery) *bun.SelectQuery

func byID(id int64) bunOption {
	return func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("id = ?", id) }
}

func bunGet[T any](ctx context.Context, db bun.IDB, options ...bunOption) (*T, error) {
	row := new(T)
	q := db.NewSelect().Model(row)
	for _, o := range options {
		q = o(q)
	}
	return row, q.Scan(ctx)
}

func bunUser(ctx context.Context, db bun.IDB, options ...bunOption) (*User, error) {
	return bunGet[User](ctx, db, options...)
}

func bunFrom(ctx context.Context, db bun.IDB, table string) error {
	return db.NewSelect().TableExpr(table).Scan(ctx)
}

func bunOptions(ctx context.Context, db bun.IDB, ids []int64, tables []string) {
	for _, id := range ids {
		bunUser(ctx, db, byID(id)) // want `the query SELECT.* runs once per iteration of the loop at line \d+, via bunUser`
	}
	for _, t := range tables {
		bunFrom(ctx, db, t)
	}
}
