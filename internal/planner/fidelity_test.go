//go:build unix

package planner

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/stats"
)

// depots is a schema whose tables are filled, so that what the planner says of
// real data can be compared with what it says in a box.
const depots = `
CREATE TYPE mood AS ENUM ('calm', 'late', 'lost');
CREATE TABLE depots (id int PRIMARY KEY, name text NOT NULL UNIQUE, region text NOT NULL);
CREATE TABLE carriers (id int PRIMARY KEY, code varchar(10) NOT NULL, tags text[] NOT NULL, details jsonb NOT NULL);
CREATE TABLE crates (id bigint PRIMARY KEY, depot_id int NOT NULL REFERENCES depots, carrier_id int REFERENCES carriers, state text NOT NULL, mood mood NOT NULL, sealed boolean NOT NULL, weight numeric(8,2), created_at timestamptz NOT NULL, gone_at timestamptz);
CREATE TABLE scans (id bigint PRIMARY KEY, crate_id bigint NOT NULL REFERENCES crates ON DELETE CASCADE, at timestamptz NOT NULL, place text NOT NULL);
CREATE INDEX crates_depot ON crates (depot_id, created_at DESC);
CREATE INDEX crates_carrier ON crates (carrier_id);
CREATE INDEX crates_open ON crates (created_at) WHERE state = 'open';
CREATE INDEX crates_gone ON crates (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX carriers_code ON carriers (lower(code));
CREATE INDEX carriers_tags ON carriers USING gin (tags);
CREATE INDEX carriers_details ON carriers USING gin (details jsonb_path_ops);
CREATE INDEX scans_crate ON scans (crate_id, at);
CREATE INDEX scans_at ON scans USING brin (at);
`

const depotRows = `
SELECT setseed(0.4);
INSERT INTO depots SELECT i, 'depot ' || i, (ARRAY['north', 'south', 'east', 'west'])[1 + i % 4] FROM generate_series(1, 300) i;
INSERT INTO carriers SELECT i, 'c' || i, ARRAY['t' || i % 40, 't' || i % 7], jsonb_build_object('fleet', i % 50, 'grade', i % 5) FROM generate_series(1, 8000) i;
INSERT INTO crates SELECT i, 1 + (300 * random() ^ 2)::int % 300, CASE WHEN random() < 0.8 THEN 1 + (random() * 7999)::int END,
	(ARRAY['done', 'done', 'done', 'done', 'done', 'done', 'done', 'moving', 'moving', 'open'])[1 + (random() * 9.1)::int % 10], (ARRAY['calm', 'calm', 'calm', 'late', 'lost'])[1 + (random() * 4)::int]::mood, random() < 0.9, (random() * 500)::numeric(8,2),
	timestamptz '2024-01-01' + i * interval '3 minutes', CASE WHEN random() < 0.05 THEN timestamptz '2025-01-01' END FROM generate_series(1, 120000) i;
INSERT INTO scans SELECT i, 1 + (random() * 119999)::int, timestamptz '2024-01-01' + i * interval '1 minute', 'gate ' || i % 60 FROM generate_series(1, 300000) i;
ANALYZE;
`

