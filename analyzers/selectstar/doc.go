// Package selectstar defines an analyzer that reports queries which read every
// column of a table.
//
// # Analyzer selectstar
//
// selectstar: report SELECT * where the columns of a table reach Go
//
// # What it reports
//
// A * or t.* in the select list or the RETURNING list of a statement, if the
// columns of a base table reach the program through it. The finding stands at
// the star and names the tables. A star in a subselect or in a WITH query
// counts if the outer list passes all its columns on with a star of its own.
//
// # Why it costs
//
// The database reads, sends and keeps in memory columns that nobody uses. A
// wide value (text, jsonb, bytea) is stored out of line, and is fetched and
// decompressed only if it is asked for. A list of columns can be answered by
// an index alone; a star hardly ever can. And the next migration that adds a
// column makes every such query slower, or breaks the Scan behind it.
//
// # Bad
//
//	func name(ctx context.Context, db *sqlx.DB, id int64) (string, error) {
//		var user struct {
//			ID     int64  `db:"id"`
//			Name   string `db:"name"`
//			Avatar []byte `db:"avatar"`
//		}
//		err := db.GetContext(ctx, &user, "SELECT * FROM users WHERE id = $1", id)
//		return user.Name, err
//	}
//
//	func create(ctx context.Context, tx pgx.Tx, name string) pgx.Row {
//		return tx.QueryRow(ctx, "INSERT INTO users (name) VALUES ($1) RETURNING *", name)
//	}
//
// # Good
//
//	func name(ctx context.Context, db *sqlx.DB, id int64) (string, error) {
//		var name string
//		err := db.GetContext(ctx, &name, "SELECT name FROM users WHERE id = $1", id)
//		return name, err
//	}
//
//	func create(ctx context.Context, tx pgx.Tx, name string) pgx.Row {
//		return tx.QueryRow(ctx, "INSERT INTO users (name) VALUES ($1) RETURNING id", name)
//	}
//
// # How it decides
//
// Only statements that reach a database call count, be they written or built
// by a query builder. The text is parsed; a star is resolved to the entries of
// FROM that it covers. Tables are reported. Subselects and WITH queries are
// looked into, and their own stars are judged in the same way.
//
// What is done with the rows decides of how much use it is to list columns. The
// struct that they are scanned into is followed through the function, through
// functions of the package that it is handed to, and to the callers of one that
// returns it and that no other package can call. A finding is a warning where
// columns are seen to be read in vain: the code uses at most four fields, no
// more than a third of the columns, and the others are many (12 columns) or hold
// long values (text, jsonb, bytea), or no field of the struct takes a column with
// long values; what a model says no length of is not taken for long because its
// library makes it text. Where most columns are used there is no finding; else it is info,
// as it is where a unique key finds the only row and the longest values are text.
//
// If the rows are scanned into a struct whose exported fields all have db tags,
// the fix lists the columns of the struct. A struct that is scanned as one
// value (time.Time, sql.NullString, any sql.Scanner) is no row.
//
// A table that .sqlvet.yml calls wide is called so. With a schema (see "sqlvet
// schema") the message names the columns that cost most to read, and where no
// struct says which are used, the fix lists all of them, which changes nothing:
// those that are not needed are to be deleted.
//
// # When it is silent
//
//   - count(*), EXISTS (SELECT * …), IN (SELECT * …), a subselect used as a
//     value, row_to_json(t.*)
//   - INSERT … SELECT *, CREATE TABLE AS, EXPLAIN: the rows stay in the
//     database
//   - COPY (SELECT * …) TO: an export in bulk
//   - a star over an explicit list, VALUES or a function in FROM
//   - system catalogues
//   - statements run by an Exec method: no row is read, unless it declares a
//     cursor
//   - LIMIT 0 and WHERE false: only the names of the columns are asked for
//   - rows read by the names of their columns (Columns, MapScan, SliceScan,
//     pgx.RowToMap, a map as destination): the program wants whatever there is
//   - builder chains that count, test for existence, write, select from a
//     subquery or are never sent
//
// # Limits
//
// A view is taken for a table. Where an ORM selects every column because the
// program selects none, only what is a warning above is reported, of tables that
// the schema knows. A chain that is not understood (pop's and sqlboiler's are not) is
// not looked at. The fix takes the struct for the table: a field that no column of
// the table fills has to be taken out by hand.
//
// # How to suppress
//
// Put a comment on the line of the query or above it:
//
//	//sqlvet:ignore selectstar the export needs every column
package selectstar
