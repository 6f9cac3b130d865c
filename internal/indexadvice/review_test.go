package indexadvice

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

func TestReview(t *testing.T) {
	const ddl = `
CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, name text);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), author_id bigint REFERENCES users (id), at timestamptz, title text, state text);
CREATE INDEX a ON posts (user_id);
CREATE INDEX b ON posts (user_id, at);
CREATE INDEX c ON posts (user_id, at);
CREATE INDEX d ON posts (id, at);
CREATE INDEX e ON posts (title);
CREATE INDEX f ON posts (user_id) WHERE state = 'draft';
CREATE UNIQUE INDEX g ON posts (title, at);
CREATE INDEX h ON users (email);
CREATE INDEX i ON users (name DESC);
`
	got := doubts(t, ddl, "SELECT id FROM posts WHERE user_id = $1 AND state = 'draft'; SELECT id FROM users WHERE email = $1")
	want := []string{
		"duplicate h for users_email_key", "unused i",
		"redundant a for b", "duplicate c for b", "after-key d for posts_pkey", "redundant e for g",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestHeartbeat(t *testing.T) {
	const ddl = `
CREATE TABLE workers (id bigint PRIMARY KEY, hall int, seen timestamptz, done timestamptz, beats int, idle boolean, mode text);
CREATE INDEX w1 ON workers (seen);
CREATE INDEX w2 ON workers (hall, seen);
CREATE INDEX w3 ON workers (done);
CREATE INDEX w4 ON workers USING brin (seen);
CREATE INDEX w5 ON workers (hall);
`
	const reads = "SELECT id FROM workers WHERE seen < $1; SELECT id FROM workers WHERE hall = $1 ORDER BY seen LIMIT 1; SELECT id FROM workers WHERE done < $1 AND hall > $2;"
	tests := []struct {
		sql  string
		want []string
	}{
		{"UPDATE workers SET seen = now(), beats = beats + 1 WHERE id = $1", []string{"written w1", "written w2"}},
		{"UPDATE workers SET seen = CURRENT_TIMESTAMP WHERE id = $1", []string{"written w1", "written w2"}},
		{"UPDATE workers SET seen = now() WHERE hall = $1", nil},
		{"UPDATE workers SET seen = now(), hall = $2, beats = $3 WHERE id = $1", nil},
		{"UPDATE workers SET beats = 0 WHERE id = $1", nil},
		{"UPDATE workers SET seen = now(), idle = NOT idle WHERE id = $1", nil}, // an event
		{"UPDATE workers SET mode = $2, seen = now() WHERE id = $1", nil},
		{"UPDATE workers SET hall = $2, seen = now() WHERE id = $1", nil}, // w5 takes HOT from it anyway
	}
	for _, test := range tests {
		got := slices.DeleteFunc(doubts(t, ddl, reads+test.sql), func(s string) bool { return !strings.HasPrefix(s, "written") })
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.sql, got, test.want)
		}
	}
}

// doubts writes down what Review says of a schema.
func doubts(t *testing.T, ddl, sql string, unread ...string) []string {
	t.Helper()
	got := []string{}
	for _, d := range Review(schema.Parse("schema.sql", ddl), statements(t, sql), unread, Options{}) {
		text := string(d.Kind)
		if d.Index != nil {
			text += " " + d.Index.Name
		}
		if d.Key != nil {
			text += fmt.Sprint(" ", d.Key.Columns)
		}
		if d.Instead != nil && d.Instead.Name != "" {
			text += " for " + d.Instead.Name
		}
		got = append(got, text)
	}
	return got
}

// TestKeepsForeign: the index that a foreign key has is not doubted, also where
// it finds one of several columns only; one that lacks rows is not that index.
func TestKeepsForeign(t *testing.T) {
	const ddl = `
CREATE TABLE mills (id bigint PRIMARY KEY, kind text, UNIQUE (id, kind));
CREATE TABLE wheels (id bigint PRIMARY KEY, mill bigint, mill_kind text, river bigint REFERENCES mills, built date, FOREIGN KEY (mill, mill_kind) REFERENCES mills (id, kind));
CREATE INDEX of_two ON wheels (mill);
CREATE INDEX of_one ON wheels (river);
CREATE INDEX of_some ON wheels (river) WHERE built IS NOT NULL;
`
	if got, want := doubts(t, ddl, "SELECT built FROM wheels WHERE id = $1"), []string{"unused of_some"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestForeign asks which foreign keys without an index are told.
func TestForeign(t *testing.T) {
	const ddl = `
CREATE TABLE farms (id bigint PRIMARY KEY, code text UNIQUE, name text);
CREATE TABLE barns (id bigint PRIMARY KEY, farm_id bigint REFERENCES farms ON DELETE CASCADE, of text REFERENCES farms (code));
CREATE TABLE hens (id bigint PRIMARY KEY, barn_id bigint REFERENCES barns);
CREATE TABLE deeds (farm_id bigint PRIMARY KEY, code text, FOREIGN KEY (farm_id, code) REFERENCES farms (id, code));
`
	for _, c := range []struct {
		sql  string
		want []string
	}{
		{"SELECT name FROM farms", []string{}},
		{"UPDATE farms SET name = $1 WHERE id = $2", []string{}},
		{"UPDATE farms SET code = $1 WHERE id = $2", []string{"foreign-key [of]"}},
		{"DELETE FROM barns WHERE id = $1", []string{"foreign-key [barn_id]"}},
		{"DELETE FROM farms WHERE id = $1", []string{"foreign-key [farm_id]", "foreign-key [of]", "foreign-key [barn_id]"}},
	} {
		if got := doubts(t, ddl, c.sql); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.sql, got, c.want)
		}
	}
}

