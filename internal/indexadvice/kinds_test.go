package indexadvice

import (
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/schema"
)

const kindsSchema = `
CREATE TABLE patients (id bigint PRIMARY KEY, insurance_no text NOT NULL, phone text, practice_id bigint NOT NULL, nick text NOT NULL,
	UNIQUE (practice_id, nick));
CREATE TABLE documents (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients, title text, deleted_at timestamptz,
	uploaded_at timestamptz NOT NULL DEFAULT now(), size_bytes bigint NOT NULL);
CREATE TABLE invoices (id bigint PRIMARY KEY, patient_id bigint NOT NULL, memo text);
CREATE TABLE invoice_lines (invoice_id bigint NOT NULL REFERENCES invoices, line int NOT NULL, code text, PRIMARY KEY (invoice_id, line));
CREATE TABLE messages (id bigint PRIMARY KEY, state text NOT NULL, locked_at timestamptz, body text, external_id text NOT NULL DEFAULT '');
CREATE UNIQUE INDEX ON messages (external_id) WHERE external_id <> '';
CREATE TABLE jobs (id bigint PRIMARY KEY, state text NOT NULL, payload text, deleted_at timestamptz);
CREATE TABLE event_keys (external_id uuid PRIMARY KEY, event_id bigint NOT NULL, seen_at timestamptz NOT NULL);
CREATE TABLE event_rows (event_id bigint NOT NULL, seen_at timestamptz NOT NULL, payload jsonb);
CREATE TABLE measurements (id bigint PRIMARY KEY, "Device" int NOT NULL, at timestamptz NOT NULL, value double precision NOT NULL);
CREATE TABLE stamps (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES patients, hue text NOT NULL, pressed_at timestamptz NOT NULL);
CREATE INDEX ON stamps (patient_id);
CREATE TABLE pens (id bigint PRIMARY KEY, breed smallint, note text);
CREATE TABLE barns (id bigint PRIMARY KEY, valley_id bigint NOT NULL, built_at timestamptz NOT NULL, roof smallint NOT NULL, gear jsonb NOT NULL);
CREATE INDEX ON barns (valley_id, built_at DESC);
CREATE INDEX ON barns (roof);
CREATE INDEX ON barns ((gear ->> 'maker'));
CREATE TABLE goats (id bigint PRIMARY KEY, pen_id bigint NOT NULL REFERENCES pens, milk bigint NOT NULL);
`

