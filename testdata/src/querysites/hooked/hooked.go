// Package hooked tests the statements of generated code that runs functions of
// the program's on its way.
package hooked

import (
	"context"

	"testdata/querysites/hooked/store"
	"testdata/querysites/hooked/store/note"
)

func read(ctx context.Context, c *store.NoteClient, text string) {
	c.Query().Where(note.Text(text)).All(ctx) // sql: SELECT notes.id, notes.text FROM notes WHERE notes.text = ? {interceptors}
	c.Query().All(ctx)                        // sql: SELECT notes.id, notes.text FROM notes {interceptors}
	c.Delete().Where(note.Text(text)).Exec(ctx)
}

// Functions that call each other end in what is not known.
func some(q *store.NoteQuery, n int) *store.NoteQuery {
	if n > 0 {
		q = others(q, n-1)
	}
	return q
}

func others(q *store.NoteQuery, n int) *store.NoteQuery { return some(q.Limit(n), n) }

func both(ctx context.Context, c *store.NoteClient, n int) {
	others(c.Query(), n).All(ctx) // sql: SELECT notes.id, notes.text FROM notes {interceptors} LIMIT ? | SELECT notes.id, notes.text FROM notes {others} {others} {interceptors} LIMIT ? {others}
}
