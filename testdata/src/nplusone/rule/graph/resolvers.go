// Package graph resolves the fields of a GraphQL schema.
package graph

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/lib/pq"

	"testdata/nplusone/rule/graph/generated"
)

type Resolver struct {
	db      *sql.DB
	authors *AuthorLoader
}

type postResolver struct{ *Resolver }

type userResolver struct{ *Resolver }

type queryResolver struct{ *Resolver }

func (r *Resolver) Post() generated.PostResolver   { return &postResolver{r} }
func (r *Resolver) User() generated.UserResolver   { return &userResolver{r} }
func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

// Fifty posts are fifty calls.
func (r *postResolver) Likes(ctx context.Context, obj *generated.Post) (n int, err error) {
	err = r.db.QueryRowContext(ctx, "SELECT count(*) FROM likes WHERE post_id = $1", obj.ID).Scan(&n) // want `^the query SELECT likes runs once per object that this field is resolved for: collect the keys with a dataloader, which asks once for all objects \[nplusone\]$`
	return n, err
}

// The loader waits for the other posts and asks once for all of them.
func (r *postResolver) Author(ctx context.Context, obj *generated.Post) (*generated.User, error) {
	return r.authors.Load(obj.AuthorID)
}

func (r *postResolver) Title(ctx context.Context, obj *generated.Post) (string, error) {
	return fmt.Sprint(obj.ID), nil
}

func (r *userResolver) Name(ctx context.Context, obj *generated.User) (string, error) {
	return r.name(ctx, obj.ID) // want `^the query SELECT users runs once per object that this field is resolved for, via \(\*Resolver\)\.name -> db\.QueryRowContext \(resolvers\.go:51\): collect the keys with a dataloader, which asks once for all objects \[nplusone\]$`
}

func (r *Resolver) name(ctx context.Context, id int64) (name string, err error) {
	err = r.db.QueryRowContext(ctx, "SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name, err
}

// The root's fields are resolved once.
func (r *queryResolver) Posts(ctx context.Context, author int64) (posts []*generated.Post, err error) {
	rows, err := r.db.QueryContext(ctx, "SELECT id, author_id FROM posts WHERE author_id = $1 LIMIT 50", author)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		p := new(generated.Post)
		if err := rows.Scan(&p.ID, &p.AuthorID); err != nil {
			return nil, err
		}
		posts = append(posts, p)
	}
	return posts, rows.Err()
}

func (r *queryResolver) Post(ctx context.Context, id int64) (*generated.Post, error) {
	p := &generated.Post{ID: id}
	return p, r.db.QueryRowContext(ctx, "SELECT author_id FROM posts WHERE id = $1", id).Scan(&p.AuthorID)
}

// AuthorLoader collects keys for a millisecond.
type AuthorLoader struct {
	db    *sql.DB
	mu    sync.Mutex
	batch *batch
}

type batch struct {
	ids   []int64
	users map[int64]*generated.User
	err   error
	done  chan struct{}
}

func (l *AuthorLoader) Load(id int64) (*generated.User, error) {
	l.mu.Lock()
	if l.batch == nil {
		b := &batch{done: make(chan struct{})}
		l.batch = b
		time.AfterFunc(time.Millisecond, func() {
			l.mu.Lock()
			l.batch = nil
			l.mu.Unlock()
			b.users, b.err = l.fetch(b.ids)
			close(b.done)
		})
	}
	b := l.batch
	b.ids = append(b.ids, id)
	l.mu.Unlock()
	<-b.done
	return b.users[id], b.err
}

func (l *AuthorLoader) fetch(ids []int64) (map[int64]*generated.User, error) {
	rows, err := l.db.Query("SELECT id FROM users WHERE id = ANY($1)", pq.Array(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	users := make(map[int64]*generated.User)
	for rows.Next() {
		u := new(generated.User)
		if err := rows.Scan(&u.ID); err != nil {
			return nil, err
		}
		users[u.ID] = u
	}
	return users, rows.Err()
}