// What one statement alone wants; "" for nothing.
func TestKinds(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"filter that a join begins with", "SELECT d.title FROM documents d JOIN patients p ON p.id = d.patient_id WHERE p.insurance_no = $1",
			"documents (patient_id); patients (insurance_no)"},
		{"the other side is joined by its key", "SELECT l.code FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id WHERE i.patient_id = $1",
			"invoices (patient_id)"},
		{"order of the side that does not decide", "SELECT d.title FROM patients p JOIN documents d ON d.patient_id = p.id WHERE p.phone = $1 ORDER BY d.uploaded_at DESC LIMIT 10",
			"documents (patient_id); patients (phone)"},
		{"purge by age", "DELETE FROM documents WHERE deleted_at < now() - interval '30 days'", "documents (deleted_at)"},
		{"the same read: half of the rows", "SELECT title FROM documents WHERE uploaded_at < now()", ""},
		{"a cast of a column", "SELECT title FROM documents WHERE size_bytes::text = $1", ""},
		{"what a parameter switches off, beside another", "SELECT title FROM documents WHERE patient_id = $1 AND ($2::text IS NULL OR title = $2)", "documents (patient_id)"},
		{"what a parameter switches off, alone", "SELECT id FROM documents WHERE $1::text IS NULL OR title = $1", "documents (title)"},
		{"what CASE switches off, beside another", "SELECT title FROM documents WHERE patient_id = $1 AND CASE WHEN $2::bool THEN title = $3 ELSE true END", "documents (patient_id)"},
		{"what CASE switches off, alone", "SELECT id FROM documents WHERE CASE WHEN $1::bool THEN title = $2 ELSE true END", "documents (title)"},
		{"what CASE always asks", "SELECT id FROM documents WHERE CASE WHEN $1::bool THEN title = $2 ELSE false END", "documents (title)"},
		{"what CASE asks by a kind", "SELECT id FROM patients WHERE CASE $1::text WHEN 'no' THEN insurance_no = $2 WHEN 'tel' THEN phone = $2 END", "patients (insurance_no); patients (phone)"},
		{"CASE of the row", "SELECT id FROM documents WHERE CASE WHEN size_bytes > 9 THEN title = $1 ELSE true END", ""},
		{"a null test that a parameter switches off", "SELECT body FROM messages WHERE ($1::bool IS NULL OR locked_at IS NULL) AND state = 'pending'", "messages (id) WHERE state = 'pending'"},
		{"a rare mark that a parameter switches off", "SELECT title FROM documents WHERE ($1::bool IS NULL OR deleted_at IS NOT NULL) AND patient_id = $2", "documents (patient_id)"},
		{"a rare mark that a parameter switches off, beside a state", "SELECT payload FROM jobs WHERE ($1::bool IS NULL OR deleted_at IS NOT NULL) AND state = 'pending'", "jobs (id) WHERE state = 'pending'"},
		{"range of a state", "SELECT body FROM messages WHERE state = 'sending' AND locked_at < now() - interval '1 hour'", "messages (locked_at) WHERE state = 'sending'"},
		{"a unique key in another form", "SELECT id FROM patients WHERE practice_id = $1 AND lower(nick) = lower($2)", ""},
		{"a unique key, of which values are listed", "SELECT body FROM messages WHERE id = ANY($1) AND state = 'pending'", ""},
		{"a value that the predicate does not exclude", "SELECT id FROM messages WHERE external_id = $1", ""},
		{"rows joined to rows", "SELECT r.payload FROM event_keys k JOIN event_rows r ON (k.event_id, k.seen_at) = (r.event_id, r.seen_at) WHERE k.external_id = $1",
			"event_rows (seen_at)"},
		{"many rows of which two columns are read", `SELECT "Device", sum(value) FROM measurements WHERE at > $1 GROUP BY 1`,
			`measurements (at) INCLUDE ("Device", value)`},
		{"all columns are read", "SELECT * FROM measurements WHERE at > $1", "measurements (at)"},
		{"a range and its order, beside filters that can be off", "SELECT d.title, p.nick FROM documents d JOIN patients p ON p.id = d.patient_id WHERE d.uploaded_at >= $1 AND d.uploaded_at < $2 AND (p.phone = $3 OR $3 IS NULL) AND (p.insurance_no = $4 OR $4 IS NULL) ORDER BY d.uploaded_at DESC LIMIT $5",
			"documents (uploaded_at)"},
		{"what is computed of the first", "SELECT extract(year FROM max(uploaded_at)) - 1 FROM documents", "documents (uploaded_at)"},
		{"the first beside a count", "SELECT date_trunc('day', max(uploaded_at)), count(*) FROM documents", ""},
		{"a rare word at the end of a name", "SELECT count(*) FROM messages WHERE state = 'relay_failed' AND locked_at IS NULL", "messages (id) WHERE state = 'relay_failed' AND locked_at IS NULL"},
		{"a word that is taken back", "SELECT count(*) FROM messages WHERE state = 'not_failed' AND body IS NULL", ""},
		{"an expression of few values", "SELECT sum(g.milk) FROM goats g JOIN pens p ON p.id = g.pen_id WHERE coalesce(p.breed, 0) <> 9 AND coalesce(p.breed, 0) = $1", "goats (pen_id) INCLUDE (milk)"},
		{"the order of few rows that an index finds", "SELECT id FROM stamps WHERE patient_id = $1 ORDER BY pressed_at DESC LIMIT 1", ""},
		{"the order of many rows", "SELECT id FROM stamps WHERE hue <> $1 ORDER BY pressed_at DESC LIMIT 1", "stamps (pressed_at)"},
		{"an order whose ties alone are left to sort", "SELECT id FROM barns WHERE valley_id = $1 ORDER BY built_at DESC, id DESC LIMIT 50 OFFSET $2", ""},
		{"an order whose ties are many", "SELECT id FROM barns ORDER BY roof, built_at LIMIT 20", "barns (roof, built_at)"},
		{"the last of each of a list", "SELECT b.id FROM unnest($1::bigint[]) AS u (v) CROSS JOIN LATERAL (SELECT id FROM barns WHERE valley_id = u.v ORDER BY built_at DESC LIMIT 1) b", ""},
		{"the last of each of a list, by the list's name", "SELECT b.id FROM unnest($1::bigint[]) AS v, LATERAL (SELECT id FROM barns WHERE valley_id = v ORDER BY built_at DESC LIMIT 1) b", ""},
		{"the last of each of a list, without an index", "SELECT b.id FROM unnest($1::bigint[]) AS u (h) CROSS JOIN LATERAL (SELECT id FROM barns WHERE roof = u.h ORDER BY built_at DESC LIMIT 1) b", "barns (roof, built_at)"},
		{"the order of what an expression's index finds", "SELECT id FROM barns WHERE (gear->>'maker') = $1 ORDER BY id LIMIT 20", ""},
		{"derived relations of one row", "SELECT 1 FROM (SELECT max(id) AS m FROM messages) a CROSS JOIN (SELECT count(*) AS n FROM documents WHERE title = $1) b", "documents (title)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := schema.Parse("schema.sql", kindsSchema)
			st := parseOne(c.sql)
			if st == nil {
				t.Fatal("does not parse")
			}
			var got []string
			for _, x := range Advise(s, []Statement{{Model: st}}, Options{}).Indexes {
				got = append(got, x.Definition())
			}
			slices.Sort(got)
			if have := strings.Join(got, "; "); have != c.want {
				t.Errorf("%s\nhave %s\nwant %s", c.sql, have, c.want)
			}
		})
	}
}

