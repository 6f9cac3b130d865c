package schema

import (
	"strings"
	"testing"
	"time"
)

// FuzzDo: a DO block is read in little time, and what stands behind it is read
// whatever it holds.
func FuzzDo(f *testing.F) {
	for _, body := range []string{
		"BEGIN IF EXISTS (SELECT 1) THEN ALTER TABLE t ADD c int; ELSIF a THEN NULL; ELSE DROP TABLE t; END IF; END",
		strings.Repeat("IF a THEN ", 40) + "NULL;" + strings.Repeat(" END IF;", 40), strings.Repeat("BEGIN ", 30) + strings.Repeat("EXCEPTION WHEN others THEN NULL; END;", 30),
		"FOR r IN SELECT 1 LOOP EXECUTE 'ALTER TABLE ' || r || ' ADD c int'; END LOOP", "<<l>> DECLARE x int := 1; BEGIN CASE x WHEN 1 THEN NULL; END CASE; END l",
		"BEGIN EXECUTE format('CREATE TABLE %I (a int)', 'b'); EXECUTE $q$DROP TABLE t$q$; END", "/* /* IF */ */ -- IF\n'IF'",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "$do$") || len(body) > 1<<16 {
			return
		}
		start := time.Now()
		s := Parse("x.sql", "CREATE TABLE t (a int);\nDO $do$"+body+"$do$;\nCREATE TABLE behind (b int);\n")
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%d bytes took %v", len(body), took)
		}
		check(t, s)
		if s.Table("", "behind") == nil && !strings.Contains(body, "\x00") {
			t.Errorf("behind is lost:\n%s", s.Text())
		}
	})
}
