package forum

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func pages(db *sql.DB, n, skip int) {
	db.Query("SELECT id FROM topics LIMIT $1 OFFSET $2", n, skip)                   // want `pages without ORDER BY`
	db.Query("SELECT id FROM topics ORDER BY score LIMIT $1 OFFSET $2", n, skip)    // want `rows of topics that are equal in this order .* such as id`
	db.Query("SELECT id FROM topics ORDER BY score, slug LIMIT 20 OFFSET $1", skip) // want `rows of topics that are equal`
}

func decided(db *sql.DB, n, skip, board int, sort string) {
	db.Query("SELECT id FROM topics ORDER BY score DESC, id LIMIT $1 OFFSET $2", n, skip)
	db.Query("SELECT id FROM topics WHERE board = $1 ORDER BY slug LIMIT $2 OFFSET $3", board, n, skip)
	db.Query("SELECT id FROM topics ORDER BY lower(slug) LIMIT $1 OFFSET $2", n, skip)
	db.Query("SELECT id FROM topics LIMIT 10 OFFSET 10")
	db.Query("SELECT count(*) FROM topics LIMIT 1 OFFSET $1", skip)
	db.Query("SELECT id FROM topics LIMIT $1", n)
	db.Query("SELECT id FROM topics "+sort+" LIMIT $1 OFFSET $2", n, skip)
	db.Query("SELECT n FROM generate_series(1, 99) AS n LIMIT $1 OFFSET $2", n, skip)
}

func atTimes(db *sql.DB, n, skip int, sorted bool) {
	text := "SELECT id FROM topics"
	if sorted {
		text += " ORDER BY id"
	}
	db.Query(text+" LIMIT $1 OFFSET $2", n, skip)
}
