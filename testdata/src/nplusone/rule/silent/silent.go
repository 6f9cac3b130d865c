// Package silent has loops around queries that are none of the rule's
// business, each beside what it must not be taken for.
package silent

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

type User struct {
	ID   int64
	Name string
}

type Store struct {
	db     *sql.DB
	shards []*sql.DB
	jobs   chan User
}

func (s *Store) query(q string, args ...any) (users []User, err error) {
	rows, err := s.db.Query(q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u User
		if err := rows.Scan(&u.ID); err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	return users, rows.Err()
}

func (s *Store) touch(id int64) error {
	_, err := s.db.Exec("UPDATE users SET seen = now() WHERE id = $1", id)
	return err
}

// Pages.

func (s *Store) offset(visit func([]User)) error {
	for offset := 0; ; offset += 100 {
		users, err := s.query("SELECT id FROM users ORDER BY id LIMIT 100 OFFSET $1", offset)
		if err != nil || len(users) == 0 {
			return err
		}
		visit(users)
	}
}

func (s *Store) keyset(visit func([]User)) error {
	var last int64
	for {
		users, err := s.query("SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT 100", last)
		if err != nil {
			return err
		}
		if len(users) == 0 {
			return nil
		}
		visit(users)
		last = users[len(users)-1].ID
	}
}

func (s *Store) pages(total int) {
	for page := 1; page <= total; page++ {
		s.query("SELECT id FROM users ORDER BY id LIMIT 100 OFFSET $1", (page-1)*100)
	}
}

func (s *Store) drain() error {
	for {
		res, err := s.db.Exec("DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE old LIMIT 1000)")
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
	}
}

func (s *Store) freeName(base string) (string, error) {
	for i := 1; ; i++ {
		name := fmt.Sprintf("%s-%d", base, i)
		users, err := s.query("SELECT id FROM users WHERE name = $1", name)
		if err != nil {
			return "", err
		}
		if len(users) == 0 {
			return name, nil
		}
	}
}

// Again after a failure.

func (s *Store) retry(id int64) (err error) {
	for attempt := 0; attempt < 5; attempt++ {
		if err = s.touch(id); err == nil {
			return nil
		}
		time.Sleep(time.Second << attempt)
	}
	return err
}

func (s *Store) retryUntil(ctx context.Context, id int64, maxRetries int) error {
	backoff := time.Millisecond
	for i := 0; i <= maxRetries; i++ {
		_, err := s.db.ExecContext(ctx, "UPDATE users SET n = n + 1 WHERE id = $1", id)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff):
			backoff *= 2
		}
	}
	return errors.New("too many")
}

// Each element is tried until it works: data all the same.
func (s *Store) retryEach(users []User) {
	for _, u := range users {
		for attempt := 0; attempt < 3; attempt++ {
			if err := s.touch(u.ID); err == nil { // want `^the query UPDATE users runs once per iteration of the loop at line 136, via \(\*Store\)\.touch -> db\.Exec \(silent\.go:43\)`
				break
			}
		}
	}
}

// By the clock, and by arriving work.

func (s *Store) poll(ctx context.Context) {
	for {
		s.query("SELECT id FROM users WHERE pending")
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

func (s *Store) ticker(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-t.C:
			s.db.Exec("DELETE FROM sessions WHERE expires < $1", now)
		}
	}
}

func (s *Store) tickerRange() {
	for now := range time.Tick(time.Minute) {
		s.db.Exec("DELETE FROM sessions WHERE expires < $1", now)
	}
}

// What a tick finds is data.
func (s *Store) tickerEach(ctx context.Context) {
	for range time.Tick(time.Minute) {
		users, _ := s.query("SELECT id FROM users WHERE pending")
		for _, u := range users {
			s.touch(u.ID) // want `^the query UPDATE users runs once per iteration of the loop at line 181, via \(\*Store\)\.touch -> db\.Exec \(silent\.go:43\)`
		}
	}
}

func (s *Store) waitReady() error {
	for range 30 {
		if err := s.db.Ping(); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return errors.New("not ready")
}

func (s *Store) worker() {
	for u := range s.jobs {
		s.touch(u.ID)
	}
}

func (s *Store) workerSelect(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case u := <-s.jobs:
			s.touch(u.ID)
		}
	}
}

// Numbers and lists from the source.

func (s *Store) constant() {
	for i := range 3 {
		s.touch(int64(i))
	}
	for i := 0; i < 12; i++ {
		s.db.Exec("INSERT INTO months (n) VALUES ($1)", i)
	}
}

