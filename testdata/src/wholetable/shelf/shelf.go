package shelf

import (
	"context"
	"database/sql"
	"time"

	sq "github.com/Masterminds/squirrel"
	_ "github.com/lib/pq"
	"github.com/uptrace/bun"
)

type reader struct {
	bun.BaseModel `bun:"table:readers"`
	ID            int `bun:",pk"`
	Seen          int
}

func all(db *sql.DB, b *bun.DB) {
	db.Exec("UPDATE books SET seen = false")                                         // want `this updates every row of books`
	db.Exec("DELETE FROM books")                                                     // want `this deletes every row of books`
	db.Exec("DELETE FROM loans WHERE ended < current_timestamp - interval '1 week'") // want `all rows of loans beyond a moment are deleted by one statement`
	db.Exec("DELETE FROM loans WHERE ended < now() - interval '1 year'")             // want `all rows of loans beyond a moment are deleted by one statement`
	db.Exec("DELETE FROM loans WHERE ended <= $1", time.Now().AddDate(0, -6, 0))     // want `all rows of loans beyond a moment`
	before := time.Now().UTC().Add(-72 * time.Hour)
	db.Exec("DELETE FROM loans WHERE ended < $1", before)                                        // want `all rows of loans beyond a moment`
	db.Exec("DELETE FROM readers")                                                               // want `this deletes every row of readers`
	db.Exec("UPDATE readers SET seen = 0 WHERE 1 = 1")                                           // want `this updates every row of readers`
	sq.Delete("readers").RunWith(db).Exec()                                                      // want `this deletes every row of readers`
	b.NewUpdate().Model((*reader)(nil)).Set("seen = 0").Where("TRUE").Exec(context.Background()) // want `this updates every row of readers`
}

func narrow(db *sql.DB, b *bun.DB, id, n int, cut time.Time, where string) {
	db.Exec("DELETE FROM loans WHERE pages < $1", n)
	// As they come due, or when is not known.
	db.Exec("DELETE FROM loans WHERE due < now()")
	db.Exec("DELETE FROM loans WHERE due < $1", time.Now())
	db.Exec("DELETE FROM loans WHERE due < $1", cut)
	db.Exec("DELETE FROM loans WHERE due < now() - interval '10 minutes'")
	b.NewDelete().Model((*reader)(nil)).Exec(context.Background()) // bun sends none without a condition
	db.Exec("DELETE FROM loans WHERE ended < $1 AND reader = $2", cut, id)
	db.Exec("DELETE FROM loans WHERE id IN (SELECT id FROM loans WHERE ended < $1 LIMIT 1000)", cut)
	db.Exec("UPDATE flags SET seen = false")
	db.Exec("UPDATE books SET seen = false " + where)
	db.Exec("CREATE TEMP TABLE picked AS SELECT 1 AS id")
	db.Exec("DELETE FROM picked")
}
