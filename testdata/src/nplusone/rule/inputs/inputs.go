// Package inputs: what of an element gets to the query, and through what.
package inputs

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"
)

type Guest struct {
	ID    int64
	Name  string
	Phone string
}

type Options struct{ db *sql.DB }

func (o *Options) get(ctx context.Context, key string) (v string) {
	o.db.QueryRowContext(ctx, "SELECT value FROM options WHERE key = $1", key).Scan(&v)
	return v
}

func (o *Options) phones(ctx context.Context) bool { return o.get(ctx, "phones") == "yes" }

func card(ctx context.Context, o *Options, g Guest) string {
	if o.phones(ctx) {
		return g.Name + g.Phone
	}
	return g.Name
}

// The guest never gets to the query.
func cards(ctx context.Context, o *Options, guests []Guest) (out []string) {
	for _, g := range guests {
		out = append(out, card(ctx, o, g)) // want `^the query SELECT options is the same in each iteration of the loop at line 35, via card -> \(\*Options\)\.phones -> \(\*Options\)\.get -> db\.QueryRowContext \(inputs\.go:20\): run it once before the loop`
	}
	return out
}

func cardsOnce(ctx context.Context, o *Options, guests []Guest) (out []string) {
	phones := o.phones(ctx)
	for _, g := range guests {
		if phones {
			out = append(out, g.Phone)
		}
	}
	return out
}

func themed(ctx context.Context, o *Options, g Guest) string { return o.get(ctx, "theme of "+g.Name) }

func themes(ctx context.Context, o *Options, guests []Guest) (out []string) {
	for _, g := range guests {
		out = append(out, themed(ctx, o, g)) // want `^the query SELECT options runs once per iteration of the loop at line 54`
	}
	return out
}

// Only a field that no iteration changes gets there.
type request struct {
	guest Guest
	house int64
}

func (o *Options) rules(ctx context.Context, r request) (v string) {
	o.db.QueryRowContext(ctx, "SELECT rules FROM houses WHERE id = $1", r.house).Scan(&v)
	return v + r.guest.Name
}

func (o *Options) perHouse(ctx context.Context, house int64, guests []Guest) (out []string) {
	for _, g := range guests {
		out = append(out, o.rules(ctx, request{guest: g, house: house})) // want `^the query SELECT houses is the same in each iteration of the loop at line 72`
	}
	return out
}

func (o *Options) perGuest(ctx context.Context, guests []Guest) (out []string) {
	for _, g := range guests {
		out = append(out, o.rules(ctx, request{house: g.ID})) // want `^the query SELECT houses runs once per iteration of the loop at line 79`
	}
	return out
}

// Writing happens each time, whatever is written.
func (o *Options) bump(ctx context.Context, g Guest) string {
	o.db.ExecContext(ctx, "UPDATE counters SET n = n + 1")
	return g.Name
}

func (o *Options) bumps(ctx context.Context, guests []Guest) {
	for _, g := range guests {
		o.bump(ctx, g) // want `^the query UPDATE counters runs once per iteration of the loop at line 92`
	}
}

// One executor, two statements.
type executor struct{ db *sql.DB }

func (e executor) scalar(ctx context.Context, q sq.SelectBuilder) (s string, err error) {
	text, args, err := q.ToSql()
	if err != nil {
		return "", err
	}
	return s, e.db.QueryRowContext(ctx, text, args...).Scan(&s)
}

func (e executor) both(ctx context.Context, guests []Guest, use func(a, b string)) error {
	for _, g := range guests {
		a, err := e.scalar(ctx, sq.Select("a").From("as").Where(sq.Eq{"id": g.ID})) // want `runs once per iteration of the loop at line 109`
		if err != nil {
			return err
		}
		b, err := e.scalar(ctx, sq.Select("b").From("bs").Where(sq.Eq{"id": g.ID})) // want `runs once per iteration of the loop at line 109`
		if err != nil {
			return err
		}
		use(a, b)
	}
	return nil
}

