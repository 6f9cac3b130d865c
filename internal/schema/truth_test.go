//go:build unix

package schema

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgquery"
)

var modules = flag.String("modules", "", "further modules for TestServer: DIR or DIR=CANDIDATE, separated by commas")

// TestServer replays texts here and on a real server, and compares what
// pg_catalog says with what we do.
func TestServer(t *testing.T) {
	srv := startServer(t)
	files, err := filepath.Glob("testdata/ddl/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sql, _, _ := strings.Cut(string(data), "\n-- schema:\n")
			if strings.Contains(sql, "\\restrict") {
				sql = strings.ReplaceAll(strings.ReplaceAll(sql, "\\restrict abc", ""), "\\unrestrict abc", "")
			}
			compareWithServer(t, srv, Parse(file, sql), []string{sql}, filepath.Base(file) == "broken.sql")
		})
	}
	for dir := range strings.SplitSeq(*modules, ",") {
		if dir != "" {
			t.Run(filepath.Base(dir), func(t *testing.T) { compareModule(t, srv, dir) })
		}
	}
}

func compareModule(t *testing.T, srv *server, dir string) {
	dir, where, named := strings.Cut(dir, "=")
	tr := takeStock(top(dir), Options{})
	rel, err := filepath.Rel(tr.Top, dir)
	if err != nil {
		t.Fatal(err)
	}
	pick, mod := tr.pick(filepath.ToSlash(rel), Options{})
	for _, c := range tr.Candidates {
		if named && c.Where == where {
			pick.taken = c
		}
	}
	if pick.taken == nil {
		t.Fatal("no schema")
	}
	s := tr.load(pick, mod, Options{})
	t.Logf("%s, %d problems, complete %t", s.From, len(s.Problems), s.Complete)
	var texts []string
	for _, in := range pick.taken.inputs {
		if in.skipped == "" {
			texts = append(texts, in.up)
		}
	}
	compareWithServer(t, srv, s, texts, true)
}

// compareWithServer runs the texts and compares all but what is Uncertain.
// Texts that may fail run as far as they go.
func compareWithServer(t *testing.T, srv *server, s *Schema, texts []string, mayFail bool) {
	db := srv.database(t)
	for _, text := range texts {
		_, errs, _ := srv.psql(db, text)
		for line := range strings.Lines(errs) {
			if strings.Contains(line, "ERROR") && !mayFail {
				t.Errorf("server: %s", strings.TrimSpace(line))
			} else if strings.Contains(line, "ERROR") {
				t.Logf("server: %s", strings.TrimSpace(line))
			}
		}
	}
	out, errs, err := srv.psql(db, catalogQuery)
	if err != nil || errs != "" {
		t.Fatalf("%v: %s", err, errs)
	}
	uncertain := make(map[string]bool)
	for _, tab := range s.Tables {
		if tab.Uncertain {
			uncertain[tab.String()] = true
		}
	}
	theirs := make(map[string]bool)
	for line := range strings.Lines(out) {
		line = canonicalLine(strings.TrimSuffix(line, "\n"))
		if table, _, _ := strings.Cut(line, "|"); !uncertain[table] {
			theirs[line] = true
		}
	}
	ours := make(map[string]bool)
	for _, tab := range s.Tables {
		if !tab.Uncertain {
			for _, line := range catalogLines(tab) {
				ours[line] = true
			}
		}
	}
	var diff []string
	for line := range theirs {
		if !ours[line] && !unknownViewColumn(line, ours) {
			diff = append(diff, line+"   <- server only")
		}
	}
	for line := range ours {
		if !theirs[line] && !strings.HasSuffix(line, "|?") {
			diff = append(diff, line+"   <- ours only")
		}
	}
	slices.Sort(diff)
	for _, d := range diff {
		t.Error(d)
	}
	t.Logf("%d facts agree", len(theirs))
}

// unknownViewColumn reports whether the line is a column whose type we do not
// claim to know.
func unknownViewColumn(line string, ours map[string]bool) bool {
	p := strings.Split(line, "|")
	return p[1] == "column" && ours[strings.Join(append(p[:3:3], "?"), "|")]
}

