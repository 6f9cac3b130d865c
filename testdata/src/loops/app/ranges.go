package app

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Ranges over data and over constants.

func (s *Store) rangeSlice(users []User) error {
	for _, u := range users {
		if _, err := s.db.Exec("UPDATE users SET name = $1 WHERE id = $2", u.Name, u.ID); err != nil { // loop: Range Data | yes
			return err
		}
	}
	return nil
}

func (s *Store) rangeIndex(users []User) {
	for i := range users {
		s.db.Exec("UPDATE users SET name = $1 WHERE id = $2", users[i].Name, users[i].ID) // loop: Range Data | yes
	}
}

func (s *Store) rangeMap(m map[string]int64) {
	for name := range m {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", name) // loop: RangeMap Data | yes
	}
}

func (s *Store) rangeKeys(m map[string]int64) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", m[name]) // loop: Range Data | yes
	}
}

func (s *Store) rangeArray(pair [2]int64) {
	for _, id := range pair {
		s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Constant | yes
	}
}

func (s *Store) rangeLiteral() {
	for _, view := range []string{"a", "b", "c"} {
		s.db.Exec("INSERT INTO refreshed (name) VALUES ($1)", view) // loop: Range Constant | yes
	}
}

func (s *Store) rangeLocalTable(extra bool) {
	views := []string{"a", "b"}
	if extra {
		views = append(views, "c")
	}
	for _, view := range views {
		s.db.Exec("INSERT INTO refreshed (name) VALUES ($1)", view) // loop: Range Constant | yes
	}
}

func (s *Store) rangeGrown(users []User) {
	names := []string{"admin"}
	for _, u := range users {
		names = append(names, u.Name)
	}
	for _, n := range names {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", n) // loop: Range Data | yes
	}
}

func (s *Store) rangeSpread(rest []string) {
	names := append([]string{"admin"}, rest...)
	for _, n := range names {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", n) // loop: Range Data | yes
	}
}

func (s *Store) rangeSetOfData(users []User) {
	seen := map[int64]bool{}
	for _, u := range users {
		seen[u.TeamID] = true
	}
	for team := range seen {
		s.db.Exec("DELETE FROM teams WHERE id = $1", team) // loop: RangeMap Data | yes
	}
}

var views = []string{"a", "b"}

var plugins []string

func Register(p string) { plugins = append(plugins, p) }

func (s *Store) rangeTable() {
	for _, v := range views {
		s.db.Exec("INSERT INTO refreshed (name) VALUES ($1)", v) // loop: Range Constant | yes
	}
}

func (s *Store) rangeRegistered() {
	for _, p := range plugins {
		s.db.Exec("INSERT INTO plugins (name) VALUES ($1)", p) // loop: Range Data | yes
	}
}

type column struct {
	table string
	names []string
}

var columns = []column{{"a", []string{"x", "y"}}, {"b", nil}}

func (s *Store) rangeTableOfTables() {
	for _, c := range columns {
		for _, n := range c.names {
			s.db.Exec("INSERT INTO columns (t, n) VALUES ($1, $2)", c.table, n) // loop: Range Constant; Range Constant | yes; yes
		}
	}
}

type Kind string

func AllKinds() []Kind { return []Kind{"x", "y"} }

func loadKinds() []Kind { return kindsOf(1) }

func kindsOf(n int) []Kind { return make([]Kind, n) }

func (s *Store) rangeEnum() {
	for _, k := range AllKinds() {
		s.db.Exec("SELECT count(*) FROM t WHERE kind = $1", string(k)) // loop: Range Constant | yes
	}
}

func (s *Store) rangeLoaded() {
	for _, k := range loadKinds() {
		s.db.Exec("SELECT count(*) FROM t WHERE kind = $1", string(k)) // loop: Range Data | yes
	}
}

func (s *Store) rangeParts(input string) {
	for _, p := range strings.Split(input, ",") {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", p) // loop: Range Data | yes
	}
	for _, p := range strings.Split("a,b", ",") {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", p) // loop: Range Constant | yes
	}
}

func (s *Store) rangeInt(n int) {
	for i := range n {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", i) // loop: RangeInt Data | yes
	}
	for i := range 3 {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", i) // loop: RangeInt Constant | yes
	}
}

func (s *Store) users() iter.Seq[User] { return nil }

