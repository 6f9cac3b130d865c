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
		"rows":         "INSERT INTO t (a, b) VALUES ($1, 'x')" + rep(", ($1, 'x')", 90_000),
		"in list":      "SELECT a FROM t WHERE a IN (1" + rep(", 1", 300_000) + ")",
		"ands":         "SELECT a FROM t WHERE a = 1" + rep(" AND a = 1", 90_000),
		"ors":          "SELECT a FROM t WHERE a = 1" + rep(" OR (a = 1 AND b = 2)", 40_000),
		"statements":   rep("SELECT a FROM t WHERE a = 1;\n", 30_000),
		"questions":    "SELECT a FROM t WHERE a IN (?" + rep(", ?", 300_000) + ")",
		"names":        "SELECT " + rep(":a, ", 200_000) + "1",
		"unterminated": "SELECT '" + rep("a", 1_000_000),
		"quotes":       "SELECT " + rep("'", 1_000_001),
		"dollars":      "SELECT " + rep("$a$b$c", 150_000),
		"comments":     rep("/*", 500_000),
		"brackets":     rep("(", 1_000_000),
		"questions 2":  rep("?", 1_000_000),
		"colons":       rep(":", 1_000_000),
		"ats":          rep("@", 1_000_000),
		"NULs":         rep("\x00", 1_000_000),
		"bad UTF-8":    rep("\xff", 1_000_000),
		"cases":        "SELECT " + rep("CASE ", 200_000),
		"ends":         "SELECT " + rep("END ", 200_000),
		"subselects":   "SELECT 1" + rep(", (SELECT a FROM t WHERE t.b = 1)", 20_000),
		"from list":    "SELECT 1 FROM t" + rep(", t", 100_000),
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