// catalogLines returns what we know of a table, in the form of catalogQuery.
func catalogLines(t *Table) []string {
	k := t.String()
	lines := []string{k + "|" + t.Kind.String()}
	for _, c := range t.Columns {
		if c.Type == "" {
			lines = append(lines, k+"|column|"+c.Name+"|?")
			continue
		}
		line := fmt.Sprintf("%s|column|%s|%s", k, c.Name, c.Type)
		if c.NotNull {
			line += "|not null"
		}
		if c.Generated != "" {
			line += "|generated"
		}
		if c.Identity {
			line += "|identity"
		}
		if c.Default != "" {
			line += "|default"
		}
		lines = append(lines, line)
	}
	for _, x := range t.Indexes {
		y := *x
		y.Predicate = NormalExpr(y.Predicate)
		y.Keys = slices.Clone(y.Keys)
		for i := range y.Keys {
			if y.Keys[i].Expr != "" {
				y.Keys[i].Expr = NormalExpr(y.Keys[i].Expr)
			}
		}
		lines = append(lines, k+"|"+y.text())
	}
	for _, f := range t.ForeignKeys {
		lines = append(lines, fmt.Sprintf("%s|fk|%s|%s|%s|%s|%s", k, f.Name, strings.Join(f.Columns, ","),
			name{f.RefSchema, f.RefTable}, strings.Join(f.RefColumns, ","), f.OnDelete))
	}
	for _, c := range t.Checks {
		lines = append(lines, k+"|check|"+c.Name)
	}
	return lines
}

// canonicalLine brings a line of catalogQuery into the form of catalogLines.
func canonicalLine(line string) string {
	p := strings.Split(line, "|")
	p[0] = strings.TrimPrefix(p[0], "public.")
	r := newReplayer()
	switch p[1] {
	case "column":
		if n, err := pgquery.ParseExpr("NULL::" + p[3]); err == nil {
			p[3] = r.typeName(n.GetTypeCast().GetTypeName())
		}
	case "fk":
		p[4] = strings.TrimPrefix(p[4], "public.")
	case "index":
		// The definition may hold the separator.
		flags, def, _ := strings.Cut(strings.Join(p[2:], "|"), "|")
		return p[0] + "|" + canonicalIndex(flags, def)
	}
	return strings.Join(p, "|")
}

func canonicalIndex(flags, def string) string {
	tree, err := pgquery.Once(def)
	if err != nil {
		return def
	}
	d := tree.GetStmts()[0].GetStmt().GetIndexStmt()
	r := newReplayer()
	r.source = &Source{}
	t := &Table{Name: d.GetRelation().GetRelname(), Schema: norm(d.GetRelation().GetSchemaname()), Uncertain: true}
	r.addTable(t)
	r.createIndex(d, &statement{text: def})
	x := t.Indexes[0]
	x.Constraint = strings.Contains(flags, "c")
	x.Primary = strings.Contains(flags, "p")
	x.Invalid = strings.Contains(flags, "i")
	return strings.TrimPrefix(catalogLines(&Table{Name: "t", Indexes: []*Index{x}})[1], "t|")
}

// catalogQuery lists tables, columns, indexes, foreign keys and checks, one a
// line: table, kind of fact, what it is.
const catalogQuery = `
WITH rel AS (
	SELECT c.oid, c.relkind, c.oid::regclass::text AS name
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'
		AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
)
SELECT name || '|' || CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END
FROM rel
UNION ALL
SELECT rel.name || '|column|' || attname || '|' || format_type(atttypid, atttypmod)
	|| CASE WHEN attnotnull THEN '|not null' ELSE '' END
	|| CASE WHEN attgenerated <> '' THEN '|generated' ELSE '' END
	|| CASE WHEN attidentity <> '' THEN '|identity' ELSE '' END
	|| CASE WHEN atthasdef AND attgenerated = '' THEN '|default' ELSE '' END
FROM rel JOIN pg_attribute ON attrelid = rel.oid AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT rel.name || '|index|' || CASE WHEN indisprimary THEN 'p' ELSE '' END
	|| CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')) THEN 'c' ELSE '' END
	|| CASE WHEN NOT indisvalid THEN 'i' ELSE '' END
	|| '|' || pg_get_indexdef(indexrelid)
FROM rel JOIN pg_index ON indrelid = rel.oid
UNION ALL
SELECT rel.name || '|fk|' || conname || '|'
	|| (SELECT string_agg(attname, ',' ORDER BY o) FROM unnest(conkey) WITH ORDINALITY k(n, o) JOIN pg_attribute ON attrelid = conrelid AND attnum = n)
	|| '|' || confrelid::regclass::text || '|'
	|| (SELECT string_agg(attname, ',' ORDER BY o) FROM unnest(confkey) WITH ORDINALITY k(n, o) JOIN pg_attribute ON attrelid = confrelid AND attnum = n)
	|| '|' || CASE confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' ELSE 'set default' END
FROM rel JOIN pg_constraint ON conrelid = rel.oid AND contype = 'f'
UNION ALL
SELECT rel.name || '|check|' || conname FROM rel JOIN pg_constraint ON conrelid = rel.oid AND contype = 'c'`
