//go:build unix

package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/report"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A server is one for a test.
type server struct {
	*pgserver.Server
	t *testing.T
}

func start(t *testing.T, settings ...string) server {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL server")
	}
	s, err := pgserver.Start(t.Context(), pgserver.Options{Settings: settings})
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { s.Stop() })
	return server{s, t}
}

// session is a connection that lasts as long as the test, after some SQL.
func (s server) session(role, sql string) *pgconn.PgConn {
	s.t.Helper()
	conn, err := s.ConnectAs(s.t.Context(), "postgres", role)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close(context.Background()) })
	s.exec(conn, sql)
	return conn
}

func (s server) exec(conn *pgconn.PgConn, sql string) {
	s.t.Helper()
	if _, err := conn.Exec(s.t.Context(), sql).ReadAll(); err != nil {
		s.t.Fatalf("%v in %s", err, sql)
	}
}

// close ends a session and waits until the server has its counters.
func (s server) close(conn *pgconn.PgConn) {
	s.t.Helper()
	conn.Close(s.t.Context())
	watch := s.session("postgres", "")
	defer watch.Close(s.t.Context())
	gone := fmt.Sprintf("SELECT FROM pg_stat_activity WHERE pid = %d", conn.PID())
	for range 500 {
		r, err := watch.Exec(s.t.Context(), gone).ReadAll()
		if err != nil || len(r[0].Rows) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// fill runs statements one by one, in a session that tells its counters at its
// end: what changes a table in the transaction of an ANALYZE, or a moment
// before, counts as a change after it.
func (s server) fill(script string) {
	s.t.Helper()
	conn := s.session("postgres", "")
	defer s.close(conn)
	for _, sql := range strings.Split(strings.TrimSpace(script), ";") {
		s.exec(conn, sql)
	}
}

func (s server) examine(role string, age time.Duration) *Database {
	s.t.Helper()
	d, err := Examine(s.t.Context(), Options{DSN: s.Conn("postgres") + " user=" + role, Age: age})
	if err != nil {
		s.t.Fatal(err)
	}
	for check, refused := range d.refused {
		if refused != "" {
			s.t.Errorf("%s: the server says: %s", check, refused)
		}
	}
	return d
}

// found returns "check object" of all findings.
func found(doc *Document) (out []string) {
	for _, f := range doc.Findings {
		out = append(out, f.Check+" "+f.Object)
	}
	slices.Sort(out)
	return out
}

func of(doc *Document, check, object string) *Finding {
	i := slices.IndexFunc(doc.Findings, func(f Finding) bool { return f.Check == check && f.Object == object })
	if i < 0 {
		return nil
	}
	return &doc.Findings[i]
}

// TestSettings examines a server that nobody has set up.
func TestSettings(t *testing.T) {
	// The box of a planner has no autovacuum. What begins for the numbers'
	// sake finds a transaction that holds it back.
	s := start(t, "autovacuum_freeze_max_age = 100000", "max_connections = 8", "superuser_reserved_connections = 3")
	s.session("postgres", "CREATE ROLE clerk LOGIN")
	s.session("clerk", "BEGIN; SELECT txid_current()")
	s.session("clerk", "DO $$ BEGIN FOR i IN 1..160000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$")
	d := s.examine("postgres", 0)
	if strings.Contains(strings.Join(found(d.Judge(nil)), ""), "pid") {
		t.Error("a transaction that waits for a moment is reported")
	}
	later(d, "idle-in-transaction")
	doc := d.Judge(nil)
	have := found(doc)
	have = slices.DeleteFunc(have, func(s string) bool { return strings.HasPrefix(s, "wraparound database template") })
	want := []string{
		"autovacuum-off autovacuum", "connections max_connections", "idle-in-transaction pid", "idle-timeout idle_in_transaction_session_timeout",
		"io-timing track_io_timing", "slow-log log_min_duration_statement", "statements-missing pg_stat_statements", "wraparound database postgres",
	}
	for i := range have {
		have[i] = strings.TrimRight(have[i], " 0123456789")
	}
	if !slices.Equal(have, want) {
		t.Errorf("have %q\nwant %q", have, want)
	}
	if f := of(doc, "statements-missing", "pg_stat_statements"); f == nil || !strings.Contains(f.Cost, "restart") {
		t.Errorf("not loaded: %+v", f)
	}
	if doc.Findings[0].Check != "autovacuum-off" || !doc.Failed() {
		t.Errorf("the gravest comes first: %q", have)
	}
	for _, f := range doc.Findings {
		if f.Remedy == "" || f.Cost == "" || !strings.HasPrefix(f.Page, "https://www.postgresql.org/docs/1") {
			t.Errorf("%+v", f)
		}
	}
}

// later has an hour pass for what a check has read.
func later(d *Database, check string) {
	seconds := regexp.MustCompile(`"seconds":[0-9.e-]+`)
	for i, row := range d.rows[check] {
		d.rows[check][i] = seconds.ReplaceAll(row, []byte(`"seconds":7300`))
	}
}

// faults and their right twins, whose names begin with ok.
const faults = `
CREATE EXTENSION pg_stat_statements;
CREATE TABLE ok_harbours (id int PRIMARY KEY, name text NOT NULL, town text);
INSERT INTO ok_harbours SELECT n, 'harbour ' || n, 'town ' || n % 50 FROM generate_series(1, 2000) n;
CREATE TABLE ships (id int PRIMARY KEY, harbour int REFERENCES ok_harbours, owner int NOT NULL, name text, flag text);
CREATE TABLE ok_boats (id int PRIMARY KEY, harbour int REFERENCES ok_harbours, owner int NOT NULL, name text);
INSERT INTO ships SELECT n, 1 + n % 1000, n, 'ship ' || n, 'flag ' || n % 9 FROM generate_series(1, 5000) n;
INSERT INTO ok_boats SELECT id, harbour, owner, name FROM ships;
CREATE INDEX ok_boats_harbour ON ok_boats (harbour);
DELETE FROM ok_harbours WHERE id > 1900;
CREATE TABLE tugs (id int PRIMARY KEY, harbour int REFERENCES ok_harbours, of_ship int REFERENCES ships, ok_berth int REFERENCES ok_harbours, ok_a int, ok_b text, UNIQUE (id, ok_b),
	FOREIGN KEY (ok_a, ok_b) REFERENCES tugs (id, ok_b));
INSERT INTO tugs SELECT n, 1, n, 2 FROM generate_series(1, 2000) n;
CREATE INDEX ok_tugs_berth ON tugs (ok_berth) WHERE ok_berth IS NOT NULL;
CREATE INDEX ok_tugs_harbour ON tugs (harbour) WHERE of_ship IS NOT NULL;
CREATE INDEX ok_tugs_a ON tugs (ok_a);

CREATE INDEX ships_name ON ships (name);
CREATE INDEX ships_name_again ON ships (name);
CREATE INDEX ships_owner ON ships (owner);
CREATE INDEX ok_ships_owner_name ON ships (owner, name);
CREATE INDEX ok_ships_flag ON ships (flag);
CREATE INDEX ok_harbours_town ON ok_harbours (town);
CREATE INDEX idle_harbours_name ON ok_harbours (name);

CREATE TABLE keyless (at int, what text);
INSERT INTO keyless SELECT n, 'x' FROM generate_series(1, 3000) n;
CREATE TABLE nearly (at int NOT NULL, what text);
INSERT INTO nearly SELECT n, 'x' FROM generate_series(1, 3000) n;
CREATE UNIQUE INDEX nearly_at ON nearly (at);
CREATE TABLE ok_few (at int);

CREATE TABLE years (at int NOT NULL, n int, PRIMARY KEY (at, n)) PARTITION BY RANGE (at);
CREATE TABLE ok_years_1 PARTITION OF years FOR VALUES FROM (1) TO (2000);
CREATE TABLE ok_years_2 PARTITION OF years FOR VALUES FROM (2000) TO (9000);
INSERT INTO years SELECT n, n FROM generate_series(1, 5000) n;
CREATE TABLE ok_months (LIKE years INCLUDING ALL) PARTITION BY RANGE (at);
CREATE TABLE ok_months_1 PARTITION OF ok_months FOR VALUES FROM (1) TO (9000);
INSERT INTO ok_months SELECT * FROM years;
CREATE TABLE air (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO air SELECT n, n FROM generate_series(1, 500000) n;
CREATE TABLE ok_dense (id int PRIMARY KEY);
INSERT INTO ok_dense SELECT n FROM generate_series(1, 500000) n;

CREATE TABLE alone (id int PRIMARY KEY) WITH (autovacuum_enabled = false);
INSERT INTO alone SELECT n FROM generate_series(1, 3000) n;
CREATE SCHEMA "North Sea";
CREATE TABLE "North Sea"."Old" (id int PRIMARY KEY, n int);
CREATE TABLE dead (id int PRIMARY KEY, n int);
CREATE TABLE ok_dead (id int PRIMARY KEY, n int) WITH (autovacuum_vacuum_threshold = 40000);
INSERT INTO dead SELECT n, n FROM generate_series(1, 30000) n;
INSERT INTO ok_dead SELECT n, n FROM generate_series(1, 30000) n;
CREATE MATERIALIZED VIEW ok_flags AS SELECT flag, count(*) FROM ships GROUP BY flag;
CREATE VIEW ok_named AS SELECT name FROM ships;
-- then
ANALYZE ok_harbours; ANALYZE ships; ANALYZE tugs; ANALYZE ok_boats; ANALYZE keyless; ANALYZE nearly; ANALYZE dead; ANALYZE ok_dead; ANALYZE alone; ANALYZE ok_years_1; ANALYZE ok_years_2; ANALYZE ok_months
-- then
UPDATE dead SET n = n + 1; UPDATE ok_dead SET n = n + 1;
DELETE FROM air WHERE id % 6 > 0;
INSERT INTO "North Sea"."Old" SELECT n, n FROM generate_series(1, 1000) n;
-- then
ANALYZE dead; ANALYZE ok_dead
`

// TestTables examines a database with one fault of each kind, beside what is
// right.
func TestTables(t *testing.T) {
	s := start(t, "autovacuum = on", "autovacuum_naptime = '1h'", "log_min_duration_statement = 500", "track_io_timing = on", "random_page_cost = 1.1",
		"idle_in_transaction_session_timeout = '5min'", "shared_preload_libraries = 'pg_stat_statements'", "pg_stat_statements.max = 100", "max_prepared_transactions = 2",
		"wal_level = replica", "enable_seqscan = off")
	for part := range strings.SplitSeq(faults, "-- then") {
		s.fill(part)
	}
	admin := s.session("postgres", "")
	for _, sql := range []string{"VACUUM air", "VACUUM ANALYZE ok_dense", "ANALYZE air", "SELECT pg_create_physical_replication_slot('gull', true)"} {
		s.exec(admin, sql)
	}
	// The doubles make the first fail; the second is right.
	s.exec(admin, "CREATE INDEX CONCURRENTLY ok_keyless_at ON keyless (at)")
	if _, err := admin.Exec(t.Context(), "CREATE UNIQUE INDEX CONCURRENTLY keyless_what ON keyless (what)").ReadAll(); err == nil {
		t.Fatal("a unique index on doubles")
	}
	// Indexes that are right are read; and pg_stat_statements is filled.
	for _, sql := range []string{
		"SELECT count(*) FROM ships WHERE owner = 7 AND name = 'ship 7'", "SELECT count(*) FROM ships WHERE name = 'x'", "SELECT * FROM ok_harbours WHERE town = 'town 7'",
		"SELECT * FROM ships WHERE flag = 'flag 1'", "SELECT * FROM ships WHERE owner = 4", "SELECT * FROM ok_boats WHERE harbour = 4",
		"SELECT * FROM tugs WHERE harbour = 4 AND of_ship > 0", "SELECT * FROM tugs WHERE ok_berth = 4", "SELECT * FROM keyless WHERE at = 7", "SELECT * FROM nearly WHERE at = 7",
	} {
		s.exec(admin, sql)
	}
	for n := range 300 {
		s.exec(admin, "SELECT 1"+strings.Repeat(", 2", n+1))
	}
	for range 6 {
		s.exec(admin, "SELECT id FROM ok_dense WHERE id::text <> 'secret' ORDER BY md5(id::text) OFFSET 490000")
	}
	s.session("postgres", "BEGIN; SELECT txid_current(); PREPARE TRANSACTION 'tern'")
	s.session("postgres", "CREATE ROLE stranger LOGIN; CREATE ROLE reader LOGIN; GRANT pg_read_all_stats, pg_read_all_data TO reader")
	s.exec(admin, "SELECT pg_stat_clear_snapshot()")
	s.close(admin)

	d := s.examine("reader", time.Nanosecond)
	d.rows["held-back"] = bigger(d.rows["held-back"])
	later(d, "held-back")
	doc := d.Judge(nil)
	want := []string{
		"bloated-index air_pkey", "duplicate-index ships_name_again", "duplicate-index ships_owner", "foreign-key ships", "foreign-key tugs", "foreign-key tugs", "held-back gull", "held-back tern",
		"invalid-index keyless_what", "primary-key keyless", "primary-key nearly", "spills", `stale-statistics "North Sea"."Old"`, "stale-statistics years",
		"statements-full pg_stat_statements.max", "unused-index idle_harbours_name", "vacuum-behind alone", "vacuum-behind dead",
	}
	have := found(doc)
	for i := range have {
		if strings.HasPrefix(have[i], "spills") {
			have[i] = "spills"
		}
	}
	if !slices.Equal(have, want) {
		t.Errorf("have %q\nwant %q", have, want)
	}
	if len(doc.Silent) > 1 { // random-page-cost: no reads of a disk
		t.Errorf("silent: %+v", doc.Silent)
	}
	if f := of(doc, "foreign-key", "ships"); f != nil && (f.Severity != "warning" || f.Remedy != "CREATE INDEX CONCURRENTLY ON public.ships (harbour);") {
		t.Errorf("%+v", f)
	}

	// What is said to mend a fault does.
	mend := s.session("postgres", "")
	for _, check := range []string{"bloated-index", "duplicate-index", "foreign-key", "held-back", "stale-statistics", "unused-index", "vacuum-behind"} {
		for _, f := range doc.Findings {
			if f.Check != check {
				continue
			}
			for line := range strings.SplitSeq(f.Remedy, "\n") {
				s.exec(mend, line)
			}
		}
	}
	s.close(mend)
	again := found(s.examine("reader", time.Nanosecond).Judge(nil))
	for _, f := range again {
		if !slices.Contains([]string{"invalid-index", "primary-key", "statements-full", "spills"}, strings.Fields(f)[0]) {
			t.Errorf("after the remedies: %s", f)
		}
	}

	var out bytes.Buffer
	if err := doc.WriteText(&out); err != nil {
		t.Error(err)
	}
	text, _ := json.Marshal(doc)
	if strings.Contains(out.String()+string(text), "secret") {
		t.Error("a literal of a statement is shown")
	}
	out.Reset()
	if err := report.Write(&out, "html", doc.Report("test")); err != nil || !strings.Contains(out.String(), "REINDEX INDEX CONCURRENTLY public.air_pkey") || strings.Contains(out.String(), "not analysed") {
		t.Errorf("the page: %v", err)
	}

	// A role that may nothing hears what cannot be told, and no more.
	doc = s.examine("stranger", 0).Judge(nil)
	for _, check := range []string{"idle-in-transaction", "spills", "bloated-index", "unused-index"} {
		if !slices.ContainsFunc(doc.Silent, func(s Silence) bool { return s.Check == check }) && !(check == "bloated-index" && of(doc, check, "air_pkey") == nil) {
			t.Errorf("%s does not say that it cannot tell: %+v", check, doc.Silent)
		}
	}
}

// bigger has much of the log be kept by slots.
func bigger(rows []json.RawMessage) []json.RawMessage {
	for i := range rows {
		rows[i] = bytes.Replace(rows[i], []byte(`"bytes":`), []byte(`"bytes":9999`), 1)
	}
	return rows
}

// TestCode asks whether statements can use indexes.
func TestCode(t *testing.T) {
	s := start(t, "autovacuum = on", "autovacuum_naptime = '1h'")
	s.fill(faults[strings.Index(faults, "CREATE TABLE"):strings.Index(faults, "CREATE TABLE keyless")])
	d := s.examine("postgres", 0)
	code := new(Code)
	for _, sql := range []string{"SELECT id FROM ships WHERE owner = $1 AND name = $2", "SELECT id FROM ships WHERE name = $1", "SELECT id FROM ships WHERE flag = $1", "SELECT id FROM ok_harbours WHERE town = $1"} {
		code.Statements = append(code.Statements, indexadvice.Statement{Model: sqlmodel.Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, 0).Statements[0]})
		code.Texts = append(code.Texts, sql)
		code.Places = append(code.Places, report.Position{File: "port.go", Line: len(code.Texts)})
	}
	var have []string
	for _, f := range found(d.Judge(code)) {
		if strings.HasPrefix(f, "code-index") {
			have = append(have, f)
		}
	}
	// Counters are young: nothing is said by them alone.
	if want := []string{"code-index idle_harbours_name"}; !slices.Equal(have, want) {
		t.Errorf("have %q, want %q", have, want)
	}

	// Of what nothing has read the code rules a use out, or it does not.
	doc := s.examine("postgres", time.Nanosecond).Judge(code)
	if f := of(doc, "code-index", "idle_harbours_name"); f == nil || f.Severity != "warning" || of(doc, "unused-index", "idle_harbours_name") != nil {
		t.Errorf("%+v", f)
	}
	if f := of(doc, "unused-index", "ok_ships_flag"); f == nil || f.Severity != "info" {
		t.Errorf("%+v", f)
	}
}

// TestRandomPageCost: only what was measured tells a disk.
func TestRandomPageCost(t *testing.T) {
	for _, test := range []struct {
		name      string
		time      float64
		reads     float64
		cost      string
		says      int
		silent    int
		ioTimings string
	}{
		{"fast", 20_000, 200_000, "4", 1, 0, "on"},
		{"slow", 2_000_000, 200_000, "4", 0, 0, "on"},
		{"few", 10, 200, "4", 0, 1, "on"},
		{"not measured", 0, 200_000, "4", 0, 1, "off"},
		{"set", 20_000, 200_000, "1.1", 0, 0, "on"},
	} {
		d := &Database{Version: 150000, Settings: map[string]string{"random_page_cost": test.cost, "seq_page_cost": "1", "track_io_timing": test.ioTimings}, facts: facts{ReadTime: test.time, Reads: test.reads}}
		o := &outcome{doc: new(Document)}
		for _, c := range settingChecks {
			if c.Name == "random-page-cost" {
				c.judge(d, nil, o)
			}
		}
		if len(o.doc.Findings) != test.says || len(o.doc.Silent) != test.silent {
			t.Errorf("%s: %+v", test.name, o.doc)
		}
	}
}

// TestPools compares what the settings say with the server.
func TestPools(t *testing.T) {
	d := &Database{Version: 160000, Settings: map[string]string{"max_connections": "50", "superuser_reserved_connections": "3", "reserved_connections": "2"}}
	for _, test := range []struct {
		pool         config.Pool
		says, silent int
	}{
		{config.Pool{Replicas: 4, MaxConnections: 100, Reserved: 5}, 1, 0},
		{config.Pool{Replicas: 4, MaxConnections: 50, Reserved: 3}, 1, 0},
		{config.Pool{Replicas: 4, MaxConnections: 50, Reserved: 5}, 0, 0},
		{config.Pool{Replicas: 4, MaxConnections: 100, Pooler: "transaction"}, 0, 0},
		{config.Pool{}, 0, 1},
	} {
		o := &outcome{doc: new(Document)}
		for _, c := range codeChecks {
			if c.Name == "pools" {
				c.judge(d, &Code{Pool: test.pool}, o)
			}
		}
		if len(o.doc.Findings) != test.says || len(o.doc.Silent) != test.silent {
			t.Errorf("%+v: %+v", test.pool, o.doc)
		}
	}
}

// TestStandby: what counts on the primary is not asked of a standby.
func TestStandby(t *testing.T) {
	d := &Database{Version: 160004, facts: facts{Standby: true}, Settings: map[string]string{"autovacuum": "off"}}
	for _, c := range Checks {
		if c.Needs.primary != (d.lacks(c) == "this is a standby: ask the primary") {
			t.Errorf("%s on a standby: %q", c.Name, d.lacks(c))
		}
	}
	d = &Database{Version: 130004, facts: facts{Statements: "public"}}
	for _, c := range Checks {
		if c.Name == "statements-full" && d.lacks(c) != "PostgreSQL 13 does not tell, 14 does" {
			t.Errorf("%s on 13: %q", c.Name, d.lacks(c))
		}
	}
}
