// Package std tests which predicates nonsargable reports.
package std

import (
	"database/sql"
	"fmt"
	"log"

	_ "github.com/lib/pq"
)

func functions(db *sql.DB, v, w any) {
	db.Query("SELECT id FROM users WHERE lower(email) = $1", v)                                                                // want `a plain index on users.email cannot serve lower\(email\): CREATE INDEX CONCURRENTLY ON users \(lower\(email\)\), or make the column citext \[nonsargable\]`
	db.Query("SELECT id FROM users u WHERE lower(u.email) = lower($1)", v)                                                     // want `ON users \(lower\(email\)\)`
	db.Query("SELECT id FROM users WHERE $1 = upper(email)", v)                                                                // want `upper\(email\)`
	db.Query("SELECT id FROM users WHERE lower(email) IN ($1, $2)", v, w)                                                      // want `lower\(email\)`
	db.Query("SELECT id FROM users WHERE lower(email) = ANY($1)", v)                                                           // want `lower\(email\)`
	db.Query("SELECT id FROM users WHERE lower(email) LIKE $1", v)                                                             // want `lower\(email\)`
	db.Query("SELECT id FROM users WHERE lower(email) LIKE '%x'")                                                              // want `lower\(email\)`
	db.Query("SELECT id FROM users WHERE trim(name) = $1", v)                                                                  // want `cannot serve trim\(name\): compare the column itself, or CREATE INDEX CONCURRENTLY ON users \(trim\(name\)\)`
	db.Query("SELECT id FROM users WHERE coalesce(age, 0) > $1", v)                                                            // want `coalesce\(age, 0\): compare the column itself and test for NULL beside it, or CREATE INDEX CONCURRENTLY ON users \(\(coalesce\(age, 0\)\)\)`
	db.Query("SELECT id FROM users WHERE coalesce(age, $2) > $1", v, w)                                                        // want `test for NULL beside it \[nonsargable\]`
	db.Query("SELECT id FROM users WHERE strpos(name, $1) > 0", v)                                                             // want `strpos\(name, \$1\): match with LIKE, and CREATE INDEX CONCURRENTLY ON users USING gin \(name gin_trgm_ops\) \(extension pg_trgm\) \[`
	db.Query("SELECT id FROM users WHERE (created_at)::date - 1 > $1", v)                                                      // want `cannot serve \(created_at\)::date - 1`
	db.Query("MERGE INTO users u USING src s ON lower(u.email) = lower(s.email) WHEN MATCHED THEN UPDATE SET n = 1")           // want `lower\(u.email\)`
	db.Query("UPDATE users u SET n = 1 FROM orgs o WHERE o.id = u.org_id AND lower(o.name) = $1", v)                           // want `lower\(o.name\)`
	db.Query("SELECT id FROM users WHERE length(name) BETWEEN 1 AND 5")                                                        // want `length\(name\)`
	db.Query("SELECT id FROM users WHERE substring(phone from 1 for 3) = $1", v)                                               // want `substring`
	db.Query("SELECT id FROM users WHERE md5(email) = $1", v)                                                                  // want `md5\(email\)`
	db.Query("SELECT id FROM users WHERE my_hash(email) = $1", v)                                                              // want `my_hash\(email\)`
	db.Query("SELECT id FROM users WHERE to_char(created_at, 'YYYY-MM') = $1", v)                                              // want `half-open range`
	db.Query("SELECT id FROM users WHERE extract(month FROM created_at) = 5")                                                  // want `extract`
	db.Query("SELECT id FROM users WHERE created_at AT TIME ZONE 'UTC' > $1", v)                                               // want `created_at AT TIME ZONE 'UTC'`
	db.Query("SELECT id FROM users WHERE age(created_at) > interval '1 year'")                                                 // want `age\(created_at\)`
	db.Query("SELECT id FROM users WHERE active AND (lower(email) = $1 OR lower(name) = $1)", v)                               // want `lower\(email\)` `lower\(name\)`
	db.Query("SELECT id FROM users WHERE lower(trim(email)) = $1", v)                                                          // want `lower\(trim\(email\)\)`
	db.Query("SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id WHERE lower(u.email) = $1", v)                        // want `lower\(u.email\)`
	db.Query("SELECT u.id FROM users u JOIN invites i ON lower(i.email) = lower(u.email)")                                     // want `invites.email cannot serve lower\(i.email\)`
	db.Query("SELECT id FROM users JOIN orders ON user_id = users.id WHERE lower(note) = $1", v)                               // want `lower\(note\)`
	db.Exec("UPDATE users SET name = $1 WHERE lower(email) = $2", v, w)                                                        // want `lower\(email\)`
	db.Exec("DELETE FROM users WHERE lower(email) = $1", v)                                                                    // want `lower\(email\)`
	db.Query("SELECT id FROM orders WHERE user_id IN (SELECT id FROM users WHERE lower(email) = $1)", v)                       // want `lower\(email\)`
	db.Query("SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = o.user_id AND lower(u.email) = $1)", v) // want `lower\(u.email\)`
	db.Query("WITH u AS (SELECT id FROM users WHERE lower(email) = $1) SELECT id FROM u", v)                                   // want `lower\(email\)`
	db.Query("SELECT id FROM users WHERE lower(email) = $1 AND id > $2", v, w)                                                 // want `lower\(email\)`

	// The value's side.
	db.Query("SELECT id FROM users WHERE email = lower($1)", v)
	db.Query("SELECT id FROM users WHERE lower($1) = email", v)
	db.Query("SELECT id FROM users WHERE created_at > now() - interval '1 day'")
	db.Query("SELECT id FROM users WHERE created_at >= date_trunc('day', now())")
	db.Query("SELECT id FROM users WHERE id = $1::bigint", v)
	db.Query("SELECT id FROM users WHERE id = ANY($1::bigint[])", v)
	db.Query("SELECT id FROM users WHERE created_at BETWEEN $1::date AND $1::date + 1", v)
	db.Query("SELECT id FROM users WHERE name LIKE lower($1) || '%'", v)

	// Not a filter on rows.
	db.Query("SELECT lower(email), created_at::date FROM users WHERE id = $1", v)
	db.Query("SELECT lower(email) FROM users GROUP BY lower(email) HAVING count(lower(email)) > 1 ORDER BY lower(email)")
	db.Query("SELECT date(created_at) AS day FROM users GROUP BY 1 HAVING date(max(created_at)) > $1", v)
	db.Exec("UPDATE users SET email = lower(email), n = n + 1 WHERE id = $1", v)
	db.Query("SELECT CASE WHEN lower(email) = $1 THEN 1 ELSE 0 END FROM users", v)
	db.Exec("INSERT INTO users (email) VALUES (lower($1)) ON CONFLICT (email) DO UPDATE SET n = users.n + 1 WHERE lower(users.email) = $1", v)

	// No index would be used anyway.
	db.Query("SELECT id FROM users WHERE lower(email) <> $1", v)
	db.Query("SELECT id FROM users WHERE lower(email) != $1", v)
	db.Query("SELECT id FROM users WHERE lower(email) NOT IN ($1)", v)
	db.Query("SELECT id FROM users WHERE NOT lower(email) = $1", v)
	db.Query("SELECT id FROM users WHERE lower(email) IS DISTINCT FROM $1", v)
	db.Query("SELECT id FROM users WHERE email NOT LIKE '%x'")
	db.Query("SELECT id FROM users WHERE email NOT ILIKE $1", v)
	db.Query("SELECT id FROM users WHERE length(name) NOT BETWEEN 1 AND 5")

	// No column of a table.
	db.Query("SELECT id FROM (SELECT id, email FROM users) u WHERE lower(u.email) = $1", v)
	db.Query("WITH u AS (SELECT id, email FROM users) SELECT id FROM u WHERE lower(email) = $1", v)
	db.Query("SELECT d FROM generate_series($1::date, $2::date, '1 day') d WHERE extract(dow FROM d) = 1", v, w)
	db.Query("SELECT u.id FROM users u JOIN (SELECT id, at FROM logins) l ON l.id = u.id WHERE date(l.at) = $1", v)
	db.Query("SELECT u.id FROM users u JOIN (SELECT id, at FROM logins) l ON l.id = u.id WHERE date(at) = $1", v)
	db.Query("SELECT oid FROM pg_class WHERE lower(relname) = $1", v)
	db.Query("SELECT table_name FROM information_schema.tables WHERE lower(table_name) = $1", v)
	db.Query("SELECT 1 WHERE lower($1) = 'x'", v)

	// The plain side of a join can be found by an index.
	db.Query("SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id::text")
	db.Query("SELECT u.id FROM users u, codes c WHERE c.code = upper(u.country)")
	db.Query("MERGE INTO users u USING src s ON lower(u.email) = s.email WHEN MATCHED THEN UPDATE SET n = 1")
	db.Query("SELECT i.id FROM items i JOIN limits l ON i.kind = l.kind WHERE i.stock < l.minimum + 5")
	db.Query("SELECT o.id FROM orders o JOIN (SELECT now()::date AS day) d ON d.day = date(o.created_at)") // want `date\(o.created_at\)`
	db.Query("SELECT o.id FROM orders o JOIN (VALUES ('a'), ('b')) v (code) ON v.code = upper(o.code)")    // want `upper\(o.code\)`

	// The join's key finds the rows of the table that is joined.
	db.Query("SELECT u.id FROM users u LEFT JOIN logins l ON l.user_id = u.id AND date(l.at) = CURRENT_DATE")
	db.Query("SELECT u.id FROM users u LEFT JOIN logins l ON l.user_id = u.id WHERE date(l.at) = CURRENT_DATE") // want `date\(l.at\)`
	db.Query("SELECT u.id FROM users u JOIN logins l ON l.user_id = u.id AND lower(u.email) = $1", v)           // want `lower\(u.email\)`
	db.Query("SELECT u.id FROM users u LEFT JOIN logins l ON l.kind = 1 AND date(l.at) = CURRENT_DATE")         // want `date\(l.at\)`

	// Columns of one table beside each other.
	db.Query("SELECT id FROM users WHERE lower(a) = lower(b)")
	db.Query("SELECT id FROM users u WHERE lower(u.a) = u.b")
	db.Query("SELECT id FROM users WHERE date(updated_at) > date(created_at)")
	db.Query("SELECT id FROM users WHERE a + b > $1", v)
	db.Query("SELECT id FROM users WHERE first || ' ' || last = $1", v)
	db.Query("SELECT id FROM items WHERE price * quantity > 100")

	// Found by something else.
	db.Query("SELECT id FROM users WHERE id = $1 AND lower(status) = 'x'", v)
	db.Query("SELECT id FROM users u WHERE u.id = $1 AND lower(u.status) = 'x'", v)
	db.Query("SELECT id FROM users WHERE id IN ($1, $2) AND lower(status) = 'x'", v, w)
	db.Query("SELECT id FROM users WHERE created_at >= $1 AND date(created_at) = $2", v, w)
	db.Query("SELECT id FROM users WHERE email = $1 AND lower(email) = $2", v, w)

	// Another kind of index.
	db.Query("SELECT id FROM users WHERE data->>'email' = $1", v)
	db.Query("SELECT id FROM users WHERE lower(data->>'email') = $1", v)
	db.Query("SELECT id FROM users WHERE (data->>'age')::int > 5")
	db.Query("SELECT id FROM users WHERE data @> $1", v)
	db.Query("SELECT id FROM users WHERE jsonb_array_length(data) > 0")
	db.Query("SELECT id FROM docs WHERE to_tsvector('english', body) @@ to_tsquery($1)", v)
	db.Query("SELECT id FROM places WHERE ST_DWithin(geom, $1, 100)", v)
	db.Query("SELECT id FROM places WHERE ST_Distance(geom, $1) < 100", v) // want `write ST_DWithin\(geom, \$1, 100\)`
	db.Query("SELECT id FROM users WHERE tags && $1", v)
	db.Query("SELECT id FROM users WHERE similarity(name, $1) > 0.3", v) // want `write name % \$1`
	db.Query("SELECT id FROM users WHERE email COLLATE \"C\" = $1", v)
}

