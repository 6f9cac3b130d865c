package lostupdate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// The row is read and written by functions of the package.

type tank struct {
	ID      int64
	Litres  int64
	Stamp   int64
	Comment string
}

func (t *tank) draw(n int64) error {
	if t.Litres < n {
		return errors.New("empty")
	}
	t.Litres -= n
	return nil
}

func describe(t *tank, comment string) { t.Comment = comment }

func top(t *tank) { t.Litres = max(t.Litres+1, 1000) }

type tanks struct{ tx pgx.Tx }

func (s tanks) get(ctx context.Context, id int64) (*tank, error) {
	t := &tank{ID: id}
	err := s.tx.QueryRow(ctx, "SELECT litres::bigint, stamp FROM tanks WHERE id = $1", id).Scan(&t.Litres, &t.Stamp)
	return t, err
}

func (s tanks) getLocked(ctx context.Context, id int64) (*tank, error) {
	t := &tank{ID: id}
	err := s.tx.QueryRow(ctx, "SELECT litres, stamp FROM tanks WHERE id = $1 FOR UPDATE", id).Scan(&t.Litres, &t.Stamp)
	return t, err
}

func (s tanks) put(ctx context.Context, t *tank) error {
	_, err := s.tx.Exec(ctx, "UPDATE tanks SET litres = $2, comment = $3 WHERE id = $1", t.ID, t.Litres, t.Comment)
	return err
}

func (s tanks) putIf(ctx context.Context, t *tank) error {
	_, err := s.tx.Exec(ctx, "UPDATE tanks SET litres = $2, stamp = stamp + 1 WHERE id = $1 AND stamp = $3", t.ID, t.Litres, t.Stamp)
	return err
}

func (s tanks) litres(ctx context.Context, id int64) (n int64, err error) {
	err = s.tx.QueryRow(ctx, "SELECT litres FROM tanks WHERE id = $1", id).Scan(&n)
	return n, err
}

func (s tanks) setLitres(ctx context.Context, id, n int64) error {
	_, err := s.tx.Exec(ctx, "UPDATE tanks SET litres = $1 WHERE id = $2", n, id)
	return err
}

func draw(ctx context.Context, s tanks, id, n int64) error {
	t, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	if err := t.draw(n); err != nil {
		return err
	}
	return s.put(ctx, t) // want `litres of tanks is written back here as made of what was read at line \d+`
}

func fill(ctx context.Context, s tanks, id int64) error {
	t, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	top(t)
	return s.put(ctx, t) // want `litres of tanks is written back here`
}

func pour(ctx context.Context, s tanks, id, n int64) error {
	have, err := s.litres(ctx, id)
	if err != nil {
		return err
	}
	return s.setLitres(ctx, id, have-n) // want `litres of tanks is written back here.*write UPDATE tanks SET litres = litres - \$n`
}

func drawLocked(ctx context.Context, s tanks, id, n int64) error {
	t, err := s.getLocked(ctx, id)
	if err != nil {
		return err
	}
	if err := t.draw(n); err != nil {
		return err
	}
	return s.put(ctx, t)
}

func drawIf(ctx context.Context, s tanks, id, n int64) error {
	t, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	if err := t.draw(n); err != nil {
		return err
	}
	return s.putIf(ctx, t)
}

func decant(ctx context.Context, s tanks, from, to int64) error {
	have, err := s.litres(ctx, from)
	if err != nil {
		return err
	}
	return s.setLitres(ctx, to, have+1)
}

func comment(ctx context.Context, s tanks, id int64, text string) error {
	t, err := s.get(ctx, id)
	if err != nil {
		return err
	}
	describe(t, text)
	return s.put(ctx, t)
}

// Through an interface that one type has.

type cardStore interface {
	byNumber(n int) (*Card, error)
	keep(*Card) error
}

type gormCards struct{ db *gorm.DB }

func (g *gormCards) byNumber(n int) (*Card, error) {
	var c Card
	err := g.db.Where("id = ?", n).First(&c).Error
	return &c, err
}

func (g *gormCards) keep(c *Card) error {
	return g.db.Model(c).Select("stamps").Updates(c).Error
}

func punch(s cardStore, n int) error {
	c, err := s.byNumber(n)
	if err != nil {
		return err
	}
	c.Stamps++
	return s.keep(c) // want `field Stamps of this record was read at line \d+, changed by its own value and is saved here`
}

func annotate(s cardStore, n int, note string) error {
	c, err := s.byNumber(n)
	if err != nil {
		return err
	}
	c.Note = note
	return s.keep(c)
}

// A document of which a part is changed.

func prefer(db *sql.DB, id int, key string, v any) error {
	var doc []byte
	if err := db.QueryRow("SELECT prefs FROM users WHERE id = $1", id).Scan(&doc); err != nil { // want `prefs of users is read here`
		return err
	}
	prefs := make(map[string]any)
	if err := json.Unmarshal(doc, &prefs); err != nil {
		return err
	}
	prefs[key] = v
	out, err := json.Marshal(prefs)
	if err != nil {
		return err
	}
	_, err = db.Exec("UPDATE users SET prefs = $1 WHERE id = $2", string(out), id)
	return err
}

func forget(db *sql.DB, id int) error {
	var doc []byte
	if err := db.QueryRow("SELECT prefs FROM users WHERE id = $1", id).Scan(&doc); err != nil {
		return err
	}
	prefs := make(map[string]any)
	if err := json.Unmarshal(doc, &prefs); err != nil {
		return err
	}
	out, err := json.Marshal(prefs) // as it was read
	if err != nil {
		return err
	}
	_, err = db.Exec("UPDATE users SET prefs = $1 WHERE id = $2", out, id)
	return err
}

func replace(db *sql.DB, id int, prefs map[string]any) error {
	var doc []byte
	if err := db.QueryRow("SELECT prefs FROM users WHERE id = $1", id).Scan(&doc); err != nil {
		return err
	}
	out, err := json.Marshal(prefs)
	if err != nil || string(out) == string(doc) {
		return err
	}
	_, err = db.Exec("UPDATE users SET prefs = $1 WHERE id = $2", out, id)
	return err
}