// A row that its key finds is no reason for an index, nor served by one that is
// there for another statement.
// TestOperators asks for the index that answers an operator of another kind
// than those of a B-tree; "" where none is known.
func TestOperators(t *testing.T) {
	const ddl = `CREATE TABLE wrecks (id bigint PRIMARY KEY, name text NOT NULL, spot geometry(Point, 4326), place point, path ltree, gear hstore,
		span tstzrange, addr inet, holds int[], log jsonb, words tsvector);`
	for where, want := range map[string]string{
		"name % $1":                   "wrecks USING gin (name gin_trgm_ops)",
		"$1 <% name":                  "wrecks USING gin (name gin_trgm_ops)",
		"ST_DWithin(spot, $1, 5)":     "wrecks USING gist (spot)",
		"ST_Contains($1, spot)":       "wrecks USING gist (spot)",
		"$1 && spot":                  "wrecks USING gist (spot)",
		"place <@ circle '((0,0),1)'": "wrecks USING gist (place)",
		"$1 @> path":                  "wrecks USING gist (path)",
		"gear ? 'net'":                "wrecks USING gin (gear)",
		"$1::timestamptz <@ span":     "wrecks USING gist (span)",
		"span -|- $1":                 "wrecks USING gist (span)",
		"holds && $1":                 "wrecks USING gin (holds)",
		"log @? '$.a'":                "wrecks USING gin (log jsonb_path_ops)",
		"to_tsquery($1) @@ words":     "wrecks USING gin (words)",
		"to_tsvector('simple', name) @@ to_tsquery($1)": "wrecks USING gin (to_tsvector('simple', name))",
		"holds <@ $1":        "",
		"name <=> $1":        "",
		"ST_Area(spot) > $1": "",
	} {
		var got []string
		for _, x := range Advise(schema.Parse("schema.sql", ddl), statements(t, "SELECT id FROM wrecks WHERE "+where), Options{}).Indexes {
			got = append(got, x.Definition())
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: got %q, want %q", where, s, want)
		}
	}
}

// TestOneOrder asks that of equalities in any order those stand in front that
// another statement asks for alone.
func TestOneOrder(t *testing.T) {
	const ddl = `CREATE TABLE seals (id bigint PRIMARY KEY, bay_id bigint NOT NULL, tag_id bigint NOT NULL, sex text);`
	for _, c := range []struct{ sql, want string }{
		{"SELECT sex FROM seals WHERE bay_id = $1 AND tag_id = $2; SELECT sex FROM seals WHERE tag_id = $1", "seals (tag_id, bay_id)"},
		{"SELECT sex FROM seals WHERE tag_id = $1 AND bay_id = $2; SELECT sex FROM seals WHERE bay_id = $1", "seals (bay_id, tag_id)"},
	} {
		var got []string
		for _, x := range Advise(schema.Parse("schema.sql", ddl), statements(t, c.sql), Options{}).Indexes {
			got = append(got, x.Definition())
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.sql, s, c.want)
		}
	}
}