// TestUnread asks what is said of indexes if texts were not read.
func TestUnread(t *testing.T) {
	const ddl = `
CREATE TABLE crates (id bigint PRIMARY KEY, depot text NOT NULL, label text NOT NULL);
CREATE INDEX a ON crates (label);
CREATE TABLE pallets (id bigint PRIMARY KEY, depot text NOT NULL, label text NOT NULL);
CREATE INDEX b ON pallets (label);
CREATE VIEW stacked AS SELECT id, label FROM pallets;
CREATE VIEW tall AS SELECT * FROM stacked;
`
	const read = "SELECT id FROM crates WHERE depot = $1; SELECT id FROM pallets WHERE depot = $1"
	for _, c := range []struct {
		unread []string
		want   []string
	}{
		{nil, []string{"unused a", "unused b"}},
		{[]string{"Crates c"}, []string{"unused b"}},
		{[]string{"depot = ?", "SELECT * FROM pallets {where}"}, []string{"unused a"}},
		{[]string{"Label = ?"}, []string{}}, // of whichever table
		{[]string{"tall"}, []string{"unused a"}},
		{[]string{"crates_old"}, []string{"unused a", "unused b"}},
		{[]string{"{query}"}, []string{}},
		{[]string{""}, []string{}},
	} {
		if got := doubts(t, ddl, read, c.unread...); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.unread, got, c.want)
		}
	}
}

// TestRefresh asks that what a materialized view reads counts.
func TestRefresh(t *testing.T) {
	const ddl = "CREATE TABLE tolls (id bigint PRIMARY KEY, gate int, paid boolean); CREATE INDEX a ON tolls (gate); CREATE INDEX b ON tolls (paid);"
	const view = "CREATE MATERIALIZED VIEW north AS SELECT id FROM tolls WHERE gate = 1"
	if got, want := doubts(t, ddl+view, "SELECT paid FROM tolls WHERE id = $1"), []string{"unused b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTogether asks that what is said of one index holds when the others that
// are doubted are gone.
func TestTogether(t *testing.T) {
	for _, c := range []struct {
		ddl  string
		want []string
	}{
		// The front of another goes, so the other stays.
		{"CREATE INDEX a ON loads (van); CREATE INDEX b ON loads (van, day)", []string{"redundant a for b"}},
		// Each alone would keep the foreign key.
		{"CREATE INDEX a ON loads (van, day); CREATE INDEX b ON loads (van, id)", []string{"unused a"}},
	} {
		c.ddl = "CREATE TABLE vans (id bigint PRIMARY KEY); CREATE TABLE loads (id bigint PRIMARY KEY, van bigint REFERENCES vans, day date);" + c.ddl
		if got := doubts(t, c.ddl, "SELECT day FROM loads WHERE id = $1"); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.ddl, got, c.want)
		}
	}
}

