// Package worth tests of how much use selectstar's findings are: what is done
// with the rows decides.
package worth

import (
	"context"

	"github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"gorm.io/gorm"
)

type report struct {
	ID    int64  `db:"id"`
	Title string `db:"title"`
	State string `db:"state"`
	Body  []byte `db:"body"`
	Scan  []byte `db:"scan"`
}

type label struct {
	ID    int64
	Name  string
	Color string
}

func (r *report) named() bool { return r.Title != "" }

// Three columns out of five, two of them long, are read in vain.
func titles(ctx context.Context, db *sqlx.DB) ([]string, error) {
	var list []report
	err := db.SelectContext(ctx, &list, "SELECT * FROM reports") // want `every column of reports with \*, among them body \(jsonb\) and scan \(bytea\), and the code uses Title: list the columns that are used \[`
	var out []string
	for _, r := range list {
		out = append(out, r.Title)
	}
	return out, err
}

// The struct goes on to functions of the package, and comes back.
func load(db *sqlx.DB, id int64) (*report, error) {
	var r report
	err := db.Get(&r, "SELECT * FROM reports WHERE id = $1", id) // want `among them body \(jsonb\) and scan \(bytea\), and the code uses Title: list`
	return &r, err
}

func show(db *sqlx.DB, id int64) bool {
	r, err := load(db, id)
	return err == nil && check(r)
}

func check(r *report) bool { return r.named() }

// Everything is read: there is nothing to gain.
func whole(db *sqlx.DB, id int64) (int, error) {
	var r report
	err := db.Get(&r, "SELECT * FROM reports WHERE id = $1", id)
	return len(r.Title) + len(r.State) + len(r.Body) + len(r.Scan) + int(r.ID), err
}

// Who reads what is not known here: it is one row, of which the record takes all.
func Hand(db *sqlx.DB, id int64) (*report, error) {
	var r report
	err := db.Get(&r, "SELECT * FROM reports WHERE id = $1", id)
	return &r, err
}

// Setting a field is not reading it, and an interface may read all.
func stored(db *sqlx.DB, sink func(any)) {
	var r report
	db.Get(&r, "SELECT * FROM reports WHERE id = 1")
	r.State = "done"
	sink(r)
}

// The table is narrow.
func names(db *sqlx.DB) string {
	var l label
	db.Get(&l, "SELECT * FROM labels LIMIT 1") // want `every column of labels with \*: list the columns that are used; of little use, since the table has few columns, and none with long values \[`
	return l.Name
}

// All of many rows goes on: is each document wanted?
func Each(db *sqlx.DB) (list []report, err error) {
	err = db.Select(&list, "SELECT * FROM reports") // want `every column of reports with \*, among them body \(jsonb\) and scan \(bytea\): list the columns`
	return list, err
}

type heading struct {
	ID    int64
	Name  string
	Color string
}

func Labels(ctx context.Context, pool *pgxpool.Pool) ([]*heading, error) {
	rows, err := pool.Query(ctx, "SELECT * FROM labels")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToAddrOfStructByPos[heading])
}

// A builder's statement is judged where it is sent, and the star is the
// argument that wrote it. The words of a JOIN are no tables.
func joined(db *sqlx.DB) (list []report, err error) {
	query := squirrel.Select("reports.*").From("reports").Join("labels ON labels.id = reports.id") // want `every column of reports with`
	text, args, _ := query.ToSql()
	err = db.Select(&list, text, args...)
	return list, err
}

type short struct {
	ID    int64
	Title string
	State string
}

// No field takes the long columns.
func Fewer(db *gorm.DB) (list []short) {
	db.Table("reports").Select("*").Find(&list) // want `every column of reports with \*, among them body \(jsonb\) and scan \(bytea\), and no field of short takes body and scan: list`
	return list
}

type essay struct {
	ID    int64  `db:"id"`
	Slug  string `db:"slug"`
	Body  string `db:"body"`
	Notes string `db:"notes"`
	State string `db:"state"`
	Lang  string `db:"lang"`
}

// One row, and what is read in vain is text.
func state(db *sqlx.DB, slug string) string {
	var e essay
	db.Get(&e, "SELECT * FROM essays WHERE slug = $1", slug) // want `of little use, since one row is read, by its key \[selectstar\]$`
	return e.State
}

// Any number of rows.
func states(db *sqlx.DB, lang string) (out []string) {
	var list []essay
	db.Select(&list, "SELECT * FROM essays WHERE lang = $1", lang) // want `among them body \(text\) and notes \(text\), and the code uses State: list the columns that are used \[selectstar\]$`
	for _, e := range list {
		out = append(out, e.State)
	}
	return out
}

// One row, and what is read in vain may be a picture.
func title(db *sqlx.DB, id int64) string {
	var r report
	db.Get(&r, "SELECT * FROM reports WHERE id = $1", id) // want `and the code uses Title: list the columns that are used \[selectstar\]$`
	return r.Title
}
