// Package spared: what is loaded before a loop spares its queries; elements that
// are looked for; lists that may be given; scripts; statements handed in parts.
package spared

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/lib/pq"
)

type Member struct {
	ID   int64
	Name string
}

type Post struct {
	ID      int64
	Authors []int64
	Parent  *int64
}

type shop struct{ db *sql.DB }

func (s *shop) members(ctx context.Context, ids []int64) (map[int64]Member, error) {
	found := make(map[int64]Member)
	rows, err := s.db.QueryContext(ctx, "SELECT id, name FROM members WHERE id = ANY($1)", pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m Member
		if err := rows.Scan(&m.ID, &m.Name); err != nil {
			return nil, err
		}
		found[m.ID] = m
	}
	return found, rows.Err()
}

// Only those that the map lacks are asked for.
func (s *shop) completed(ctx context.Context, ids []int64, have map[int64]Member) (map[int64]Member, error) {
	all := make(map[int64]Member, len(have))
	for id, m := range have {
		all[id] = m
	}
	var rest []int64
	for _, id := range ids {
		if _, ok := all[id]; ok {
			continue
		}
		rest = append(rest, id)
	}
	if len(rest) == 0 {
		return all, nil
	}
	more, err := s.members(ctx, rest)
	for id, m := range more {
		all[id] = m
	}
	return all, err
}

func (s *shop) line(ctx context.Context, p Post, have map[int64]Member) (string, error) {
	all, err := s.completed(ctx, p.Authors, have)
	if err != nil {
		return "", err
	}
	var names []string
	for _, id := range p.Authors {
		names = append(names, all[id].Name)
	}
	return strings.Join(names, ", "), nil
}

