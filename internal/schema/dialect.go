package schema

import (
	"path"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const postgresName = "postgres"

// dialectWords are the words of file and folder names that say for which
// database the SQL in them is.
var dialectWords = map[string]string{
	"postgres": postgresName, "postgresql": postgresName, "pgsql": postgresName, "psql": postgresName, "pg": postgresName, "pgx": postgresName,
	"mysql": "mysql", "mariadb": "mysql", "tidb": "mysql", "mysqldb": "mysql",
	"sqlite": "sqlite", "sqlite3": "sqlite", "libsql": "sqlite", "turso": "sqlite",
	"cockroach": "cockroachdb", "cockroachdb": "cockroachdb", "crdb": "cockroachdb",
	"mssql": "sql server", "sqlserver": "sql server",
	"clickhouse": "clickhouse", "spanner": "spanner", "cassandra": "cassandra", "cql": "cassandra", "scylla": "cassandra",
	"snowflake": "snowflake", "bigquery": "bigquery", "duckdb": "duckdb", "ydb": "ydb", "redshift": "redshift", "questdb": "questdb", "athena": "athena",
}

// dialectOfName returns the database that a file's or folder's name speaks
// of, "" if none.
func dialectOfName(base string) string {
	for _, w := range nameWords(base) {
		if d := dialectWords[w]; d != "" {
			return d
		}
	}
	return ""
}

// DialectNamed returns the database that a word names, in any case; "" if it names
// none, or something else as well.
func DialectNamed(word string) string {
	word = strings.ToLower(word)
	if services[word] {
		return ""
	}
	return dialectWords[word]
}

// nameWords returns the words of a file's or folder's name in lower case.
func nameWords(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
	})
}

// services are the databases whose names are also those of other things:
// generators of keys, services of the program.
var services = map[string]bool{"snowflake": true, "athena": true, "spanner": true, "redshift": true, "scylla": true}

// DialectOfCode returns the database that a Go file is written for, going by
// its base name, else by the last two folders of its package's path: "postgres",
// "mysql", "sqlite" or another's name; "" if they say nothing, or speak of two.
func DialectOfCode(pkgPath, file string) string {
	parent, dir := path.Split(strings.TrimSuffix(pkgPath, "_test"))
	for _, name := range []string{strings.TrimSuffix(file, ".go"), dir, path.Base(parent)} {
		found := make(map[string]bool)
		last := ""
		for _, w := range nameWords(name) {
			if d := dialectOfWord(w); d != "" && !services[w] {
				last, found[d] = d, true
			}
		}
		if len(found) > 0 {
			if len(found) > 1 {
				return ""
			}
			return last
		}
	}
	return ""
}

// dialectOfWord returns the database that a word is or that it begins or ends
// with, beside another word: sqlite3store, storemysql. Short ones stand there
// by chance, as in mysqlx.
func dialectOfWord(word string) string {
	if d := dialectWords[word]; d != "" {
		return d
	}
	best := ""
	for w := range dialectWords {
		if len(w) > max(4, len(best)) && len(word)-len(w) > 2 && !services[w] && (strings.HasPrefix(word, w) || strings.HasSuffix(word, w)) {
			best = w
		}
	}
	return dialectWords[best]
}

// DialectOfText returns the database other than PostgreSQL whose own tables a
// statement names, or whose own grammar it is in; "" if nothing tells.
//
// SQLite keeps the names that begin with sqlite_ for itself, and PRAGMA is its
// own: https://www.sqlite.org/fileformat2.html#storage_of_the_sql_database_schema.
// UPSERT and AS OF SYSTEM TIME are CockroachDB's, which speaks PostgreSQL's
// protocol: https://www.cockroachlabs.com/docs/stable/sql-grammar.
func DialectOfText(text string) string {
	var words [4]string // the last ones
	for i, n := 0, 0; ; {
		tok, ok := sqlscan.Next(text, i)
		if !ok {
			return ""
		}
		i = tok.End
		if tok.Kind == sqlscan.Comment || tok.Kind == sqlscan.String {
			continue
		}
		word := strings.ToLower(strings.Trim(tok.Text(text), `"`))
		copy(words[:], words[1:])
		words[3] = word
		switch n++; {
		case strings.HasPrefix(word, "sqlite_"), n == 1 && word == "pragma":
			return "sqlite"
		case n == 1 && word == "upsert", words == [4]string{"as", "of", "system", "time"}:
			return "cockroachdb"
		}
	}
}

// dialectOfMigration returns the database that a migration's file name is
// marked with: one of its parts between dots. Its other words tell what the
// migration does.
func dialectOfMigration(base string) string {
	for part := range strings.SplitSeq(strings.ToLower(base), ".") {
		if d := dialectWords[part]; d != "" {
			return d
		}
	}
	return ""
}

// dialectOfPath returns what the innermost name of a path says that says
// anything.
func dialectOfPath(rel string) string {
	for p := rel; p != "." && p != "/" && p != ""; p = path.Dir(p) {
		if d := dialectOfName(path.Base(p)); d != "" {
			return d
		}
	}
	return ""
}

// scanLimit bounds the bytes of a file looked at to tell its dialect.
const scanLimit = 256 << 10

// foreign says why a text is not PostgreSQL's, "" if nothing tells.
func foreign(text string) string {
	prev := ""
	text = text[:min(len(text), scanLimit)]
	for i := 0; ; {
		tok, ok := sqlscan.Next(text, i)
		if !ok {
			return ""
		}
		i = tok.End
		if tok.Kind == sqlscan.Comment || tok.Kind == sqlscan.String {
			continue
		}
		if tok.Kind == sqlscan.Backquoted {
			return "mysql or sqlite: `" + strings.Trim(tok.Text(text), "`") + "`"
		}
		word := strings.ToLower(tok.Text(text))
		switch word {
		case "autoincrement":
			return "sqlite: AUTOINCREMENT"
		case "auto_increment":
			return "mysql: AUTO_INCREMENT"
		case "pragma":
			if prev == ";" || prev == "" {
				return "sqlite: PRAGMA"
			}
		case "rowid":
			if prev == "without" {
				return "sqlite: WITHOUT ROWID"
			}
		case "=":
			if prev == "engine" {
				return "mysql or clickhouse: ENGINE ="
			}
		case "go":
			if prev == ";" && (i == len(text) || text[i] == '\n' || text[i] == '\r') {
				return "sql server: GO"
			}
		}
		prev = word
	}
}
