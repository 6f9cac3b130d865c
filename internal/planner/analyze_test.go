//go:build unix

package planner

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/stats"
)

const kilns = `
CREATE TABLE kilns (id int PRIMARY KEY, yard int NOT NULL, state text NOT NULL);
CREATE TABLE log (what text);
CREATE FUNCTION noted(n int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT n $$;
CREATE FUNCTION plain(n int) RETURNS int LANGUAGE sql STABLE AS $$ SELECT n $$;
CREATE FUNCTION near(n int) RETURNS SETOF int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN QUERY SELECT n; END $$;
CREATE FUNCTION counted(n int) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 3 AS $$ BEGIN RETURN QUERY SELECT n; END $$;`

// TestAnalyze runs what may be run of a database whose statistics are of
// yesterday, and nothing else.
func TestAnalyze(t *testing.T) {
	ctx := context.Background()
	b := open(t, kilns)
	if err := b.app.exec(ctx, `INSERT INTO kilns SELECT n, n % 50, 'cold' FROM generate_series(1, 20000) n; ANALYZE kilns;
		INSERT INTO kilns SELECT n, 7, 'hot' FROM generate_series(20001, 60000) n`); err != nil {
		t.Fatal(err)
	}
	db, err := Dial(ctx, b.server.Conn("postgres"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		sql  string
		run  bool
		want string
	}{
		{"SELECT count(*) FROM kilns WHERE state = 'hot'", true, "estimate: expects 1 rows of kilns and finds 40,000 by state = 'hot': ANALYZE kilns tells it"},
		{"SELECT count(*) FROM kilns WHERE state = $1 AND yard <> 3", true, ""},
		{"SELECT count(*) FROM kilns WHERE plain(yard) = 3", true, ""},
		{"SELECT count(*) FROM kilns WHERE noted(yard) = 3", false, ""},
		{"SELECT count(*) FROM kilns WHERE yard * 2 = $1", false, ""},
		{"SELECT id FROM kilns WHERE state = 'hot' FOR UPDATE", false, ""},
		{"DELETE FROM kilns WHERE state = 'hot'", false, ""},
		{"WITH gone AS (DELETE FROM kilns WHERE state = 'hot' RETURNING id) SELECT count(*) FROM gone", false, ""},
	} {
		st, err := db.Prepare(ctx, c.sql, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.sql, err)
		}
		p, err := db.Explain(ctx, st)
		if err != nil {
			t.Fatalf("%s: %v", c.sql, err)
		}
		if st.Run != c.run || (p.Runs > 0) != c.run {
			t.Errorf("%s: to be run: %t; run %g times", c.sql, st.Run, p.Runs)
		}
		var got []string
		for _, f := range plans.Judge(p, db.Facts()) {
			if f.Kind == plans.Estimate {
				got = append(got, string(f.Kind)+": "+f.Message)
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.sql, got, c.want)
		}
	}
	if n, err := b.app.value(ctx, "SELECT count(*) FROM kilns"); err != nil || n != "60000" {
		t.Errorf("there are %s rows: %v", n, err)
	}
}

// TestReturning plans with what a function is said to return.
func TestReturning(t *testing.T) {
	ctx := context.Background()
	b := open(t, kilns)
	if _, err := b.Apply(ctx, &stats.File{Tables: []*stats.Table{{Schema: "public", Name: "kilns", Rows: 4e6}}}); err != nil {
		t.Fatal(err)
	}
	if facts := b.Facts(); !facts.Guessed("near") || facts.Guessed("counted") || facts.Guessed("plain") || facts.Guessed("generate_series") {
		t.Error("which functions nobody said the rows of")
	}
	st, err := b.Prepare(ctx, "SELECT k.state FROM near($1) AS n JOIN kilns k ON k.id = n", nil)
	if err != nil {
		t.Fatal(err)
	}
	before := explain(t, b, st.Text)
	var shapes []string
	for _, rows := range []int{5, 1_000_000} {
		p, err := b.ExplainReturning(ctx, st, "near", rows)
		if err != nil {
			t.Fatal(err)
		}
		shapes = append(shapes, p.Shape())
	}
	if after := explain(t, b, st.Text); after.Cost != before.Cost {
		t.Errorf("the function returns %g rows for good", after.Rows)
	}
	if !strings.Contains(shapes[0], "kilns_pkey") || slices.Equal(shapes[:1], shapes[1:]) {
		t.Errorf("plans are %q", shapes)
	}
}
