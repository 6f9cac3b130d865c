package std

import (
	"database/sql"
	"fmt"
)

// What the program puts into the text is named.
func holes(db *sql.DB, secs, n int, v any) {
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE seen + interval '%d seconds' > $1", secs), v) // want `cannot serve seen \+ interval '\{secs\} seconds': `
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE age + %d > $1", n), v)                        // want `cannot serve age \+ \{n\}: `
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE lower(email) = '%d'", n))                     // want `cannot serve lower\(email\): `
}
