package app

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// What changes with the iteration, and what does not.

func (s *Store) derived(users []User) {
	for _, u := range users {
		key := strings.ToLower(u.Name)
		s.db.Exec("DELETE FROM t WHERE k = $1", key) // loop: Range Data | yes
	}
}

func (s *Store) looksUp(users []User, teams map[int64]string) {
	for _, u := range users {
		team, ok := teams[u.TeamID]
		if !ok {
			continue
		}
		s.db.Exec("DELETE FROM t WHERE team = $1", team) // loop: Range Data | yes
	}
}

func (s *Store) same(users []User, id int64) {
	for range users {
		s.db.Exec("SELECT n FROM settings WHERE id = $1", id) // loop: Range Data | no
	}
}

func (s *Store) sameField(users []User) {
	for _, u := range users {
		var n int
		s.db.QueryRow("SELECT n FROM settings WHERE tenant = $1", s.tenant).Scan(&n) // loop: Range Data | no
		_ = u
	}
}

func (s *Store) fieldMayChange(users []User) {
	for _, u := range users {
		s.choose(u)
		s.db.Exec("SELECT n FROM settings WHERE tenant = $1", s.tenant) // loop: Range Data | unsure
	}
}

func (s *Store) choose(u User) { s.tenant = u.TeamID }

func (s *Store) now(users []User) {
	for range users {
		s.db.Exec("DELETE FROM t WHERE at < $1", time.Now()) // loop: Range Data | unsure
	}
}

func (s *Store) sameComputed(users []User, table string) {
	for range users {
		q := fmt.Sprintf("SELECT n FROM %s", table)
		args := []any{table, 1}
		s.db.Exec(q, args...) // loop: Range Data | no
	}
}

func (s *Store) builtArgs(users []User) {
	for _, u := range users {
		args := []any{s.tenant}
		args = append(args, u.ID)
		s.db.Exec("DELETE FROM t WHERE tenant = $1 AND id = $2", args...) // loop: Range Data | yes
	}
}

func (s *Store) builtText(users []User) {
	for _, u := range users {
		var b strings.Builder
		b.WriteString("DELETE FROM t_")
		b.WriteString(u.Name)
		s.db.Exec(b.String()) // loop: Range Data | yes
	}
}

func (s *Store) decoded(raw [][]byte) {
	for _, r := range raw {
		var u User
		if err := json.Unmarshal(r, &u); err != nil {
			continue
		}
		s.db.Exec("DELETE FROM t WHERE id = $1", u.ID) // loop: Range Data | yes
	}
}

func (s *Store) counterArg(users []User) {
	n := 0
	for range users {
		n++
		s.db.Exec("UPDATE t SET n = $1", n) // loop: Range Data | yes
	}
}

func (s *Store) accumulates(users []User) {
	total := int64(0)
	for _, u := range users {
		total += u.ID
	}
	s.db.Exec("UPDATE t SET n = $1", total) // loop: none
	for range users {
		s.db.Exec("UPDATE t SET n = $1", total) // loop: Range Data | no
	}
}

func (s *Store) onlyLogs(users []User) {
	for _, u := range users {
		log := s.log.With("user", u.ID)
		log.Info("x")
		s.count(log)                               // not a catalogued call
		s.db.Exec("UPDATE counters SET n = n + 1") // loop: Range Data | no
	}
}

func (s *Store) count(any) {}

func (s *Store) oneOuter(teams, users []User) {
	for _, t := range teams {
		for _, u := range users {
			s.db.Exec("INSERT INTO m (t) VALUES ($1)", t.ID)              // loop: Range Data; Range Data | no; yes
			s.db.Exec("INSERT INTO m (u) VALUES ($1)", u.ID)              // loop: Range Data; Range Data | yes; no
			s.db.Exec("INSERT INTO m (t, u) VALUES ($1, $2)", t.ID, u.ID) // loop: Range Data; Range Data | yes; yes
		}
	}
}

func (s *Store) prepared(users []User) {
	stmt, err := s.db.Prepare("DELETE FROM users WHERE id = $1") // loop: none
	if err != nil {
		return
	}
	for _, u := range users {
		stmt.Exec(u.ID) // loop: Range Data | yes
	}
}

func (s *Store) conns(users []User) {
	for _, u := range users {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return
		}
		conn.ExecContext(ctx, "DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
		conn.ExecContext(ctx, "SELECT 1")                              // loop: Range Data | no
	}
}

// gorm: the handle is the builder as well.

type G struct{ db *gorm.DB }