func definitions(db *sql.DB) {
	db.Exec("CREATE INDEX ON users (lower(email)) WHERE lower(email) = 'x'")
	db.Exec("CREATE VIEW v AS SELECT id FROM users WHERE lower(email) = 'x'")
	// What changes the schema runs once.
	db.Exec("UPDATE users SET name = '' WHERE lower(email) = 'x'")
}

// remedies tests that the advice is one that PostgreSQL takes.
func remedies(db *sql.DB, v any) {
	db.Query("SELECT id FROM users WHERE lower(name) LIKE 'ab%'")                              // want `: CREATE INDEX CONCURRENTLY ON users \(lower\(name\) text_pattern_ops\) \[`
	db.Query("SELECT id FROM users WHERE lower(name) LIKE '%ab'")                              // want `: CREATE INDEX CONCURRENTLY ON users USING gin \(lower\(name\) gin_trgm_ops\) \(extension pg_trgm\) \[`
	db.Query("SELECT id FROM users WHERE lower(name) LIKE $1", v)                              // want `USING gin \(lower\(name\) gin_trgm_ops\)`
	db.Query("SELECT id FROM users WHERE concat(first, '') = $1", v)                           // want `cannot serve concat\(first, ''\): compare the column itself \[`
	db.Query("SELECT id FROM users WHERE concat(first, ' ', last) ILIKE $1", v)                // want `put the text together with \|\|`
	db.Query("SELECT id FROM users WHERE my_hash(email) = $1", v)                              // want `compare the column itself, or create an index on the expression, if it is immutable`
	db.Query("SELECT id FROM users WHERE lower(id::text) = $1", v)                             // want `create an index on the expression, if it is immutable, or make the column citext`
	db.Query("SELECT id FROM users WHERE name || $1 ILIKE 'x'", v)                             // want `match the column itself`
	db.Query("SELECT id FROM users WHERE id::text LIKE '12%'")                                 // want `users.id cannot serve id::text: CREATE INDEX CONCURRENTLY ON users USING gin \(\(id::text\) gin_trgm_ops\) \(extension pg_trgm\), if the column is no date or time`
	db.Query("SELECT id FROM users WHERE created_at::text LIKE '2024-05-%'")                   // want `half-open range`
	db.Query("SELECT id FROM users WHERE extract(dow FROM created_at) = 1")                    // want `no range of the column says the same: store it in a column of its own`
	db.Query("SELECT id FROM users WHERE date_part('hour', created_at) < 5")                   // want `no range of the column says the same`
	db.Query("SELECT id FROM users WHERE created_at::time > '10:00'")                          // want `no range of the column says the same`
	db.Query("SELECT id FROM users WHERE to_char(created_at, 'MM-DD') = $1", v)                // want `no range of the column says the same`
	db.Query("SELECT id FROM users WHERE to_char(created_at, 'YYYY-MM') = $1", v)              // want `half-open range`
	db.Query("SELECT id FROM users WHERE extract(decade FROM created_at) = 202")               // want `half-open range`
	db.Query("SELECT id FROM users WHERE created_at::timestamptz > $1", v)                     // want `cast the value`
	db.Query("SELECT id FROM users WHERE extract(epoch FROM created_at) > $1", v)              // want `write created_at > to_timestamp\(\$1\) \[`
	db.Query("SELECT id FROM users WHERE extract(epoch FROM created_at) BETWEEN $1 AND $2", v) // want `write created_at BETWEEN to_timestamp\(\$1\) AND to_timestamp\(\$2\) \[`
	db.Query("SELECT id FROM users WHERE (created_at AT TIME ZONE 'UTC')::date = $1", v)       // want `half-open range`
	db.Query("SELECT id FROM users WHERE created_at AT TIME ZONE 'UTC' > $1", v)               // want `apply AT TIME ZONE to the value`
	db.Query("SELECT id FROM users WHERE age(created_at) > '1 year'")                          // want `compare the column with a time, such as`
	db.Query("SELECT id FROM users WHERE position($1 IN name) > 0", v)                         // want `match with LIKE`
	db.Query("SELECT id FROM users WHERE \"lastName\" ILIKE $1", v)                            // want `gin \("lastName" gin_trgm_ops\)`
	db.Query("SELECT id FROM users WHERE to_timestamp(seen) > now()")                          // want `CREATE INDEX CONCURRENTLY ON users \(to_timestamp\(seen\)\)`
	db.Query("SELECT id FROM users WHERE coalesce(seen, now()) > $1", v)                       // want `test for NULL beside it \[`
	db.Query("SELECT id FROM users WHERE substring(phone FROM 1 FOR 3) = $1", v)               // want `CREATE INDEX CONCURRENTLY ON users \(substring\(phone FROM 1 FOR 3\)\)`

	db.Query("SELECT id FROM users WHERE strpos(name, $1) = 0", v)
	db.Query("SELECT id FROM users WHERE 1 > strpos(name, $1)", v)
}

