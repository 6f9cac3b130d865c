//go:build unix

package planner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// open makes a box of a text.
func open(t *testing.T, sql string) *Box {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	if _, err := pgserver.Find(""); err != nil {
		t.Skip(err)
	}
	scripts, digest := schema.ScriptOf("schema.sql", sql)
	start := time.Now()
	b, err := Open(context.Background(), Options{Scripts: scripts, Digest: digest})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("box after %v", time.Since(start))
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func explain(t *testing.T, b *Box, sql string) *plans.Node {
	t.Helper()
	st, err := b.Prepare(context.Background(), sql, nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	p, err := b.Explain(context.Background(), st)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return p
}

const parcels = `
CREATE TABLE parcels (id bigserial PRIMARY KEY, depot_id bigint NOT NULL, state text NOT NULL, weighed_at timestamptz, note text);
CREATE INDEX parcels_open ON parcels (weighed_at) WHERE state = 'open';
INSERT INTO parcels (depot_id, state) VALUES (1, 'open');
`

// TestBigTable gives an empty table millions of rows and asks for plans with
// and without an index.
func TestBigTable(t *testing.T) {
	b := open(t, parcels)
	ctx := context.Background()
	strange, err := b.Apply(ctx, &stats.File{Tables: []*stats.Table{
		{Schema: "public", Name: "parcels", Rows: 20e6, Columns: []*stats.Column{
			{Name: "id", Width: 8, Distinct: -1},
			{Name: "depot_id", Width: 8, Distinct: 50_000},
			{Name: "state", Width: 6, Distinct: 3, Common: []string{"done", "open"}, Frequencies: []float64{0.98, 0.01}},
		}},
		{Schema: "public", Name: "crates", Rows: 5},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strange, " "); got != "crates" {
		t.Errorf("strange: %s", got)
	}
	const find = "SELECT note FROM parcels WHERE depot_id = $1 ORDER BY id DESC LIMIT $2"
	table := b.Table("", "parcels")
	without := explain(t, b, "SELECT note FROM parcels WHERE depot_id = $1")
	if without.Shape() != "Seq Scan parcels" || without.Cost < 100_000 || without.Rows != 400 {
		t.Errorf("%s, cost %g, %g rows", without.Shape(), without.Cost, without.Rows)
	}
	faults := plans.Judge(without, b.Facts())
	if len(faults) != 1 || faults[0].Kind != plans.SeqScan {
		t.Errorf("faults are %v", faults)
	}
	open := explain(t, b, "SELECT count(*) FROM parcels WHERE state = 'open' AND weighed_at < $1")
	if !strings.Contains(open.Shape(), "parcels_open") {
		t.Errorf("the partial index is not used: %s", open.Shape())
	}
	start := time.Now()
	list, err := b.Try(ctx, []*Table{table, table, table}, []string{"parcels (depot_id, id DESC)", "parcels (nothing)", "parcels USING gin (to_tsvector('simple', note))"})
	if err != nil {
		t.Fatal(err)
	}
	if list[0] == nil || list[1] != nil || list[2] == nil {
		t.Fatalf("candidates are %v", list)
	}
	t.Logf("candidates after %v: %d pages", time.Since(start), list[0].Pages)
	if again := explain(t, b, "SELECT note FROM parcels WHERE depot_id = $1"); again.Cost != without.Cost || again.Rows != without.Rows {
		t.Errorf("the table is another one with candidates: cost %g, %g rows", again.Cost, again.Rows)
	}
	for _, on := range []bool{false, true, false} {
		want := "Seq Scan"
		if on {
			err = b.Switch(ctx, list[0])
			want = "sqlvet candidate"
		} else {
			err = b.Switch(ctx)
			want = "Limit"
		}
		if err != nil {
			t.Fatal(err)
		}
		p := explain(t, b, find)
		if !strings.Contains(p.Shape(), want) || on != strings.Contains(p.Shape(), "sqlvet candidate") {
			t.Errorf("switched on %t: %s", on, p.Shape())
		}
		if on && p.Cost > 300 {
			t.Errorf("cost with the index is %g", p.Cost)
		}
	}
}

// TestMigrations runs what a private server cannot run as it stands.
func TestMigrations(t *testing.T) {
	b := open(t, `
BEGIN;
CREATE EXTENSION no_such_extension;
CREATE SCHEMA depot;
CREATE TABLE depot.vans (id uuid PRIMARY KEY DEFAULT made_up_uuid(), place made_up_type(3), driver text);
ALTER TABLE depot.vans OWNER TO fleet;
GRANT SELECT ON depot.vans TO "Reader";
CREATE POLICY own ON depot.vans TO fleet USING (true);
CREATE INDEX CONCURRENTLY vans_driver ON depot.vans (driver);
CREATE INDEX vans_place ON depot.vans USING made_up_method (place);
CREATE FUNCTION fast() RETURNS int LANGUAGE c AS 'nothing.so', 'fast';
COPY depot.vans FROM PROGRAM 'touch /tmp/sqlvet-must-not-exist';
DO $$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch /tmp/sqlvet-must-not-exist'; END $$;
CREATE TABLE loads (id int);
CREATE TABLE loads (id int, other int);
ALTER TABLE loads ADD COLUMN van uuid REFERENCES depot.vans;
COMMIT;
`)
	var got []string
	for _, n := range b.Notes {
		t.Log(n)
	}
	for _, table := range b.Tables {
		line := table.String()
		for _, c := range table.Columns {
			line += " " + c.Name
		}
		for _, x := range table.Indexes {
			line += " " + x.Name
		}
		if b.Uncertain(table.String()) {
			line += " ?"
		}
		got = append(got, line)
	}
	want := "loads id van\ndepot.vans id place driver vans_driver vans_pkey ?"
	if strings.Join(got, "\n") != want {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
	for _, part := range []string{"no_such_extension", "type made_up_type is a stand-in", "role fleet made", "function made_up_uuid() is a stand-in", "made_up_method", "permission denied for language c", "COPY"} {
		found := false
		for _, n := range b.Notes {
			found = found || strings.Contains(n.Message, part)
		}
		if !found {
			t.Errorf("no note says %q", part)
		}
	}
}

func TestBind(t *testing.T) {
	column := &Column{Name: "n"}
	for i := range 101 {
		column.bounds = append(column.bounds, fmt.Sprint(i))
	}
	numbers := &Box{Tables: []*Table{
		{Name: "t", Columns: []*Column{column}}, {Name: "u", Columns: []*Column{{Name: "m"}}}, {Name: "v", Columns: []*Column{column}},
	}}
	for _, c := range [][2]string{
		{"SELECT a FROM t WHERE b = $3 LIMIT $1 OFFSET ($2 - 1) * $1", "SELECT a FROM t WHERE b = $1 LIMIT 50 OFFSET 0"},
		{"SELECT '$1' FROM t WHERE b = $2 AND c = $2 LIMIT 7", "SELECT '$1' FROM t WHERE b = 'it''s' AND c = 'it''s' LIMIT 7"},
		{"SELECT a FROM (SELECT a FROM t LIMIT coalesce($4, 10)) x WHERE a = $4", "SELECT a FROM (SELECT a FROM t LIMIT 50) x WHERE a = $1"},
		{"SELECT a FROM t WHERE n > $1 AND b < $3", "SELECT a FROM t WHERE n > '98' AND b < $1"},
		{"SELECT m FROM t JOIN u ON a = m WHERE n > $1", "SELECT m FROM t JOIN u ON a = m WHERE n > '98'"},
		{"SELECT m FROM t JOIN v ON a = m WHERE n > $1", "SELECT m FROM t JOIN v ON a = m WHERE n > $1"},
		{"SELECT m FROM t, (SELECT 1) w WHERE n > $1", "SELECT m FROM t, (SELECT 1) w WHERE n > $1"},
		{"SELECT a FROM t WHERE $1 >= n", "SELECT a FROM t WHERE '2' >= n"},
		{"SELECT a FROM t WHERE n >= $1 AND n < $3::int", "SELECT a FROM t WHERE n >= '98' AND n < '100'::int"},
		{"SELECT a FROM t WHERE n BETWEEN $1 AND $3 OR n = $1", "SELECT a FROM t WHERE n BETWEEN '98' AND '100' OR n = $1"},
	} {
		got, _ := bind(c[0], map[int][]string{2: {"it's"}}, numbers.typical, firstOffset)
		if got != c[1] {
			t.Errorf("%s\nbecomes %s\nwant    %s", c[0], got, c[1])
		}
	}
}

// TestHeight asks for the costs of many descents of a B-tree, which the server
// takes from the index's file: those of a filled table, of an empty one that
// looks like it, and of one that had a row.
func TestHeight(t *testing.T) {
	ctx := context.Background()
	const tables = `
CREATE TABLE ports (id int PRIMARY KEY, name text);
CREATE TABLE calls (id int PRIMARY KEY, port int NOT NULL);`
	file := &stats.File{Tables: []*stats.Table{
		{Schema: "public", Name: "ports", Rows: 300_000, Columns: []*stats.Column{{Name: "id", Width: 4, Distinct: -1}, {Name: "name", Width: 32, Distinct: -1}}},
		{Schema: "public", Name: "calls", Rows: 300_000, Columns: []*stats.Column{{Name: "id", Width: 4, Distinct: -1}, {Name: "port", Width: 4, Distinct: -1}}},
	}}
	filled := open(t, tables)
	if err := filled.app.exec(ctx, "INSERT INTO ports SELECT n, md5(n::text) FROM generate_series(1, 300000) n; ANALYZE ports"); err != nil {
		t.Fatal(err)
	}
	const find = "SELECT name FROM ports WHERE id = $1"
	want := explain(t, filled, find)
	for _, rows := range []string{"", "DO $$ BEGIN INSERT INTO ports VALUES (7, 'seven'), (9, 'nine'); END $$;"} {
		b := open(t, tables+rows)
		if _, err := b.Apply(ctx, file); err != nil {
			t.Fatal(err)
		}
		if p := explain(t, b, find); p.Cost != want.Cost || p.Shape() != want.Shape() {
			t.Errorf("%q: %s costs %g, filled %s %g", rows, p.Shape(), p.Cost, want.Shape(), want.Cost)
		}
		// The ends of the index are read.
		explain(t, b, "SELECT max(id) FROM ports")
		explain(t, b, "SELECT name FROM ports JOIN calls ON port = ports.id WHERE ports.id > 299999")
	}
}

// TestAnyOrder runs a dump that lists tables by name and says nothing of its
// sequences.
func TestAnyOrder(t *testing.T) {
	b := open(t, `
CREATE TABLE anchors (id bigint DEFAULT nextval('anchors_id_seq'::regclass) NOT NULL, ship bigint REFERENCES ships (id));
CREATE TABLE ships (id bigint PRIMARY KEY, port bigint REFERENCES wharfs);
CREATE INDEX ships_port ON ships (port);
CREATE TABLE wharfs (id bigint PRIMARY KEY);
CREATE TABLE lost (id bigint REFERENCES nowhere);
CREATE TABLE crews (id bigint PRIMARY KEY, mate bigint, CONSTRAINT first FOREIGN KEY (mate) REFERENCES mates (id) ON DELETE SET NULL, CHECK (id > 0));
CREATE TABLE mates (id bigint PRIMARY KEY, crew bigint CONSTRAINT own REFERENCES crews (id) ON DELETE SET NULL NOT NULL, name text);
`)
	var got []string
	for _, table := range b.Tables {
		got = append(got, table.String())
	}
	if strings.Join(got, " ") != "anchors crews lost mates ships wharfs" {
		t.Errorf("tables %q, notes %v", got, b.Notes)
	}
	keys, err := b.admin.value(context.Background(), "SELECT string_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid), ', ' ORDER BY conrelid::regclass::text) FROM pg_constraint WHERE contype = 'f'")
	if want := "anchors FOREIGN KEY (ship) REFERENCES ships(id), crews FOREIGN KEY (mate) REFERENCES mates(id) ON DELETE SET NULL, " +
		"mates FOREIGN KEY (crew) REFERENCES crews(id) ON DELETE SET NULL, ships FOREIGN KEY (port) REFERENCES wharfs(id)"; err != nil || keys != want {
		t.Errorf("keys are %s, %v", keys, err)
	}
	for _, n := range b.Notes {
		if !n.Harmless && !slices.Contains(n.Tables, "lost") {
			t.Errorf("note %v", n)
		}
	}
}

// TestTwoAtOnce makes two boxes of one new schema at the same time: one of
// them is kept for later ones, and both can be used.
func TestTwoAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PostgreSQL servers")
	}
	if _, err := pgserver.Find(""); err != nil {
		t.Skip(err)
	}
	scripts, digest := schema.ScriptOf("schema.sql", fmt.Sprintf("CREATE TABLE piers (id int PRIMARY KEY, made bigint DEFAULT %d);", time.Now().UnixNano()))
	errs := make(chan error)
	for range 2 {
		go func() {
			ctx := context.Background()
			b, err := Open(ctx, Options{Scripts: scripts, Digest: digest})
			if err != nil {
				errs <- err
				return
			}
			st, err := b.Prepare(ctx, "SELECT made FROM piers WHERE id = $1", nil)
			if err == nil {
				_, err = b.Explain(ctx, st)
			}
			errs <- errors.Join(err, b.Close())
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