func (g *G) chain(ids []int64) {
	for _, id := range ids {
		var u User
		g.db.Where("id = ?", id).First(&u) // loop: Range Data | yes
	}
}

func (g *G) chainInVar(ids []int64) {
	for _, id := range ids {
		var u User
		q := g.db.Where("id = ?", id)
		q.First(&u) // loop: Range Data | yes
	}
}

func (g *G) destKey(ids []int64) {
	for _, id := range ids {
		u := User{ID: id}
		g.db.First(&u) // loop: Range Data | yes
	}
}

func (g *G) sameEachTime(ids []int64) {
	for range ids {
		var list []User
		g.db.Where("active").Find(&list) // loop: Range Data | no
	}
}

func (g *G) saves(users []*User) {
	for _, u := range users {
		g.db.Save(u) // loop: Range Data | yes
	}
}

func (g *G) batches() {
	var users []User
	g.db.FindInBatches(&users, 100, func(tx *gorm.DB, batch int) error { // loop: none
		tx.Exec("UPDATE progress SET n = ?", batch) // loop: Callback Batch | yes
		for _, u := range users {
			tx.Save(&u) // loop: Range Data; Callback Batch | yes; yes
		}
		return nil
	})
}

func (g *G) overDatabases(dbs []*gorm.DB) {
	for _, db := range dbs {
		db.Exec("VACUUM") // loop: Range Handles | handle
	}
}

func (u *User) AfterFind(tx *gorm.DB) error {
	return tx.Exec("UPDATE users SET seen = now() WHERE id = ?", u.ID).Error // loop: Hook Data | yes
}

func (u *User) AfterSave(tx *gorm.DB) error {
	return tx.Exec("UPDATE users SET saved = now() WHERE id = ?", u.ID).Error // loop: none
}

// An executor that is an interface.
type execer interface {
	Exec(query string, args ...any) (sql.Result, error)
}

func overInterface(db execer, users []User) {
	for _, u := range users {
		db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
	}
}

// A transaction that a helper gets beside the element is the same database.
func (s *Store) txHelper(users []User) error {
	for _, u := range users {
		tx, err := s.db.Begin() // loop: Range Data | no
		if err != nil {
			return err
		}
		if s.exists(tx, &u) {
			tx.Rollback() // loop: Range Data | no
			continue
		}
		if err := tx.Commit(); err != nil { // loop: Range Data | no
			return err
		}
	}
	return nil
}

func (s *Store) exists(tx *sql.Tx, u *User) bool {
	return tx.QueryRow("SELECT FROM users WHERE id = $1", u.ID).Err() == nil // loop: none
}

// A cursor that moves on by way of other variables.
func (s *Store) cursorByWay(pages []int) {
	cursor, found := int64(0), false
	for range pages {
		var last int64
		err := s.db.QueryRow("SELECT max(id) FROM t WHERE id > $1", cursor).Scan(&last) // loop: Range Data | yes
		found = err == nil
		cursor = last
	}
	for range pages {
		s.db.Exec("UPDATE t SET found = $1", found) // loop: Range Data | no
	}
}

func (s *Store) byType(list []any) {
	for _, x := range list {
		switch v := x.(type) {
		case *User:
			s.db.Exec("DELETE FROM users WHERE id = $1", v.ID) // loop: Range Data | yes
		case int64:
			s.db.Exec("DELETE FROM t WHERE id = $1", v) // loop: Range Data | yes
		case error:
			s.db.Exec("DELETE FROM t") // loop: Range Data | no
		}
	}
}

type checker struct{}

func (checker) may(u User) bool { return u.ID > 0 }

func (checker) tenant() int64 { return 1 }

type bag struct{ ids []int64 }

func (l *bag) add(id int64) { l.ids = append(l.ids, id) }

// A question does not change whom it is asked; a call for its effect may.
func (s *Store) asks(users []User) {
	c, l := checker{}, &bag{}
	for _, u := range users {
		if c.may(u) {
			s.db.Exec("SELECT n FROM settings WHERE tenant = $1", c.tenant()) // loop: Range Data | unsure
		}
		l.add(u.ID)
		s.db.Exec("DELETE FROM users WHERE id = $1", l.ids[0]) // loop: Range Data | yes
	}
}

// A function that gives a handle gives the same one to the same question.
func (s *Store) conn(tenant int64) *sql.DB { return s.shards[tenant] }

func (s *Store) sameConn(users []User, tenant int64) {
	for _, u := range users {
		s.conn(tenant).Query("SELECT n FROM settings")   // loop: Range Data | no
		s.conn(u.TeamID).Query("SELECT n FROM settings") // loop: Range Data | handle
	}
}
