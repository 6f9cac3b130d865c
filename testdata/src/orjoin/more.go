package orjoin

import "database/sql"

func beside(db *sql.DB, who int, name string, year int) {
	// Beside a condition that finds little.
	db.Query("SELECT count(DISTINCT a.id) FROM albums a JOIN shares s ON s.album = a.id WHERE (a.owner = $1 OR s.reader = $1) AND a.state <> 'gone'", who)     // want `no index serves an OR over two tables`
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE (lower(p.name) = lower($1) OR a.code = $1) AND a.hidden_at IS NULL", name)       // want `no index serves an OR over two tables`
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE a.state <> 'gone' AND a.year = $2 AND (p.name = $1 OR a.code = $1)", name, year) // year finds them
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE lower(p.name || a.code) = lower($1) OR a.code = $1", name)                       // no column's own
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE a.hidden_at IS NULL AND (p.name = $1 OR p.nick = lower($1))", name)              // one table
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE a.hidden_at IS NULL AND (p.admin = $1::bool OR a.code = $2)", year == 3, name)   // a yes or no
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE a.hidden_at IS NULL AND (p.name = a.nick OR a.code = $1)", name)                 // no value
	db.Query("SELECT a.id FROM albums a JOIN people p ON p.id = a.owner WHERE (p.name = $1 OR a.code = $1) AND EXISTS (SELECT 1 FROM shares WHERE reader = $2)", name, who)
}
