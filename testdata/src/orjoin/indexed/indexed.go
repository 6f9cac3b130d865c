// Package indexed has indexes for each side of its conditions, or not.
package indexed

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func pages(db *sql.DB, who int) {
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE a.owner = $1 OR s.reader = $1 ORDER BY a.id LIMIT 20", who)                       // want `no index serves an OR over two tables`
	db.Query("SELECT id FROM albums WHERE owner = $1 OR EXISTS (SELECT 1 FROM shares s WHERE s.album = albums.id AND s.reader = $1) ORDER BY id LIMIT 20", who) // want `no index serves a subselect beside OR`
	db.Query("SELECT id FROM albums WHERE owner = $1 OR id IN (SELECT album FROM shares WHERE reader = $1) ORDER BY year, id LIMIT 20", who)                    // want `no index serves a subselect beside OR`
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE a.year = $1 OR s.reader = $1 ORDER BY a.id LIMIT 20", who)
	db.Query("SELECT id FROM albums WHERE owner = $1 OR EXISTS (SELECT 1 FROM shares s WHERE s.album = albums.id AND s.note = $1) ORDER BY id LIMIT 20", who)
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE lower(a.title) = $2 OR s.reader = $1 ORDER BY a.id LIMIT 20", who, "x") // want `no index serves an OR over two tables`
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE upper(a.title) = $2 OR s.reader = $1 ORDER BY a.id LIMIT 20", who, "x")
}