// depotQueries are of the kinds that programs send.
var depotQueries = []string{
	"SELECT * FROM crates WHERE id = $1",
	"SELECT id FROM crates WHERE depot_id = $1 ORDER BY created_at DESC LIMIT 20",
	"SELECT id FROM crates WHERE depot_id = 7 AND created_at > timestamptz '2024-06-01'",
	"SELECT id FROM crates WHERE state = 'open' AND created_at < timestamptz '2024-02-01'",
	"SELECT id FROM crates WHERE state = 'open' ORDER BY created_at LIMIT 100",
	"SELECT count(*) FROM crates WHERE state = 'moving'",
	"SELECT count(*) FROM crates WHERE state = 'done'",
	"SELECT id FROM crates WHERE mood = 'lost' AND sealed",
	"SELECT id FROM crates WHERE NOT sealed AND depot_id = 12",
	"SELECT id FROM crates WHERE gone_at > timestamptz '2024-12-31'",
	"SELECT id FROM crates WHERE gone_at IS NULL AND carrier_id = $1",
	"SELECT id FROM crates WHERE carrier_id IN (4, 8, 15, 16, 23, 42)",
	"SELECT id FROM crates WHERE carrier_id = ANY($1::int[])",
	"SELECT id FROM crates WHERE carrier_id = 5 OR depot_id = 299",
	"SELECT id FROM crates WHERE weight BETWEEN 100 AND 101",
	"SELECT id FROM crates WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 50",
	"SELECT d.name, count(*) FROM crates c JOIN depots d ON d.id = c.depot_id GROUP BY d.name",
	"SELECT c.id, d.name FROM crates c JOIN depots d ON d.id = c.depot_id WHERE d.region = 'north' AND c.state = 'open'",
	"SELECT c.id FROM crates c JOIN carriers k ON k.id = c.carrier_id WHERE k.tags @> ARRAY['t3']",
	"SELECT id FROM carriers WHERE tags && ARRAY['t1', 't2']",
	"SELECT id FROM carriers WHERE details @> '{\"fleet\": 7}'",
	"SELECT id FROM carriers WHERE lower(code) = lower($1)",
	"SELECT id FROM carriers WHERE code LIKE 'c12%'",
	"SELECT k.id FROM carriers k WHERE NOT EXISTS (SELECT FROM crates c WHERE c.carrier_id = k.id)",
	"SELECT d.id FROM depots d WHERE EXISTS (SELECT FROM crates c WHERE c.depot_id = d.id AND c.state = 'open')",
	"SELECT id FROM crates WHERE id IN (SELECT crate_id FROM scans WHERE place = 'gate 7')",
	"SELECT * FROM scans WHERE crate_id = $1 ORDER BY at DESC LIMIT 1",
	"SELECT count(*) FROM scans WHERE at BETWEEN timestamptz '2024-03-01' AND timestamptz '2024-03-02'",
	"SELECT s.id FROM scans s JOIN crates c ON c.id = s.crate_id WHERE c.depot_id = 3 AND s.at > timestamptz '2024-05-01'",
	"SELECT state, avg(weight) FROM crates GROUP BY state",
	"SELECT DISTINCT place FROM scans",
	"SELECT place, count(*) FROM scans GROUP BY place HAVING count(*) > 100 ORDER BY 2 DESC",
	"SELECT depot_id, max(weight) FROM crates WHERE state <> 'done' GROUP BY depot_id",
	"SELECT * FROM crates ORDER BY weight LIMIT 10",
	"SELECT * FROM crates ORDER BY weight",
	"WITH late AS (SELECT id, depot_id FROM crates WHERE mood = 'late' AND state = 'moving') SELECT d.name, count(*) FROM late JOIN depots d ON d.id = late.depot_id GROUP BY d.name",
	"SELECT id, row_number() OVER (PARTITION BY depot_id ORDER BY created_at) FROM crates WHERE depot_id < 10",
	"UPDATE crates SET state = 'done' WHERE depot_id = $1 AND state = 'open'",
	"DELETE FROM scans WHERE crate_id = $1",
	"DELETE FROM crates WHERE gone_at < timestamptz '2025-01-01'",
	"INSERT INTO scans SELECT id, id, now(), state FROM crates WHERE depot_id = 4",
	"SELECT id FROM crates WHERE state = $1 AND depot_id = $2",
	"SELECT id FROM crates LIMIT 50 OFFSET 1000",
	"SELECT c.id FROM crates c LEFT JOIN scans s ON s.crate_id = c.id WHERE s.id IS NULL AND c.depot_id = 9",
}

// TestFidelity compares the plans of a filled database with those of a box
// that was given its statistics.
func TestFidelity(t *testing.T) {
	ctx := context.Background()
	filled := open(t, depots)
	if err := filled.app.exec(ctx, depotRows); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"depots", "carriers", "crates", "scans"} {
		// Outside of a transaction: pages become all-visible.
		if err := filled.app.exec(ctx, "VACUUM ANALYZE "+table); err != nil {
			t.Fatal(err)
		}
	}
	file := snapshot(t, filled)
	box := open(t, depots)
	strange, err := box.Apply(ctx, file)
	if err != nil || len(strange) > 0 {
		t.Fatal(strange, err)
	}
	same, near := 0, 0
	for _, sql := range depotQueries {
		a, b := explain(t, filled, sql), explain(t, box, sql)
		if a.Shape() == b.Shape() {
			same++
		} else {
			t.Logf("%s\nfilled %s\nbox    %s", sql, a.Shape(), b.Shape())
		}
		if math.Abs(a.Cost-b.Cost) <= 0.1*a.Cost {
			near++
		} else {
			t.Logf("%s\ncost %g, in the box %g", sql, a.Cost, b.Cost)
		}
	}
	n := len(depotQueries)
	t.Logf("%d of %d plans the same, %d costs within a tenth", same, n, near)
	if same < n*98/100 || near < n*95/100 {
		t.Errorf("%d of %d plans are the same, %d costs", same, n, near)
	}
}

