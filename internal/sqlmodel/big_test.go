package sqlmodel

import (
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// TestBig reads long texts of a kind that programs do hold, and of kinds that
// they should not, in bounded time.
func TestBig(t *testing.T) {
	rep := strings.Repeat
	for name, sql := range map[string]string{
		"rows":         "INSERT INTO t (a, b) VALUES ($1, 'x')" + rep(", ($1, 'x')", 22_500),
		"in list":      "SELECT a FROM t WHERE a IN (1" + rep(", 1", 75_000) + ")",
		"ands":         "SELECT a FROM t WHERE a = 1" + rep(" AND a = 1", 22_500),
		"ors":          "SELECT a FROM t WHERE a = 1" + rep(" OR (a = 1 AND b = 2)", 10_000),
		"statements":   rep("SELECT a FROM t WHERE a = 1;\n", 7_500),
		"questions":    "SELECT a FROM t WHERE a IN (?" + rep(", ?", 75_000) + ")",
		"names":        "SELECT " + rep(":a, ", 50_000) + "1",
		"unterminated": "SELECT '" + rep("a", 62_500),
		"quotes":       "SELECT " + rep("'", 62_500),
		"dollars":      "SELECT " + rep("$a$b$c", 37_500),
		"comments":     rep("/*", 125_000),
		"brackets":     rep("(", 62_500),
		"questions 2":  rep("?", 62_500),
		"colons":       rep(":", 62_500),
		"ats":          rep("@", 62_500),
		"NULs":         rep("\x00", 62_500),
		"bad UTF-8":    rep("\xff", 62_500),
		"cases":        "SELECT " + rep("CASE ", 50_000),
		"ends":         "SELECT " + rep("END ", 50_000),
		"subselects":   "SELECT 1" + rep(", (SELECT a FROM t WHERE t.b = 1)", 5_000),
		"from list":    "SELECT 1 FROM t" + rep(", t", 25_000),
	} {
		t.Run(name, func(t *testing.T) {
			src := sqlscan.Source{Text: sql}
			for at := 100; at < len(sql); at += len(sql)/200 + 1 {
				src.Holes = append(src.Holes, sqlscan.Hole{At: at})
			}
			for _, s := range []sqlscan.Source{{Text: sql}, src} {
				start := time.Now()
				res := Parse(s, sqlscan.Statement, sqlscan.StyleUnknown)
				d := time.Since(start)
				t.Logf("%d holes: %v, %d statements, %v", len(s.Holes), d, len(res.Statements), res.Err)
				if d > 10*time.Second {
					t.Errorf("%d holes: took %v", len(s.Holes), d)
				}
			}
		})
	}
}