func (s *shop) preloaded(ctx context.Context, posts []Post) (out []string, err error) {
	var ids []int64
	for _, p := range posts {
		ids = append(ids, p.Authors...)
	}
	known, err := s.members(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range posts {
		text, err := s.line(ctx, p, known)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

func (s *shop) notLoaded(ctx context.Context, posts []Post) (out []string, err error) {
	for _, p := range posts {
		text, err := s.line(ctx, p, nil) // want `loop at line 102, via \(\*shop\)\.line -> \(\*shop\)\.completed -> \(\*shop\)\.members`
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

type rates struct{ per map[string]float64 }

func (s *shop) load(ctx context.Context, day int64) (*rates, error) {
	r := &rates{per: make(map[string]float64)}
	err := s.db.QueryRowContext(ctx, "SELECT eur FROM rates WHERE day = $1", day).Scan(new(float64))
	return r, err
}

func (s *shop) price(ctx context.Context, p Post, r *rates) (float64, error) {
	if r == nil {
		var err error
		if r, err = s.load(ctx, p.ID); err != nil {
			return 0, err
		}
	}
	return r.per["eur"], nil
}

func (s *shop) prices(ctx context.Context, posts []Post) (sum float64, err error) {
	today, err := s.load(ctx, 1)
	if err != nil {
		return 0, err
	}
	for _, p := range posts {
		x, err := s.price(ctx, p, today)
		if err != nil {
			return 0, err
		}
		sum += x
	}
	return sum, nil
}

func (s *shop) pricesEach(ctx context.Context, posts []Post) (sum float64) {
	for _, p := range posts {
		x, _ := s.price(ctx, p, nil) // want `loop at line 146, via \(\*shop\)\.price -> \(\*shop\)\.load`
		sum += x
	}
	return sum
}

// The element is looked for; the loop outside goes on.
func (s *shop) parents(ctx context.Context, posts, all []Post) {
	for _, p := range posts {
		for _, other := range all {
			if p.Parent != nil && other.ID == *p.Parent {
				s.db.ExecContext(ctx, "UPDATE posts SET seen = seen + 1 WHERE id = $1", other.ID) // want `loop at line 155`
				break
			}
		}
	}
}

// A list that may be given is as long as that.
func (s *shop) save(ctx context.Context, list []Member) error {
	if list == nil {
		list = []Member{}
	}
	for _, m := range list {
		if _, err := s.db.ExecContext(ctx, "UPDATE members SET name = $2 WHERE id = $1", m.ID, m.Name); err != nil { // want `loop at line 170`
			return err
		}
	}
	return nil
}

func (s *shop) defaults(ctx context.Context) error {
	list := []Member{{1, "a"}, {2, "b"}}
	for _, m := range list {
		if _, err := s.db.ExecContext(ctx, "UPDATE members SET name = $2 WHERE id = $1", m.ID, m.Name); err != nil {
			return err
		}
	}
	return nil
}

// Another try with what was left is none for each element.
func (s *shop) site(ctx context.Context, host string) (id int64, err error) {
again:
	err = s.db.QueryRowContext(ctx, "SELECT id FROM sites WHERE host = $1", host).Scan(&id)
	if err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			head, rest, _ := strings.Cut(host, ".")
			if len(head) > 0 && rest != "" {
				host = rest
				goto again
			}
		}
		return 0, err
	}
	return id, nil
}

//go:embed *.sql
var scripts embed.FS

func statements(name string) (list []string) {
	text, err := scripts.ReadFile(name)
	if err != nil {
		return nil
	}
	list = strings.Split(string(text), ";\n")
	return
}

func (s *shop) run(ctx context.Context, tx *sql.Tx, text string) error {
	_, err := tx.ExecContext(ctx, text)
	return err
}

func (s *shop) setUp(ctx context.Context, tx *sql.Tx, names []string) error {
	for _, name := range names {
		for _, one := range statements(name) {
			if err := s.run(ctx, tx, strings.TrimSpace(one)); err != nil {
				return err
			}
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := s.run(ctx, tx, string(text)); err != nil {
			return err
		}
	}
	return nil
}

func (s *shop) texts(ctx context.Context, tx *sql.Tx, texts []string) error {
	for _, one := range texts {
		if err := s.run(ctx, tx, "UPDATE members SET name = "+pq.QuoteLiteral(one)); err != nil { // want `loop at line 241, via \(\*shop\)\.run`
			return err
		}
	}
	return nil
}

// The verb is in the part that begins a statement.
func (s *shop) insert(ctx context.Context, key, text string, args ...any) (id int64, err error) {
	text += " RETURNING " + key
	err = s.db.QueryRowContext(ctx, text, args...).Scan(&id)
	return id, err
}

func (s *shop) add(ctx context.Context, list []Member) {
	for _, m := range list {
		s.insert(ctx, "id", "INSERT INTO members (name) VALUES ($1)", m.Name) // want `^the query INSERT members runs once per iteration of the loop at line 257, .*: write all at once with a multi-row INSERT`
	}
}

// The catalog tells of one object at a time.
func (s *shop) collations(ctx context.Context, tables []string) (out []string) {
	for _, t := range tables {
		var c string
		s.db.QueryRowContext(ctx, "SELECT table_collation FROM information_schema.tables WHERE table_name = $1", t).Scan(&c)
		out = append(out, c)
	}
	return out
}

func (s *shop) tell(ctx context.Context, list []Member) {
	for _, m := range list {
		s.db.ExecContext(ctx, "UPDATE members SET told = now() WHERE id = $1", m.ID) // want `of little use, since each iteration waits for an answer over HTTP as well`
		http.Post("https://example.com/tell", "text/plain", strings.NewReader(m.Name))
	}
}

func (s *shop) tellSome(ctx context.Context, list []Member) {
	for _, m := range list {
		s.db.ExecContext(ctx, "UPDATE members SET told = now() WHERE id = $1", m.ID) // want `WHERE … = ANY\(\$1\), or UPDATE … FROM \(VALUES …\) if the values differ \[nplusone\]$`
		notify(m)
	}
}

func notify(m Member) {
	if m.Name != "" {
		http.Post("https://example.com/tell", "text/plain", strings.NewReader(m.Name))
	}
}

// It asks whether it has run, and writes down that it has.
func (s *shop) setting(ctx context.Context, key string) (value string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT value FROM settings WHERE key = $1", key).Scan(&value)
	return value, err
}

func (s *shop) set(ctx context.Context, key, value string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE settings SET value = $2 WHERE key = $1", key, value)
	return err
}

const renamed = "members renamed"

func (s *shop) Rename(ctx context.Context, list []Member) error {
	state, err := s.setting(ctx, renamed)
	if err != nil {
		return err
	}
	if state == "yes" {
		return nil
	}
	for _, m := range list {
		s.db.ExecContext(ctx, "UPDATE members SET name = $2 WHERE id = $1", m.ID, m.Name) // want `of little use, since it runs only once: the database remembers that it has`
	}
	return s.set(ctx, renamed, "yes")
}

// It writes down something else.
func (s *shop) Visit(ctx context.Context, list []Member) error {
	state, err := s.setting(ctx, renamed)
	if err != nil {
		return err
	}
	if state == "no" {
		return nil
	}
	for _, m := range list {
		s.db.ExecContext(ctx, "UPDATE members SET seen = now() WHERE id = $1", m.ID) // want `if the values differ \[nplusone\]$`
	}
	return s.set(ctx, "last visit", state)
}