// TestServing asks for no doubt about the one index that a query can use in
// some plan, and for one about an index that it cannot use: what EXPLAIN of
// PostgreSQL 15 says with enable_seqscan off, but where nothing is known.
func TestServing(t *testing.T) {
	const table = `CREATE TABLE finds (id bigint PRIMARY KEY, site int NOT NULL, depth int, era text, dug timestamptz, loan boolean, spot point,
		place geography(Point, 4326), tags text[], nums int[], notes jsonb, words tsvector, span tstzrange, addr inet, path ltree, vec vector(3));`
	for _, c := range []struct {
		index, query string
		served       bool
	}{
		{"(era)", "era = $1", true},
		{"(era)", "era <> $1", false},
		{"(era)", "era NOT IN ('a', 'b')", false},
		{"(era)", "lower(era) = $1", false},
		{"(era)", "era LIKE '%axe%'", false},
		{"(era)", "era LIKE $1", true}, // the value may fix how it starts, and the collation be C
		{"(era)", "site = 1 GROUP BY era", true},
		{"(era)", "site = 1 ORDER BY era", true},
		{"(lower(era))", "lower(era) = $1", true},
		{"(lower(era))", "era = $1", false},
		{"(loan)", "loan IS TRUE", true},
		{"(loan)", "NOT loan", true},
		{"(depth)", "depth > (SELECT max(f.site) FROM finds f)", true},
		{"(depth)", "CASE WHEN $1::bool THEN depth = $2 ELSE true END", true},
		{"(depth)", "CASE WHEN $1::bool THEN depth = $2 ELSE era = $3 END", true},
		{"(depth)", "($1::bool IS NULL OR depth = $2 OR site = $3)", true}, // with another for the site
		{"(depth)", "depth + 1 = $1", false},
		{"(site, depth)", "depth = $1", true}, // all of it, if the table is much larger
		{"(site, depth)", "era = $1 ORDER BY depth", false},
		{"(depth) WHERE era = 'iron'", "era = 'iron'", true},
		{"(depth) WHERE era = 'iron'", "era = 'bronze' AND depth = 1", false},
		{"(depth) WHERE era = 'iron'", "depth = 1", false},
		{"(depth) WHERE era = 'iron'", "era = $1 AND depth = 1", true}, // planned with the value
		{"(depth) WHERE loan", "loan = $1 AND depth = 1", true},
		{"USING gin (era gin_trgm_ops)", "era % $1", true},
		{"USING gin (era gin_trgm_ops)", "$1 <% era", true},
		{"USING gin (era gin_trgm_ops)", "era LIKE $1", true},
		{"USING gin (era gin_trgm_ops)", "era > $1", false},
		{"USING gist (era gist_trgm_ops)", "site = 1 ORDER BY $1 <-> era LIMIT 2", true},
		{"USING gin (era gin_trgm_ops)", "site = 1 ORDER BY $1 <-> era LIMIT 2", false},
		{"USING gist (spot)", "site = 1 ORDER BY spot <-> point($1, $2)", true},
		{"USING gist (spot)", "spot <@ box '((0,0),(1,1))'", true},
		{"USING gist (place)", "ST_DWithin(place, $1, 100)", true},
		{"USING gist (place)", "ST_Distance(place, $1) < 100", false},
		{"USING gin (tags)", "tags && $1", true},
		{"USING gin (tags)", "$1 <@ tags", true},
		{"USING gin (tags)", "$1 = ANY (tags)", false},
		{"USING gin (nums)", "nums <@ $1", true},
		{"USING gin (notes)", "notes ? 'a'", true},
		{"USING gin (notes jsonb_path_ops)", "notes ? 'a'", false},
		{"USING gin (notes jsonb_path_ops)", "notes @? '$.a'", true},
		{"USING gin (words)", "to_tsquery('a') @@ words", true},
		{"USING gist (span)", "$1::timestamptz <@ span", true},
		{"USING gist (span)", "span = $1", true},
		{"USING gist (addr inet_ops)", "addr << $1", true},
		{"USING gist (path)", "$1 @> path", true},
		{"USING brin (dug)", "dug BETWEEN $1 AND $2", true},
		{"USING brin (dug)", "dug IS DISTINCT FROM $1", true}, // not known: nothing is said
		{"USING hash (era)", "era = ANY ($1)", true},
		{"USING hash (era)", "era > $1", false},
		{"USING hnsw (vec vector_cosine_ops)", "site = 1 ORDER BY vec <=> $1 LIMIT 3", true},
	} {
		got := doubts(t, table+"CREATE INDEX x ON finds "+c.index, "SELECT id FROM finds WHERE "+c.query)
		if served := len(got) == 0; served != c.served {
			t.Errorf("index %s for %s: got %q", c.index, c.query, got)
		}
	}
}

// TestPartitions asks what is suggested and doubted where some partitions of a
// table have an index.
func TestPartitions(t *testing.T) {
	const ddl = `
CREATE TABLE tides (id bigint, port int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE tides_1 PARTITION OF tides FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
CREATE TABLE tides_2 PARTITION OF tides FOR VALUES FROM ('2025-07-01') TO ('2026-01-01') PARTITION BY LIST (port);
CREATE TABLE tides_2a PARTITION OF tides_2 FOR VALUES IN (1);
CREATE TABLE tides_2b (id bigint, port int NOT NULL, at date NOT NULL);
ALTER TABLE tides_2 ATTACH PARTITION tides_2b FOR VALUES IN (2);
CREATE INDEX a ON tides_1 (port);
CREATE INDEX b ON tides_2a (port);
`
	const sql = "SELECT at FROM tides WHERE port = $1"
	for _, c := range []struct{ more, want string }{
		{"", "CREATE INDEX tides_port_idx ON tides (port); DROP INDEX tides_port_idx"},
		{"CREATE INDEX c ON tides_2b (port)", ""},
		{"CREATE INDEX c ON tides_2b (port, at)", "CREATE INDEX tides_port_idx ON tides (port); DROP INDEX tides_port_idx"},
		{"CREATE INDEX c ON ONLY tides (port)", "CREATE INDEX tides_port_idx ON tides (port); DROP INDEX tides_port_idx"},
		{"CREATE INDEX c ON tides (port)", ""},
	} {
		s := schema.Parse("schema.sql", ddl+c.more)
		got := ""
		for _, x := range Advise(s, statements(t, sql), Options{}).Indexes {
			got += x.SQL() + "; " + x.Drop()
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.more, got, c.want)
		}
		if d := doubts(t, ddl+c.more, sql); len(d) > 0 {
			t.Errorf("%q: %q", c.more, d)
		}
	}
}
