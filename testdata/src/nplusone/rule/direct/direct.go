// Package direct calls database/sql in the loop itself.
package direct

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

type User struct {
	ID, TeamID int64
	Name       string
	Friends    []int64
}

type Store struct {
	db     *sql.DB
	tenant int64
}

func (s *Store) rangeSlice(ctx context.Context, users []User) error {
	for i := range users {
		row := s.db.QueryRowContext(ctx, "SELECT name FROM teams WHERE id = $1", users[i].TeamID) // want `^the query SELECT teams runs once per iteration of the loop at line 23`
		if err := row.Scan(&users[i].Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) rangeSliceOnce(ctx context.Context, ids []int64) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT name FROM teams WHERE id = ANY($1)", ids)
}

func (s *Store) counted(ids []int64) {
	for i := 0; i < len(ids); i++ {
		s.db.Exec("UPDATE users SET seen = true WHERE id = $1", ids[i]) // want `^the query UPDATE users runs once per iteration of the loop at line 37`
	}
}

func (s *Store) rangeMap(names map[int64]string) error {
	for id, name := range names {
		if _, err := s.db.Exec("UPDATE users SET name = $2 WHERE id = $1", id, name); err != nil { // want `^the query UPDATE users runs once per iteration of the loop at line 43`
			return err
		}
	}
	return nil
}

// A page of 50 users and a query for each: 51 round trips.
func (s *Store) firstPage(ctx context.Context) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, team_id FROM users ORDER BY id LIMIT 50")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var users []User
	for rows.Next() {
		var u User
		if err := rows.Scan(&u.ID, &u.TeamID); err != nil {
			return nil, err
		}
		err := s.db.QueryRowContext(ctx, "SELECT name FROM teams WHERE id = $1", u.TeamID).Scan(&u.Name) // want `^the query SELECT teams runs once per iteration of the loop at line 59`
		if err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	return users, rows.Err()
}

// The same page by a join: one.
func (s *Store) firstPageJoined(ctx context.Context) ([]User, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT u.id, t.name FROM users u JOIN teams t ON t.id = u.team_id ORDER BY u.id LIMIT 50")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var users []User
	for rows.Next() {
		var u User
		if err := rows.Scan(&u.ID, &u.Name); err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	return users, rows.Err()
}

// A prepared statement saves the planning, not the round trip.
func (s *Store) prepared(ids []int64) error {
	stmt, err := s.db.Prepare("DELETE FROM users WHERE id = $1")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, id := range ids {
		if _, err := stmt.Exec(id); err != nil { // want `^the query DELETE users runs once per iteration of the loop at line 98`
			return err
		}
	}
	return nil
}

func (s *Store) inOneTx(users []User) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, u := range users {
		if _, err := tx.Exec("INSERT INTO users (id, name) VALUES ($1, $2)", u.ID, u.Name); err != nil { // want `^the query INSERT users runs once per iteration of the loop at line 112`
			return err
		}
	}
	return tx.Commit()
}

// A transaction for each: one finding, for what runs in it.
func (s *Store) txEach(users []User) error {
	for _, u := range users {
		tx, err := s.db.Begin()
		if err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO users (id) VALUES ($1)", u.ID); err != nil { // want `^the query INSERT users runs once per iteration of the loop at line 122, which may begin a transaction each time: write all at once with a multi-row INSERT`
			tx.Rollback()
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// One finding, at the inner loop, that names both.
func (s *Store) nested(users []User) {
	for _, u := range users {
		for _, f := range u.Friends {
			s.db.Exec("INSERT INTO friends (a, b) VALUES ($1, $2)", u.ID, f) // want `^the query INSERT friends runs once per iteration of the loop at line 141, itself in the loop at line 140`
		}
	}
}

// Of two loops over data the one that the query depends on counts.
func (s *Store) nestedOuterOnly(users []User) {
	for _, u := range users {
		for range u.Friends {
			var n int
			s.db.QueryRow("SELECT count(*) FROM users WHERE id = $1", u.ID).Scan(&n) // want `^the query SELECT users runs once per iteration of the loop at line 149`
		}
	}
}

func (s *Store) nestedConstant(users []User) {
	for _, u := range users {
		for _, kind := range []string{"a", "b"} {
			s.db.Exec("INSERT INTO kinds (id, kind) VALUES ($1, $2)", u.ID, kind) // want `^the query INSERT kinds runs once per iteration of the loop at line 158`
		}
	}
}

// Data in pages is data.
func (s *Store) rowsOfPages() error {
	for offset := 0; ; offset += 100 {
		users, err := s.page(offset, 100)
		if err != nil || len(users) == 0 {
			return err
		}
		for _, u := range users {
			s.db.Exec("UPDATE users SET seen = now() WHERE id = $1", u.ID) // want `^the query UPDATE users runs once per iteration of the loop at line 172`
		}
	}
}

func (s *Store) page(offset, limit int) (users []User, err error) {
	rows, err := s.db.Query("SELECT id FROM users ORDER BY id LIMIT $1 OFFSET $2", limit, offset)
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

// The argument is derived from the element.
func (s *Store) derived(users []User) {
	for _, u := range users {
		key := fmt.Sprintf("user:%d", u.ID)
		args := []any{key}
		args = append(args, time.Now())
		s.db.Exec("INSERT INTO seen (key, at) VALUES ($1, $2)", args...) // want `^the query INSERT seen runs once per iteration of the loop at line 196`
	}
}

// A handle that depends on nothing, got anew each time.
func (s *Store) connEach(ctx context.Context, ids []int64) error {
	for _, id := range ids {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return err
		}
		_, err = conn.ExecContext(ctx, "DELETE FROM users WHERE id = $1", id) // want `^the query DELETE users runs once per iteration of the loop at line 206`
		conn.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// The first error ends the loop: not the first success.
func (s *Store) untilError(ids []int64) error {
	for _, id := range ids {
		_, err := s.db.Exec("DELETE FROM users WHERE id = $1", id) // want `^the query DELETE users runs once per iteration of the loop at line 222`
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) onlySome(users []User) {
	for _, u := range users {
		if u.TeamID != 0 {
			s.db.Exec("UPDATE teams SET members = members - 1 WHERE id = $1", u.TeamID) // want `^the query UPDATE teams runs once per iteration of the loop at line 232`
		}
	}
}

// A day for each iteration grows with the range asked for.
func (s *Store) days(from, to time.Time) (total int, err error) {
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		var n int
		if err := s.db.QueryRow("SELECT count(*) FROM orders WHERE day = $1", d).Scan(&n); err != nil { // want `^the query SELECT orders runs once per iteration of the loop at line 241`
			return 0, err
		}
		total += n
	}
	return total, nil
}

// Nothing changes with the loop: once is enough.
func (s *Store) hoist(users []User) (names []string, err error) {
	for _, u := range users {
		var prefix string
		if err := s.db.QueryRow("SELECT prefix FROM settings WHERE tenant = $1", s.tenant).Scan(&prefix); err != nil { // want `^the query SELECT settings is the same in each iteration of the loop at line 253`
			return nil, err
		}
		names = append(names, prefix+u.Name)
	}
	return names, nil
}

func (s *Store) hoisted(users []User) (names []string, err error) {
	var prefix string
	if err := s.db.QueryRow("SELECT prefix FROM settings WHERE tenant = $1", s.tenant).Scan(&prefix); err != nil {
		return nil, err
	}
	for _, u := range users {
		names = append(names, prefix+u.Name)
	}
	return names, nil
}

// What the loop writes may be what the query reads.
func (s *Store) notHoisted(users []User) (total int) {
	for _, u := range users {
		s.db.Exec("UPDATE stock SET n = n - 1 WHERE id = $1", u.ID) // want `^the query UPDATE stock runs once per iteration of the loop at line 276`
		var n int
		s.db.QueryRow("SELECT sum(n) FROM stock").Scan(&n)
		total += n
	}
	return total
}

// Each iteration writes, whatever it is given.
func (s *Store) sameWrite(users []User) {
	for range users {
		s.db.Exec("UPDATE counters SET n = n + 1") // want `^the query UPDATE counters runs once per iteration of the loop at line 287`
	}
}

// Only the first iteration asks.
func (s *Store) lazily(users []User) (names []string) {
	var prefix string
	loaded := false
	for _, u := range users {
		if prefix == "" {
			s.db.QueryRow("SELECT prefix FROM settings").Scan(&prefix)
			prefix = "[" + prefix + "]"
		}
		if !loaded {
			s.db.Exec("DELETE FROM seen WHERE id >= $1", u.ID)
			loaded = true
		}
		names = append(names, prefix+u.Name)
	}
	return names
}

// Each element asks for its own.
func (s *Store) lazilyEach(users []User) {
	for i := range users {
		if users[i].Name == "" {
			users[i].Name = s.name(users[i].ID) // want `the query SELECT users runs once per iteration of the loop`
		}
	}
	for _, u := range users {
		if u.Name == "" {
			u.Name = s.name(u.ID) // want `the query SELECT users runs once per iteration of the loop`
		}
	}
}

// The first of each group.
func (s *Store) lazilyPerGroup(groups [][]User) {
	for _, users := range groups {
		name := ""
		for _, u := range users {
			if name == "" {
				name = s.name(users[0].ID) // want `the query SELECT users runs once per iteration of the loop at line 326, via`
			}
			println(u.ID, name)
		}
	}
}

func (s *Store) name(id int64) (name string) {
	s.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name
}

// A transaction for each group, a query for each of its users.
func (s *Store) txGroup(groups [][]User) error {
	for _, users := range groups {
		tx, err := s.db.Begin()
		if err != nil {
			return err
		}
		for _, u := range users {
			if _, err := tx.Exec("INSERT INTO users (id) VALUES ($1)", u.ID); err != nil { // want `, itself in the loop at line \d+: write all`
				tx.Rollback()
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// The helper begins it.
func (s *Store) txHelper(users []User) {
	for _, u := range users {
		s.insert(u) // want `^the query INSERT users runs .*, via \(\*Store\)\.insert -> tx\.Exec .*, which may begin a transaction each time:`
	}
}

func (s *Store) insert(u User) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("INSERT INTO users (id) VALUES ($1)", u.ID); err != nil {
		return err
	}
	return tx.Commit()
}
