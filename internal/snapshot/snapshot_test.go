//go:build unix

package snapshot

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/stats"
)

const harbour = `
CREATE SCHEMA port;
CREATE TYPE port.berth AS ENUM ('quay', 'buoy');
CREATE TABLE port.ships (
	id bigserial PRIMARY KEY, captain text NOT NULL, state varchar(20) NOT NULL, tax_class smallint, berth port.berth, moored boolean NOT NULL,
	weight numeric, tags text[], nick text, never text
);
CREATE INDEX ships_captain ON port.ships (lower(captain));
CREATE INDEX ships_state ON port.ships (state);
INSERT INTO port.ships (captain, state, tax_class, berth, moored, weight, tags, nick)
	SELECT 'Captain ' || n % 40, (ARRAY['sunk', 'afloat', 'in_dock'])[1 + (n % 10) / 4], n % 3, CASE WHEN n % 4 > 0 THEN 'quay'::port.berth END, n % 50 = 0, n,
		ARRAY['tag' || n % 7], 'joe' || n % 60 FROM generate_series(1, 20000) n;
CREATE TABLE visits (at date NOT NULL, ship bigint, fee int) PARTITION BY RANGE (at);
CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2040-01-01');
CREATE INDEX visits_ship ON visits (ship);
INSERT INTO visits SELECT date '2015-01-01' + n, n, 7 FROM generate_series(1, 3000) n;
CREATE TABLE empty (id int);
CREATE TEMP TABLE passing (id int);
ANALYZE port.ships; ANALYZE visits;
SELECT count(*) FROM port.ships WHERE state = 'sunk' AND id = 7;
CREATE ROLE stranger LOGIN;
`

// everything is what a write would change.
const everything = `SELECT md5(string_agg(x::text, '' ORDER BY x::text)) FROM (SELECT c::text FROM pg_class c UNION ALL SELECT a::text FROM pg_attribute a
	UNION ALL SELECT s::text FROM pg_statistic s UNION ALL SELECT t::text FROM port.ships t UNION ALL SELECT v::text FROM visits v) AS x`

