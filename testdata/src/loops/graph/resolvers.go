// Package graph implements generated resolver interfaces.
package graph

import (
	"context"
	"database/sql"

	"testdata/loops/graph/generated"
)

type Resolver struct{ db *sql.DB }

type postResolver struct{ *Resolver }

type queryResolver struct{ *Resolver }

func (r *postResolver) Author(ctx context.Context, obj *generated.Post) (name string, err error) {
	err = r.db.QueryRowContext(ctx, "SELECT name FROM authors WHERE id = $1", obj.AuthorID).Scan(&name) // loop: Resolver Data | yes
	return name, err
}

func (r *postResolver) Tags(ctx context.Context, objs []*generated.Post) ([]string, error) {
	r.db.QueryContext(ctx, "SELECT tag FROM tags WHERE post = ANY($1)", objs) // loop: none
	return nil, nil
}

func (r *queryResolver) Posts(ctx context.Context, filter *generated.Post) ([]*generated.Post, error) {
	r.db.QueryContext(ctx, "SELECT id FROM posts WHERE author = $1", filter.AuthorID) // loop: none
	return nil, nil
}

// Not of the interface.
func (r *postResolver) helper(ctx context.Context, obj *generated.Post) {
	r.db.QueryContext(ctx, "SELECT id FROM posts WHERE author = $1", obj.AuthorID) // loop: none
}
