package orjoin

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func across(db *sql.DB, who int, year string) {
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE a.owner = $1 OR s.reader = $1", who)                                 // want `no index serves an OR over two tables: all rows of albums and shares`
	db.Query("SELECT id FROM albums WHERE owner = $1 OR EXISTS (SELECT 1 FROM shares WHERE shares.album = albums.id AND shares.reader = $1)", who) // want `no index serves a subselect beside OR`
	db.Query("SELECT a.id FROM albums a WHERE a.tags ->> 'genre' = $1 OR EXISTS (SELECT FROM shares s WHERE s.album = a.id AND s.reader = $2) LIMIT 9", year, who) // want `no index serves a subselect beside OR`
	db.Query("SELECT id FROM albums WHERE owner = $1 OR id IN (SELECT album FROM shares WHERE reader = $1) ORDER BY id", who)                      // want `no index serves a subselect beside OR`
}

func served(db *sql.DB, who, year int) {
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE a.owner = $1 OR s.reader = $1 ORDER BY a.id LIMIT 20", who)
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE a.public = $2 OR s.reader = $1", who, true)
	db.Query("SELECT id FROM albums WHERE owner = $1 OR editor = $1", who)
	db.Query("SELECT a.id FROM albums a JOIN shares s ON s.album = a.id WHERE a.year = $2 AND (a.owner = $1 OR s.reader = $1)", who, year)
	db.Query("SELECT id FROM albums WHERE $1::int IS NULL OR id IN (SELECT album FROM shares WHERE reader = $1)", who)
	db.Query("SELECT id FROM albums WHERE owner = $1 UNION SELECT album FROM shares WHERE reader = $1", who)
	db.Query("SELECT id FROM albums WHERE owner = $1 AND (hidden OR EXISTS (SELECT 1 FROM shares WHERE shares.album = albums.id))", who)
}