// rows tests comparisons of rows.
func rows(db *sql.DB, v, w any) {
	db.Query("SELECT id FROM users WHERE (lower(email), team_id) = ($1, $2)", v, w)            // want `cannot serve lower\(email\)`
	db.Query("SELECT id FROM users WHERE (team_id, lower(email)) = ($1, lower($2))", v, w)     // want `cannot serve lower\(email\)`
	db.Query("SELECT id FROM users WHERE (lower(email), team_id) IN (($1, 1), ($2, 2))", v, w) // want `cannot serve lower\(email\)`
	db.Query("SELECT id FROM users WHERE (date(created_at), id) > ($1, $2)", v, w)             // want `cannot serve date\(created_at\)`

	db.Query("SELECT id FROM users WHERE (email, team_id) = (lower($1), $2)", v, w)
	db.Query("SELECT id FROM users WHERE (id, lower(email)) = ($1, $2)", v, w)
	db.Query("SELECT id FROM users WHERE (id, date(created_at)) > ($1, $2)", v, w)
	db.Query("SELECT id FROM users WHERE (lower(email), team_id) <> ($1, $2)", v, w)
	db.Query("SELECT id FROM users u WHERE (lower(email), team_id) = (SELECT 'x', 1)")
}

func casts(db *sql.DB, v any) {
	db.Query("SELECT id FROM users WHERE id::text = $1", v)              // want `users.id cannot serve id::text: cast the value to the column's type instead of the column`
	db.Query("SELECT id FROM users WHERE CAST(id AS text) = $1", v)      // want `CAST\(id AS text\)`
	db.Query("SELECT id FROM users WHERE id::text IN ($1)", v)           // want `id::text`
	db.Query("SELECT id FROM users WHERE id::text LIKE $1 || '%'", v)    // want `id::text`
	db.Query("SELECT id FROM users WHERE created_at::timestamp > $1", v) // want `cast the value`
	db.Query("SELECT id FROM users WHERE id = $1::text", v)
	db.Query("SELECT id::text FROM users WHERE id = $1", v)
	db.Query("SELECT id FROM users WHERE tableoid::regclass = 'users'")
}