func (s *Store) literal() {
	for _, name := range []string{"admin", "guest"} {
		s.db.Exec("INSERT INTO roles (name) VALUES ($1)", name)
	}
	for table, column := range map[string]string{"a": "x", "b": "y"} {
		s.db.Exec(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s int", table, column))
	}
}

var views = []string{"a", "b"}

func (s *Store) table() {
	for _, v := range views {
		s.db.Exec("REFRESH MATERIALIZED VIEW " + v)
	}
}

// Left at the first hit.

func (s *Store) firstHit(users []User) error {
	for _, u := range users {
		if u.Name == "admin" && u.ID > 0 {
			return s.touch(u.ID)
		}
	}
	return nil
}

func (s *Store) firstHitBreak(users []User) {
	for _, u := range users {
		if u.Name == "" {
			continue
		}
		s.touch(u.ID)
		break
	}
}

// Left only sometimes.
func (s *Store) lookFor(users []User) (found User) {
	for _, u := range users {
		if s.touch(u.ID) == nil { // want `^the query UPDATE users runs once per iteration of the loop at line 265, via \(\*Store\)\.touch -> db\.Exec \(silent\.go:43\)`
			found = u
			break
		}
	}
	return found
}

// Databases.

func (s *Store) overShards(id int64) {
	for _, db := range s.shards {
		db.Exec("DELETE FROM users WHERE id = $1", id)
	}
}

type tenant struct {
	id int64
	db *sql.DB
}

func overTenants(tenants []tenant) {
	for _, t := range tenants {
		t.db.Exec("DELETE FROM sessions WHERE tenant = $1", t.id)
	}
}

func overNames(open func(string) (*sql.DB, error), names []string) error {
	for _, name := range names {
		db, err := open(name)
		if err != nil {
			return err
		}
		if _, err := db.Exec("VACUUM"); err != nil {
			return err
		}
	}
	return nil
}

// The tenants of one database are data.
func (s *Store) tenantsOfOne(tenants []tenant) {
	for _, t := range tenants {
		s.db.Exec("DELETE FROM sessions WHERE tenant = $1", t.id) // want `^the query DELETE sessions runs once per iteration of the loop at line 308`
	}
}

// Migrations.

type Migration struct {
	Version int64
	Up      func(*sql.Tx) error
	SQL     string
}

func (s *Store) migrate(list []Migration) error {
	for _, m := range list {
		if _, err := s.db.Exec(m.SQL); err != nil {
			return err
		}
		if _, err := s.db.Exec("INSERT INTO versions (v) VALUES ($1)", m.Version); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) script(text string) error {
	for _, stmt := range strings.Split(text, ";") {
		if _, err := s.db.Exec(stmt); err != nil {
			return err
		}
	}
	return nil
}

// The header runs once.

func (s *Store) header() (n int, err error) {
	for _, u := range must(s.query("SELECT id FROM users")) {
		n += len(u.Name)
	}
	for users, err := s.query("SELECT id FROM users"); err == nil && n < len(users); n++ {
		n++
	}
	return n, nil
}

func must(users []User, err error) []User { return users }

// The condition does not.
func (s *Store) condition(ids []int64) (i int) {
	for i = 0; i < len(ids) && s.touch(ids[i]) == nil; i++ { // want `^the query UPDATE users runs once per iteration of the loop at line 358, via \(\*Store\)\.touch -> db\.Exec \(silent\.go:43\)`
		println(i)
	}
	return i
}

// Stored, not called.

func (s *Store) handlers(mux *http.ServeMux, users []User) {
	for _, u := range users {
		mux.HandleFunc(fmt.Sprintf("/user/%d", u.ID), func(w http.ResponseWriter, r *http.Request) {
			s.touch(u.ID)
		})
	}
}

func (s *Store) deferredList(users []User) (list []func() error) {
	for _, u := range users {
		list = append(list, func() error { return s.touch(u.ID) })
	}
	return list
}

// Only text is built in the loop.
func (s *Store) text(users []User) error {
	var (
		b    strings.Builder
		args []any
	)
	b.WriteString("INSERT INTO users (id) VALUES ")
	for i, u := range users {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "($%d)", i+1)
		args = append(args, u.ID)
	}
	_, err := s.db.Exec(b.String(), args...)
	return err
}

// Which part of one object is to be written.
func (s *Store) mask(fields []string, u User) {
	for _, f := range fields {
		switch f {
		case "name":
			s.db.Exec("UPDATE users SET name = $1 WHERE id = $2", u.Name, u.ID)
		case "seen":
			s.touch(u.ID)
		}
	}
}