// One statement, by two ways: one finding.
func (e executor) aOf(ctx context.Context, g Guest) (string, error) {
	return e.scalar(ctx, sq.Select("a").From("as").Where(sq.Eq{"id": g.ID}))
}

func (e executor) twice(ctx context.Context, guests []Guest) {
	for _, g := range guests {
		e.aOf(ctx, g) // want `runs once per iteration of the loop at line 129`
		if g.Name != "" {
			e.aOf(ctx, g)
		}
	}
}

// A call that reads and then writes is one that writes.
func (o *Options) touch(ctx context.Context, id int64) error {
	var n int
	if err := o.db.QueryRowContext(ctx, "SELECT n FROM guests WHERE id = $1", id).Scan(&n); err != nil {
		return err
	}
	_, err := o.db.ExecContext(ctx, "UPDATE guests SET n = $2 WHERE id = $1", id, n+1)
	return err
}

func (o *Options) touchAll(ctx context.Context, guests []Guest) {
	for _, g := range guests {
		o.touch(ctx, g.ID) // want `^the query UPDATE guests runs once per iteration of the loop at line 148`
	}
}

// It writes only what it does not find.
func (o *Options) ensure(ctx context.Context, id int64) error {
	var found bool
	if err := o.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM guests WHERE id = $1)", id).Scan(&found); err != nil {
		return err
	}
	if found {
		return nil
	}
	_, err := o.db.ExecContext(ctx, "INSERT INTO guests (id) VALUES ($1)", id)
	return err
}

func (o *Options) ensureAll(ctx context.Context, guests []Guest) {
	for _, g := range guests {
		o.ensure(ctx, g.ID) // want `^the query SELECT guests runs once per iteration of the loop at line 167`
	}
}

// What the text is, is said where it is: by a constant, through an interface, by the builder's type.
type sender interface {
	Send(ctx context.Context, q string, args ...any) error
}

type conn struct{ db *sql.DB }

func (c conn) Send(ctx context.Context, q string, args ...any) error {
	rows, err := c.db.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	return rows.Close()
}

func sends(ctx context.Context, s sender, guests []Guest) {
	for _, g := range guests {
		s.Send(ctx, "DELETE FROM guests WHERE id = $1", g.ID) // want `^the query DELETE guests runs once per iteration of the loop at line 188`
	}
}

func (e executor) returning(ctx context.Context, q sq.InsertBuilder) (id int64, err error) {
	text, args, err := q.Suffix("RETURNING id").ToSql()
	if err != nil {
		return 0, err
	}
	return id, e.db.QueryRowContext(ctx, text, args...).Scan(&id)
}

func (e executor) insertEach(ctx context.Context, guests []Guest) {
	for _, g := range guests {
		e.returning(ctx, sq.Insert("guests").Columns("name").Values(g.Name)) // want `^the query INSERT guests runs once per iteration of the loop at line 202.*write all at once`
	}
}

// The list is context; who is asked for is the guest.
func (o *Options) seat(ctx context.Context, g *Guest, tables []int64) error {
	_, err := o.db.ExecContext(ctx, "UPDATE guests SET place = $2 WHERE id = $1", g.ID, tables[0])
	return err
}

func (o *Options) seatAll(ctx context.Context, guests []*Guest, tables []int64) {
	for _, g := range guests {
		o.seat(ctx, g, tables) // want `^the query UPDATE guests runs once per iteration of the loop at line 214, via \(\*Options\)\.seat -> db\.ExecContext \(inputs\.go:\d+\): write all at once with WHERE`
	}
}

func (o *Options) leave(ctx context.Context, ids ...int64) error {
	_, err := o.db.ExecContext(ctx, "DELETE FROM guests WHERE id = ANY($1)", ids)
	return err
}

func (o *Options) leaveAll(ctx context.Context, guests []Guest) {
	for _, g := range guests {
		o.leave(ctx, g.ID) // want `^the query DELETE guests runs once per iteration of the loop at line 225, .*: the function takes many at once`
	}
}
