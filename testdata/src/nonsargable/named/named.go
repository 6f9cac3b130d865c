// Package named gives functions their arguments by name.
package named

import (
	"database/sql"

	_ "github.com/lib/pq"
)

func due(db *sql.DB, days int) {
	db.Query("SELECT id FROM parcels WHERE sent_at + make_interval(days => $1) < now()", days) // want `cannot serve sent_at \+ make_interval`
	db.Query("SELECT id FROM parcels WHERE sent_at < now() - make_interval(days => $1)", days)
}