func TestFoundByKey(t *testing.T) {
	s := schema.Parse("schema.sql", `
		CREATE TABLE labels (id bigint PRIMARY KEY);
		CREATE TABLE marks (item_id bigint NOT NULL, label_id bigint NOT NULL REFERENCES labels, value_id bigint NOT NULL, PRIMARY KEY (item_id, label_id));`)
	list := Advise(s, statements(t, `SELECT value_id FROM marks WHERE item_id = $1 AND label_id = $2; DELETE FROM labels WHERE id = $1`), Options{}).Indexes
	if len(list) != 1 || list[0].Definition() != "marks (label_id)" || len(list[0].Serves) != 1 || !list[0].Serves[0].ForeignKey {
		t.Errorf("have %v", list)
	}
}

const servedSchema = `
CREATE TABLE owners (id bigint PRIMARY KEY, badge text NOT NULL);
CREATE TABLE boats (id bigint PRIMARY KEY, owner_id bigint NOT NULL REFERENCES owners, moored boolean NOT NULL DEFAULT false, hull text, claim_key text NOT NULL,
	draft_m int NOT NULL, launched date NOT NULL);
CREATE INDEX ON boats (owner_id);
CREATE INDEX ON boats (claim_key);
CREATE TABLE berths (pier text NOT NULL, place int NOT NULL, boat_id bigint REFERENCES boats, note text, PRIMARY KEY (pier, place));
`

// An index that finds few rows by equality is enough, and nothing is added to
// it; what it does not find, or only by a range, still wants one.
func TestServed(t *testing.T) {
	s := schema.Parse("schema.sql", servedSchema)
	for _, c := range []struct{ sql, want string }{
		{"SELECT hull FROM boats WHERE owner_id = $1 AND hull = $2", ""},
		{"SELECT hull FROM boats WHERE owner_id = $1 ORDER BY launched DESC LIMIT 5", ""},
		{"SELECT hull FROM boats WHERE owner_id = $1 AND moored", ""},
		{"SELECT hull FROM boats WHERE id = ANY($1) AND moored", ""},
		{"SELECT hull FROM boats WHERE claim_key = $1 AND owner_id = $2 AND launched > $3", ""},
		{"SELECT b.note FROM boats x JOIN berths b ON b.boat_id = x.id WHERE x.id = $1 AND x.moored", "berths (boat_id)"},
		{"SELECT hull FROM boats WHERE hull = $1", "boats (hull)"},
		{"SELECT hull FROM boats WHERE hull = $1 AND id > $2 ORDER BY id LIMIT 20", "boats (hull, id)"},
		{"SELECT hull FROM boats WHERE ($2::bigint IS NULL OR owner_id = $2) AND hull = $1", "boats (hull)"},
	} {
		var got []string
		for _, x := range Advise(s, statements(t, c.sql), Options{}).Indexes {
			got = append(got, x.Definition())
		}
		if list := strings.Join(got, "; "); list != c.want {
			t.Errorf("%s\nwant %q\nhave %q", c.sql, c.want, list)
		}
	}
}

// Of a statement that is built with or without some conditions, the index is
// for those that are always there.
func TestVariants(t *testing.T) {
	s := schema.Parse("schema.sql", servedSchema)
	const sql = `SELECT note FROM berths WHERE boat_id = $1; SELECT note FROM berths WHERE boat_id = $1 AND note = $2;
		SELECT note FROM berths WHERE boat_id = $1 AND note = $2 AND place > $3; SELECT note FROM berths WHERE boat_id = $1 AND place > $3`
	for call, want := range map[any]string{"list": "berths (boat_id)", nil: "berths (boat_id, note, place)"} {
		list := statements(t, sql)
		for i := range list {
			list[i].Call = call
		}
		var got []string
		for _, x := range Advise(s, list, Options{}).Indexes {
			got = append(got, x.Definition())
		}
		slices.Sort(got)
		if have := strings.Join(got, "; "); have != want {
			t.Errorf("call %v: want %q, have %q", call, want, have)
		}
	}
}

// What the program inserts is the default that counts.
func TestInsertedFlag(t *testing.T) {
	s := schema.Parse("schema.sql", servedSchema)
	for insert, want := range map[string]string{
		"INSERT INTO boats (id, moored) VALUES ($1, true); ":  "boats (launched)",
		"INSERT INTO boats (id, moored) VALUES ($1, false); ": "boats (launched) WHERE moored",
		"": "boats (launched) WHERE moored",
	} {
		list := Advise(s, statements(t, insert+"SELECT id FROM boats WHERE moored AND launched < $1"), Options{}).Indexes
		have := ""
		if len(list) > 0 {
			have = list[0].Definition()
		}
		if have != want {
			t.Errorf("%q: want %q, have %q", insert, want, have)
		}
	}
}
