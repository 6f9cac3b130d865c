// Package store is in the shape of what ent generates: its types are known by // want package:`by\(entgo.io/ent\)`
// what they hold.
package store

import (
	"context"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"testdata/querysites/hooked/store/predicate"
)

type Note struct {
	ID           int
	Text         string
	selectValues sql.SelectValues
}

func (n *Note) Value(name string) (ent.Value, error) { return n.selectValues.Get(name) }

type NoteClient struct{}

func (c *NoteClient) Query() *NoteQuery   { return &NoteQuery{} }
func (c *NoteClient) Create() *NoteCreate { return nil }
func (c *NoteClient) Delete() *NoteDelete { return nil }
func (c *NoteClient) Hooks() []ent.Hook   { return nil }

type NoteCreate struct{}

type NoteQuery struct {
	ctx        *ent.QueryContext
	predicates []predicate.Note
}

func (q *NoteQuery) Where(ps ...predicate.Note) *NoteQuery {
	q.predicates = append(q.predicates, ps...)
	return q
}

func (q *NoteQuery) Limit(n int) *NoteQuery {
	q.ctx.Limit = &n
	return q
}

func (q *NoteQuery) All(ctx context.Context) ([]*Note, error) { return nil, nil }

type NoteMutation struct{ predicates []predicate.Note }

type NoteDelete struct {
	hooks    []ent.Hook
	mutation *NoteMutation
}

func (d *NoteDelete) Where(ps ...predicate.Note) *NoteDelete {
	d.mutation.predicates = append(d.mutation.predicates, ps...)
	return d
}

func (d *NoteDelete) Exec(ctx context.Context) (int, error) { return 0, nil }