// snapshot reads the statistics of a box that was filled.
func snapshot(t *testing.T, b *Box) *stats.File {
	t.Helper()
	rows, err := b.admin.rows(context.Background(), `SELECT json_build_object('version', 1, 'taken', now(), 'tables', json_agg(json_build_object('schema', 'public', 'name', c.relname, 'rows', c.reltuples,
		'pages', c.relpages, 'all_visible', c.relallvisible,
		'columns', (`+columnsOf("c.relname")+`),
		'indexes', (SELECT json_agg(json_build_object('name', i.relname, 'rows', i.reltuples, 'pages', i.relpages, 'columns', coalesce((`+columnsOf("i.relname")+`), '[]')))
			FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid))))
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`)
	if err != nil {
		t.Fatal(err)
	}
	f, err := stats.Read(strings.NewReader(rows[0][0]))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func columnsOf(table string) string {
	return fmt.Sprintf(`SELECT json_agg(json_strip_nulls(json_build_object('name', s.attname, 'null_fraction', s.null_frac, 'width', s.avg_width, 'n_distinct', s.n_distinct, 'correlation', s.correlation,
		'common', s.most_common_vals::text::text[], 'frequencies', s.most_common_freqs, 'histogram', s.histogram_bounds::text::text[],
		'elements', CASE WHEN s.most_common_elems IS NOT NULL THEN json_build_object('common', s.most_common_elems::text::text[], 'frequencies', s.most_common_elem_freqs, 'counts', s.elem_count_histogram) END)))
		FROM pg_stats s WHERE s.tablename = %s`, table)
}

// TestDatabaseIsLeftAlone plans on a database of somebody else's and compares
// all that is in it before and after.
func TestDatabaseIsLeftAlone(t *testing.T) {
	ctx := context.Background()
	b := open(t, depots+`
CREATE FUNCTION noted(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN INSERT INTO depots VALUES (n, 'x', 'y'); RETURN n; END $$;`)
	if err := b.app.exec(ctx, "INSERT INTO depots VALUES (1, 'a', 'b'); ANALYZE depots"); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		out := ""
		for _, sql := range []string{
			"SELECT string_agg(c::text, E'\\n' ORDER BY oid) FROM pg_class c",
			"SELECT string_agg(i::text, E'\\n' ORDER BY indexrelid) FROM pg_index i",
			"SELECT string_agg(s::text, E'\\n' ORDER BY starelid, staattnum) FROM pg_statistic s",
			"SELECT string_agg(d::text, E'\\n') FROM depots d",
			"SELECT string_agg(a::text, E'\\n' ORDER BY attrelid, attnum) FROM pg_attribute a",
		} {
			v, err := b.admin.value(ctx, sql)
			if err != nil {
				t.Fatal(err)
			}
			out += v + "\n"
		}
		return out
	}
	before := state()
	db, err := Dial(ctx, b.server.Conn("postgres"), false)
	if err != nil {
		t.Fatal(err)
	}
	if n := db.Facts().Rows("depots"); n != 1 || db.Version() != b.Version() {
		t.Errorf("depots have %g rows, the version is %s", n, db.Version())
	}
	for _, sql := range append(depotQueries, "SELECT * FROM depots WHERE id = noted(5)", "INSERT INTO depots VALUES ($1, $2, $3)", "SELECT 1; DROP TABLE depots") {
		st, err := db.Prepare(ctx, sql, nil)
		if err == nil {
			_, err = db.Explain(ctx, st)
		}
		if strings.Contains(sql, "DROP") && err == nil {
			t.Error("two statements are taken for one")
		}
		if _, refused := err.(*Refusal); err != nil && !refused {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	after := strings.Split(state(), "\n")
	for i, line := range strings.Split(before, "\n") {
		if i >= len(after) || after[i] != line {
			t.Fatalf("the database is not what it was: %s\nis now %s", line, after[min(i, len(after)-1)])
		}
	}
}
