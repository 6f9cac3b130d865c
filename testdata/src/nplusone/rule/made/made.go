// Package made loops over storages of which it is known how they were made.
package made

import (
	"context"
	"database/sql"
	"encoding/json"

	"testdata/nplusone/rule/made/open"
	"testdata/nplusone/rule/made/pg"
	"testdata/nplusone/rule/made/ram"
	"testdata/nplusone/rule/made/shelf"
)

func preview(ctx context.Context, ids []int64) (out []string) {
	box := shelf.NewBox(ram.New(&ram.DB{}))
	for _, id := range ids {
		title, _ := box.Titles.Title(ctx, id)
		out = append(out, title, box.Desk.Label(ctx, id))
	}
	return out
}

func live(ctx context.Context, db *sql.DB, ids []int64) (out []string) {
	box := shelf.NewBox(pg.New(&pg.DB{DB: db}))
	for _, id := range ids {
		title, _ := box.Titles.Title(ctx, id) // want `^the query SELECT books runs once per iteration of the loop at line 26, via Shelf\.Title -> db\.QueryRowContext`
		out = append(out, title)
	}
	return out
}

// What the settings say, nobody knows here.
func chosen(ctx context.Context, s open.Settings, ids []int64) (out []string, err error) {
	e, err := open.Database(s)
	if err != nil {
		return nil, err
	}
	box := shelf.NewBox(open.Shelf(e))
	for _, id := range ids {
		title, _ := box.Titles.Title(ctx, id) // want `loop at line 40, via Shelf\.Title`
		out = append(out, title)
	}
	return out, nil
}

func constant(ctx context.Context, ids []int64) (out []string, err error) {
	e, err := open.Database(open.Settings{Kind: open.Memory.Name()})
	if err != nil {
		return nil, err
	}
	box := shelf.NewBox(open.Shelf(e))
	for _, id := range ids {
		title, _ := box.Titles.Title(ctx, id)
		out = append(out, title)
	}
	return out, nil
}

func replaced(ctx context.Context, db *sql.DB, ids []int64) (out []string) {
	box := shelf.NewBox(ram.New(&ram.DB{}))
	box.Titles = pg.New(&pg.DB{DB: db})
	for _, id := range ids {
		title, _ := box.Titles.Title(ctx, id) // want `loop at line 63, via Shelf\.Title`
		out = append(out, title)
	}
	return out
}

// What a table holds, nobody knows.
type table map[string]shelf.Shelf

func (t table) lookedUp(ctx context.Context, name string, ids []int64) (out []string) {
	titles, ok := t[name]
	if !ok {
		return nil
	}
	for _, id := range ids {
		title, _ := titles.Title(ctx, id) // want `loop at line 78, via Shelf\.Title`
		out = append(out, title)
	}
	return out
}

// A sandbox is made at one place.
type sandbox struct{ box *shelf.Box }

func newSandbox() *sandbox { return &sandbox{box: shelf.NewBox(ram.New(&ram.DB{}))} }

func (s *sandbox) titles(ctx context.Context, ids []int64) (out []string) {
	for _, id := range ids {
		title, _ := s.box.Titles.Title(ctx, id)
		out = append(out, title)
	}
	return out
}

// The type of what is given decides the case.
type loan struct{ Book int64 }

type visit struct{ Desk int64 }

func encode(ctx context.Context, db *sql.DB, event any) ([]byte, error) {
	switch e := event.(type) {
	case *loan:
		var title string
		if err := db.QueryRowContext(ctx, "SELECT title FROM books WHERE id = $1", e.Book).Scan(&title); err != nil {
			return nil, err
		}
		return json.Marshal(title)
	case *visit:
		return json.Marshal(e.Desk)
	}
	return nil, nil
}

func write(ctx context.Context, db *sql.DB, event any) error {
	_, err := encode(ctx, db, event)
	return err
}

func loans(ctx context.Context, db *sql.DB, list []loan) {
	for i := range list {
		write(ctx, db, &list[i]) // want `loop at line 123, via write -> encode -> db\.QueryRowContext`
	}
}

func visits(ctx context.Context, db *sql.DB, list []visit) {
	for i := range list {
		write(ctx, db, &list[i])
	}
}

func note(ctx context.Context, db *sql.DB, event any) {
	if l, ok := event.(loan); ok {
		db.ExecContext(ctx, "INSERT INTO notes (book) VALUES ($1)", l.Book)
	}
}

func notes(ctx context.Context, db *sql.DB, loans []loan, visits []visit) {
	for _, v := range visits {
		note(ctx, db, v)
	}
	for _, l := range loans {
		note(ctx, db, l) // want `loop at line 144, via note -> db\.ExecContext`
	}
}