func arithmetic(db *sql.DB, v any) {
	db.Query("SELECT id FROM items WHERE price * 2 > $1", v)                     // want `items.price cannot serve price \* 2: compare the column itself, or CREATE INDEX CONCURRENTLY ON items \(\(price \* 2\)\)`
	db.Query("SELECT id FROM items WHERE price - $1 < 0", v)                     // want `price - \$1`
	db.Query("SELECT id FROM items WHERE created_at + interval '1 day' < now()") // want `move the arithmetic to the other side`
	db.Query("SELECT id FROM items WHERE now() - created_at > interval '1 day'") // want `now\(\) - created_at`
	db.Query("SELECT id FROM items WHERE id % 10 = 3")                           // want `id % 10`
	db.Query("SELECT id FROM items WHERE code || 'x' = $1", v)                   // want `code \|\| 'x'`
	db.Query("SELECT id FROM items WHERE price > $1 * 2", v)
	db.Query("SELECT id FROM items WHERE price > 2 + 3")
	db.Query("SELECT id FROM items i WHERE i.stock < i.minimum + 5")
}

func patterns(db *sql.DB, q string, v any) {
	db.Query("SELECT id FROM users WHERE name LIKE '%smith'")                     // want `no b-tree index can serve a LIKE pattern on users.name that starts with a wildcard: CREATE INDEX CONCURRENTLY ON users USING gin \(name gin_trgm_ops\) \(extension pg_trgm\) \[nonsargable\]`
	db.Query("SELECT id FROM users WHERE name LIKE '%' || $1 || '%'", v)          // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE concat('%', $1::text)", v)     // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE '_mith'")                      // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE $1", "%"+q+"%")                // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name LIKE $1", fmt.Sprintf("%%%s%%", q)) // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE id > $1 AND name LIKE $2", 1, "%"+q)     // want `starts with a wildcard`
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE name LIKE '%%%s%%'", q))     // want `starts with a wildcard`
	db.Query("SELECT id FROM users WHERE name ILIKE $1", v)                       // want `no b-tree index can serve ILIKE on users.name: CREATE INDEX CONCURRENTLY ON users USING gin \(name gin_trgm_ops\) \(extension pg_trgm\) \[`
	db.Query("SELECT id FROM users WHERE name ILIKE 'smith%'")                    // want `ILIKE`
	db.Query("SELECT id FROM users WHERE name ILIKE '%smith%'")                   // want `gin_trgm_ops\) \(extension pg_trgm\) \[`
	db.Query("SELECT id FROM users WHERE first || ' ' || last ILIKE $1", v)       // want `USING gin \(\(first \|\| ' ' \|\| last\) gin_trgm_ops\)`
	db.Query("SELECT id FROM users WHERE name ILIKE $1 OR email ILIKE $1", v)     // want `ILIKE on users.name and users.email, in an OR that wants an index for each arm: CREATE .*name gin_trgm_ops.*; CREATE .*email gin_trgm_ops`
	pattern := "%" + q
	db.Query("SELECT id FROM users WHERE name LIKE $1", pattern) // want `starts with a wildcard`

	db.Query("SELECT id FROM users WHERE name LIKE 'smith%'")
	db.Query("SELECT id FROM users WHERE name LIKE $1", v)
	db.Query("SELECT id FROM users WHERE name LIKE $1", q+"%")
	db.Query("SELECT id FROM users WHERE name LIKE $1", fmt.Sprintf("%s%%", q))
	db.Query("SELECT id FROM users WHERE name LIKE $1 || '%'", v)
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE name LIKE '%s%%'", q))
	db.Query("SELECT id FROM users WHERE data->>'name' ILIKE $1", v)
	db.Query("SELECT id FROM users WHERE id = $1 AND name ILIKE $2", 1, v)
	db.Query("SELECT name ILIKE '%x%' FROM users")
	changed := "%" + q
	if q != "" {
		changed = q + "%"
	}
	db.Query("SELECT id FROM users WHERE name LIKE $1", changed)
}

func texts(db *sql.DB, table, column string, v any) {
	db.Query("SELECT id FROM "+table+" WHERE lower(email) = $1", v) // want `a plain index on email cannot serve lower\(email\): create an index on the expression`
	db.Query(fmt.Sprintf("SELECT id FROM users WHERE lower(%s) = $1", column), v)
	// want +4 `lower\(email\)`
	db.Query(`SELECT id
		FROM users
		WHERE active
		  AND lower(email) = $1`, v)
	q := "SELECT id FROM users WHERE true"
	if v != nil {
		q += " AND lower(email) = $1" // want `lower\(email\)`
	}
	db.Query(q, v)
	log.Print("SELECT id FROM users WHERE lower(email) = $1")
	//sqlvet:ignore nonsargable users_lower_email_idx serves it
	db.Query("SELECT id FROM users WHERE lower(email) = $1", v)
}