func (s *Store) userChunks(n int) iter.Seq[[]User] { return nil }

func (s *Store) rangeFunc() {
	for u := range s.users() {
		s.db.Exec("DELETE FROM t WHERE id = $1", u.ID) // loop: RangeFunc Data | yes
	}
	for chunk := range s.userChunks(100) {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", chunk) // loop: RangeFunc Batch | yes
	}
}

func (s *Store) rangeChunk(ids []int64) {
	for batch := range slices.Chunk(ids, 500) {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", batch) // loop: RangeFunc Batch | yes
	}
}

func splitInBatches(ids []int64, n int) (out [][]int64) {
	for len(ids) > n {
		out, ids = append(out, ids[:n]), ids[n:]
	}
	return append(out, ids)
}

func groupsOf(ids []int64) [][]int64 {
	lists := make([][]int64, len(ids))
	for _, id := range ids {
		lists[id] = append(lists[id], id)
	}
	return lists
}

func (s *Store) rangeOwnChunks(ids []int64) {
	batches := splitInBatches(ids, 500)
	for _, b := range batches {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", b) // loop: Range Batch | yes
	}
	for _, g := range groupsOf(ids) {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", g) // loop: Range Data | yes
	}
}

// A row of each batch is data again.
func (s *Store) chunkThenRow(ids []int64) {
	for batch := range slices.Chunk(ids, 500) {
		for _, id := range batch {
			s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Data; RangeFunc Batch | yes; yes
		}
	}
}

// Headers are not bodies.
func (s *Store) header() error {
	for _, u := range query(s.db.Query("SELECT id FROM users")) { // loop: none
		_ = u
	}
	for rows, err := s.db.Query("SELECT id FROM users"); err == nil && rows.Next(); { // loop: none
		var id int64
		rows.Scan(&id)
	}
	return nil
}

func query(*sql.Rows, error) []User { return nil }

// Shards, tenants: one iteration per database.
func (s *Store) overShards(id int64) {
	for _, db := range s.shards {
		db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Handles | handle
	}
}

func (s *Store) overPools(pools map[string]*sql.DB) {
	for name, db := range pools {
		db.Exec("DELETE FROM t WHERE name = $1", name) // loop: RangeMap Handles | handle
	}
}

type tenant struct {
	id int64
	db *sql.DB
}

func (s *Store) overTenants(tenants []tenant) {
	for _, t := range tenants {
		t.db.Exec("DELETE FROM t") // loop: Range Data | handle
	}
	for _, t := range tenants {
		s.db.Exec("DELETE FROM t WHERE tenant = $1", t.id) // loop: Range Data | yes
	}
}

func (s *Store) open(name string) *sql.DB { return nil }

func (s *Store) overNames(names []string) {
	for _, n := range names {
		db := s.open(n)
		db.Exec("VACUUM") // loop: Range Data | handle
	}
	for _, n := range names {
		tx, err := s.db.Begin() // loop: Range Data | no
		if err != nil {
			return
		}
		tx.Exec("INSERT INTO t (n) VALUES ($1)", n) // loop: Range Data | yes
		tx.Commit()                                 // loop: Range Data | no
	}
}

// Migrations.

type Migration struct {
	Name string
	SQL  string
	Up   func(*sql.Tx) error
}

func (s *Store) migrate(list []Migration) {
	for _, m := range list {
		s.db.Exec("INSERT INTO migrations (name) VALUES ($1)", m.Name) // loop: Range Migrations | yes
	}
}

var steps = [...]func(tx *sql.Tx) error{nil, nil}

func (s *Store) migrateTable(current int) {
	for v := current; v < len(steps); v++ {
		tx, _ := s.db.Begin() // loop: For Migrations | no
		steps[v](tx)
		tx.Exec("INSERT INTO versions (v) VALUES ($1)", v) // loop: For Migrations | yes
	}
}

func (s *Store) runScript(script string) {
	for _, stmt := range strings.Split(script, ";") {
		stmt := strings.TrimSpace(stmt)
		s.db.Exec(stmt) // loop: Range Migrations | yes
	}
}

func (s *Store) notAScript(tables []string) {
	for _, t := range tables {
		s.db.Exec(fmt.Sprintf("DELETE FROM %s", t)) // loop: Range Data | yes
	}
}

// Only for elements that equal a constant.