func TestTake(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	ctx := context.Background()
	server, err := pgserver.Start(ctx, pgserver.Options{})
	if err != nil {
		t.Skip(err)
	}
	defer server.Stop()
	conn, err := server.Connect(ctx, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	admin := pgserver.NewSession(ctx, conn)
	admin.Rows(harbour)
	before := admin.Value(everything)
	if admin.Err != nil {
		t.Fatal(admin.Err)
	}
	taken := func(o Options) (*stats.File, *Report, string) {
		t.Helper()
		f, r, err := Take(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := stats.Read(bytes.NewReader(out.Bytes())); err != nil {
			t.Fatalf("what is written cannot be read: %v\n%s", err, out.Bytes())
		}
		return f, r, out.String()
	}
	dsn := server.Conn("postgres")
	f, r, text := taken(Options{DSN: dsn})
	if after := admin.Value(everything); after != before {
		t.Error("a snapshot changed the database")
	}

	ships := f.Table("port", "ships")
	if ships == nil || ships.Rows != 20000 || ships.Pages == 0 || ships.Analyzed == nil {
		t.Fatalf("ships: %+v", ships)
	}
	if n := ships.Column("captain").Values(ships.Rows); n != 40 {
		t.Errorf("%g captains, want 40", n)
	}
	for column, want := range map[string][]string{
		"state": {"in_dock", "sunk", "afloat"}, "tax_class": {"0", "1", "2"}, "berth": {"quay"}, "moored": {"f", "t"},
		"captain": nil, "nick": nil, "weight": nil, "tags": nil,
	} {
		got := slices.Clone(ships.Column(column).Common)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: values %q, want %q", column, got, want)
		}
	}
	if c := ships.Column("berth"); c.NullFraction < 0.2 || c.NullFraction > 0.3 || c.Type != "port.berth" {
		t.Errorf("berth: %+v", c)
	}
	if c := ships.Column("captain"); len(c.Frequencies) != 40 || c.Histogram != nil {
		t.Errorf("captain: want the frequencies, and no value: %+v", c)
	}
	if e := ships.Column("tags").Elements; e == nil || len(e.Frequencies) == 0 || e.Common != nil {
		t.Errorf("tags: want the frequencies of elements, and none of them: %+v", e)
	}
	for _, secret := range []string{"Captain", "joe", "tag1", "19999"} {
		if strings.Contains(text, secret) {
			t.Errorf("the file shows %s", secret)
		}
	}
	lower := ships.Index("ships_captain").Column("lower")
	if lower == nil || lower.Values(ships.Rows) != 40 || lower.Common != nil {
		t.Errorf("the expression of ships_captain: %+v", lower)
	}
	if n := ships.Index("ships_pkey").Scans; n == nil {
		t.Error("the scans of ships_pkey are not known")
	}
	if v := f.Table("public", "visits"); v.Rows != 3000 || v.Pages == 0 || v.Column("fee") == nil || v.Index("visits_ship").Rows != 3000 {
		t.Errorf("visits, in two partitions: %+v", v)
	}
	if e := f.Table("public", "empty"); e == nil || e.Rows != -1 {
		t.Errorf("a table that was never analyzed: %+v", e)
	}
	if f.Table("", "passing") != nil || f.Table("", "pg_class") != nil {
		t.Error("there are temporary tables, or the system's")
	}
	if !strings.Contains(r.NoCalls, "pg_stat_statements") || len(r.Bare) > 0 || r.Values != 4 {
		t.Errorf("report: %+v", r)
	}

	_, all, text := taken(Options{DSN: dsn, Values: true})
	for _, asked := range []string{"Captain 7", "joe5", `"tag1"`} {
		if !strings.Contains(text, asked) {
			t.Errorf("-values: the file does not show %s", asked)
		}
	}
	if all.Values <= r.Values {
		t.Errorf("-values: %d columns with values, without %d", all.Values, r.Values)
	}

	strange := strings.Replace(dsn, "user=postgres", "user=stranger", 1)
	if strange == dsn {
		t.Fatalf("no user in %s", dsn)
	}
	f, r, _ = taken(Options{DSN: strange})
	if s := f.Table("port", "ships"); s == nil || s.Rows != 20000 || s.Columns != nil || !slices.Contains(r.Bare, "port.ships") {
		t.Errorf("a role that may read nothing: %+v, %+v", s, r)
	}
}

// TestCalls counts statements by their fingerprint, and writes no text of them.
func TestCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	ctx := context.Background()
	server, err := pgserver.Start(ctx, pgserver.Options{Settings: []string{"shared_preload_libraries = 'pg_stat_statements'"}})
	if err != nil {
		t.Skip(err)
	}
	defer server.Stop()
	conn, err := server.Connect(ctx, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	admin := pgserver.NewSession(ctx, conn)
	admin.Rows("CREATE SCHEMA tools; CREATE EXTENSION pg_stat_statements SCHEMA tools; CREATE TABLE buoys (id int, light text)")
	for _, light := range []string{"'red'", "'secret'", "'green'"} {
		admin.Rows("SELECT id FROM buoys WHERE light = " + light)
	}
	if admin.Err != nil {
		t.Fatal(admin.Err)
	}
	f, r, err := Take(ctx, Options{DSN: server.Conn("postgres")})
	if err != nil || r.NoCalls != "" {
		t.Fatalf("%v, %+v", err, r)
	}
	print, _ := pgquery.Fingerprint("select id from buoys where light = $1")
	i := slices.IndexFunc(f.Statements, func(s stats.Statement) bool { return s.Fingerprint == print })
	if i < 0 || f.Statements[i].Calls != 3 {
		t.Errorf("want three calls of %s: %+v", print, f.Statements)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil || strings.Contains(out.String(), "secret") || strings.Contains(out.String(), "SELECT") {
		t.Errorf("%v; the file shows a statement", err)
	}
}

func TestTakeFails(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://me:hunter2@127.0.0.1:1/db?connect_timeout=2": "no connection to the server of -dsn (127.0.0.1)",
		"postgres://me:hunter2@[::1/db":                          "-dsn is no connection string of PostgreSQL",
	} {
		_, _, err := Take(context.Background(), Options{DSN: dsn})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("want %q, have %v", want, err)
		}
	}
}
