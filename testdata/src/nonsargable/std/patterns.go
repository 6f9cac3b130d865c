package std

import (
	"database/sql"
	"strings"
)

// What is bound to a pattern is followed to where it is put together.
func boundPatterns(db *sql.DB, q string, v any) {
	q = "%" + strings.TrimSpace(q)
	q += "%"
	db.Query("SELECT id FROM users WHERE name LIKE $1", q)                                            // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE @q", sql.Named("q", q))                            // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE $1", sql.NullString{String: "%" + q, Valid: true}) // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE $1", "%"+strings.Join(strings.Fields(q), "%")+"%") // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE lower(name) LIKE $1", strings.ToLower(v.(string))+"%")       // want `: CREATE INDEX CONCURRENTLY ON users \(lower\(name\) text_pattern_ops\) \[`
	db.Query("SELECT id FROM users WHERE lower(name) LIKE $1", v)                                     // want `gin_trgm_ops`
	db.Query("SELECT id FROM users WHERE name LIKE @p", sql.Named("q", q))
	db.Query("SELECT id FROM users WHERE lower(name) = $1 OR email ILIKE $2", v, q) // want `cannot serve lower\(name\), in an OR that wants an index for each arm: CREATE` `ILIKE on users.email, in an OR that wants an index for each arm: CREATE`
}