func (s *Store) updateMask(paths []string, u User) {
	for _, path := range paths {
		switch path {
		case "name":
			s.db.Exec("UPDATE users SET name = $1 WHERE id = $2", u.Name, u.ID) // loop: Range Dispatch | no
		case "team":
			s.db.Exec("UPDATE users SET team = $1 WHERE id = $2", u.TeamID, u.ID) // loop: Range Dispatch | no
		default:
			s.db.Exec("UPDATE users SET other = $1 WHERE id = $2", path, u.ID) // loop: Range Data | yes
		}
	}
}

func (s *Store) updateMaskIf(paths []string, u User) {
	for _, path := range paths {
		if path == "name" || path == "title" {
			s.db.Exec("UPDATE users SET name = $1", u.Name) // loop: Range Dispatch | no
		} else if path != "id" {
			s.db.Exec("UPDATE users SET x = $1", path) // loop: Range Data | yes
		}
	}
}

func (s *Store) byField(users []User) {
	for _, u := range users {
		if u.Name == "admin" {
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
		}
	}
}

// Channels.

func (s *Store) consume() {
	for u := range s.queue {
		s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: RangeChan Worker | yes
	}
}

func (s *Store) ticking() {
	for range time.NewTicker(time.Second).C {
		s.db.Exec("REFRESH MATERIALIZED VIEW v") // loop: RangeChan Poll | no
	}
}

func (s *Store) fanOut(users []User) {
	jobs := make(chan User)
	for range 4 {
		go func() {
			for u := range jobs {
				s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: RangeChan Data; RangeInt Constant async | yes; no
			}
		}()
	}
	for _, u := range users {
		jobs <- u
	}
}

// One of several results is a collection as well.
func (s *Store) rangeParsed(r []byte) error {
	users, err := parse(r)
	if err != nil {
		return err
	}
	for _, u := range users {
		s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
	}
	return nil
}

func parse([]byte) ([]User, error) { return nil, nil }

type migFunc struct {
	version string
	fn      func(*sql.DB) error
}

type checkFunc struct {
	name string
	fn   func(*sql.DB) error
}

func (s *Store) migrateFuncs(pending []migFunc, checks []checkFunc) {
	for _, m := range pending {
		m.fn(s.db)
		s.db.Exec("INSERT INTO versions (v) VALUES ($1)", m.version) // loop: Range Migrations | yes
	}
	for _, c := range checks {
		s.db.Exec("INSERT INTO checks (n) VALUES ($1)", c.name) // loop: Range Migrations | yes
	}
}

func (s *Store) dealt(users []User, size int) {
	groups := make([][]int64, len(users)/size+1)
	for i, u := range users {
		groups[i/size] = append(groups[i/size], u.ID)
	}
	for _, g := range groups {
		s.db.Exec("DELETE FROM users WHERE id = ANY($1)", g) // loop: Range Batch | yes
	}
	byTeam := make([][]int64, len(users))
	for _, u := range users {
		byTeam[u.TeamID] = append(byTeam[u.TeamID], u.ID)
	}
	for _, g := range byTeam {
		s.db.Exec("DELETE FROM users WHERE id = ANY($1)", g) // loop: Range Data | yes
	}
}

// Queries of generated code, and repositories behind an interface: shards.

type dbtx interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

type queries struct{ db dbtx }

func (q *queries) user(id int64) *sql.Row {
	return q.db.QueryRowContext(ctx, "SELECT id FROM users WHERE id = $1", id) // loop: none
}

type querier interface{ user(id int64) *sql.Row }

type row interface{ load() *sql.Row }

type record struct {
	db dbtx
	id int64
}

func (r *record) load() *sql.Row {
	return r.db.QueryRowContext(ctx, "SELECT id FROM users WHERE id = $1", r.id) // loop: none
}

func (s *Store) overQueries(shards []*queries, hidden []querier, rows []row, id int64) {
	for _, q := range shards {
		q.db.ExecContext(ctx, "DELETE FROM users WHERE id = $1", id) // loop: Range Handles | handle
	}
	for _, q := range hidden {
		q.user(id)
		s.db.Exec("INSERT INTO log VALUES ($1)", id) // loop: Range Handles | no
	}
	for _, r := range rows {
		r.load()
		s.db.Exec("INSERT INTO log VALUES ($1)", id) // loop: Range Data | no
	}
}
