package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
)

// needServer skips the test where there is no PostgreSQL with HypoPG.
func needServer(t *testing.T) {
	found, err := filepath.Glob("/usr/share/postgresql/*/extension/hypopg.control")
	if err != nil || len(found) == 0 {
		t.Skip("no HypoPG: apt-get install postgresql-15-hypopg")
	}
}

const (
	shopSchema = `
BEGIN;
CREATE TABLE orders (id bigserial PRIMARY KEY, user_id bigint NOT NULL, state text NOT NULL, created_at timestamptz NOT NULL,
	FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX orders_user ON orders (user_id);
CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, nick text);
COMMIT;`
	shopQueries = `
-- name: ByUser
SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT $2;
-- name: Nick
SELECT id FROM users WHERE nick = @nick;
-- name: Email
SELECT id FROM users WHERE email = $1;
-- name: Drop
DELETE FROM users WHERE id = $1;
-- name: Broken
SELECT nothing FROM users;`
	shopRows = "users 20000\norders 50000\n"
)

// shop makes a workload and a server.
func shop(t *testing.T) *bench {
	needServer(t)
	o := options{workloads: t.TempDir(), fixtures: t.TempDir(), details: 3, sqlvet: filepath.Join(t.TempDir(), "sqlvet")}
	if out, err := exec.Command("go", "build", "-C", "../..", "-o", o.sqlvet, "./cmd/sqlvet").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Mkdir(o.dir("shop"), 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{"schema.sql": shopSchema, "queries.sql": shopQueries, "rows.txt": shopRows} {
		if err := os.WriteFile(o.path("shop", file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	srv, err := startServer(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Stop(); err != nil {
			t.Error(err)
		}
	})
	return &bench{options: o, server: srv}
}

// TestShop goes the whole way on a small workload: tables in the wrong order,
// a maintainers' index to set aside, a statement that cannot be planned, the
// implied work of a foreign key.
func TestShop(t *testing.T) {
	b := shop(t)
	ctx := context.Background()
	if err := searchBest(ctx, b, "shop"); err != nil {
		t.Fatal(err)
	}
	if err := evaluate(ctx, b, "shop"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(b.path("shop", "human.sql")); err != nil || !strings.Contains(string(got), "orders_user") {
		t.Errorf("human.sql: %q, %v", got, err)
	}
	out := b.out.String()
	if !strings.Contains(out, "## shop: 5 queries (1 not plannable), 3 improvable") {
		t.Errorf("the table is\n%s", out)
	}
	figures := map[string]score.Figures{}
	for _, r := range b.rows {
		figures[r.tool] = r.Figures
	}
	if f := figures[best]; f.Q < 0.99 || f.Unused != 0 {
		t.Errorf("the search found %+v", f)
	}
	if f := figures["single"]; f.Q < 0.9 || f.Indexes != 2 { // user_id and nick; email and id have keys
		t.Errorf("single: %+v", f)
	}
	if f := figures["human"]; f.Q < 0.4 || f.Q > 0.7 { // nick is missing
		t.Errorf("human: %+v", f)
	}
	if f := figures["sqlvet"]; f.Q < 0.9 || f.Refused != 0 {
		t.Errorf("sqlvet: %+v", f)
	}
}

// TestMeasure builds indexes of every kind, one that is refused among them,
// and leaves nothing behind.
func TestMeasure(t *testing.T) {
	b := shop(t)
	ctx := context.Background()
	p, err := b.prepare(ctx, "shop", true)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	list, refused := score.Parse(p.Catalog, `
		CREATE INDEX CONCURRENTLY ON users (nick) INCLUDE (id);
		CREATE INDEX ON orders (user_id, created_at DESC);
		CREATE INDEX ON users USING gin (nick gin_trgm_ops);
		CREATE INDEX ON users (nosuch);
		CREATE INDEX ON orders (state) WHERE state = 'x'`)
	if len(list) != 5 || len(refused) != 0 {
		t.Fatalf("parsed %v, refused %v", list, refused)
	}
	before, err := p.Strings("SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	m, err := score.Measure(p.Session, p.good, "test", list)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Built) != 4 || len(m.Refused) != 1 || !strings.Contains(m.Refused[0], "nosuch") {
		t.Errorf("built %d, refused %q", len(m.Built), m.Refused)
	}
	for i, want := range []string{"Nick", "ByUser"} {
		if got := m.Built[i].UsedBy; len(got) == 0 || got[0] != want {
			t.Errorf("%s is used by %q", m.Built[i].Def, got)
		}
	}
	after, err := p.Strings("SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'")
	if err != nil || len(after) != len(before) {
		t.Errorf("indexes %q, before %q, %v", after, before, err)
	}
}

// TestHypothetical asks for the cost with and without an index that is not
// built, of a statement with parameters: its plan must not be kept.
func TestHypothetical(t *testing.T) {
	b := shop(t)
	s, err := b.loaded(context.Background(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	q, err := s.Prepare("q", "SELECT id FROM users WHERE nick = $1 OR nick = lower($2)")
	if err != nil {
		t.Fatal(err)
	}
	x := planner.Plain("users", "nick")
	without, err1 := s.Cost(q, nil)
	with, err2 := s.Cost(q, []planner.Index{x})
	if err1 != nil || err2 != nil || with.Cost > without.Cost/2 || len(with.Defs) != 1 || with.Defs[0] != x.Def || s.Size(x) == 0 {
		t.Errorf("without %+v %v, with %+v %v", without, err1, with, err2)
	}
}
