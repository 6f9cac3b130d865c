// Package caches asks a cache first, or for many at once.
package caches

import (
	"database/sql"
	"sync"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

type userCache struct{ m map[int]string }

func (c *userCache) Get(id int) (string, bool) { s, ok := c.m[id]; return s, ok }
func (c *userCache) GetOrSet(id int, f func() string) string { // want GetOrSet:`^calls 1 once cached$`
	if s, ok := c.m[id]; ok {
		return s
	}
	return f()
}

type Repo struct {
	db    *sql.DB
	names map[int]string
	all   sync.Map
	cache *userCache
}

func (r *Repo) load(id int) (name string) {
	r.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name) // effects: ReadDB[SELECT users] via db.QueryRow
	return name
}

func (r *Repo) InMap(id int) string { // want InMap:`^ReadDB\[SELECT users\] cached via \(\*Repo\).load → db.QueryRow$`
	if name, ok := r.names[id]; ok {
		return name
	}
	return r.load(id) // effects: ReadDB[SELECT users] cached via (*Repo).load → db.QueryRow
}

// Settings asks for the same entry each time.
func (r *Repo) Settings() string { // want Settings:`^ReadDB\[SELECT users\] cached rare via \(\*Repo\).InMap → \(\*Repo\).load → db.QueryRow$`
	return r.InMap(1) // effects: ReadDB[SELECT users] cached via (*Repo).InMap → (*Repo).load → db.QueryRow
}

func (r *Repo) Missing(id int) string { // want Missing:`^ReadDB\[SELECT users\] cached rare via \(\*Repo\).load → db.QueryRow$`
	name, ok := r.names[id]
	if !ok {
		name = r.load(id) // effects: ReadDB[SELECT users] cached via (*Repo).load → db.QueryRow
		r.names[id] = name
	}
	return name
}

func (r *Repo) InSyncMap(id int) string { // want InSyncMap:`^ReadDB\[SELECT users\] cached via \(\*Repo\).load → db.QueryRow$`
	if name, ok := r.all.Load(id); ok {
		return name.(string)
	}
	return r.load(id) // effects: ReadDB[SELECT users] cached via (*Repo).load → db.QueryRow
}

func (r *Repo) InCache(id int) string { // want InCache:`^ReadDB\[SELECT users\] cached via \(\*Repo\).load → db.QueryRow$`
	if name, ok := r.cache.Get(id); ok {
		return name
	}
	return r.load(id) // effects: ReadDB[SELECT users] cached via (*Repo).load → db.QueryRow
}

func (r *Repo) Asserted(id int) string { // want Asserted:`^ReadDB\[SELECT users\] cached via \(\*Repo\).load → db.QueryRow$`
	if id > 0 {
		if v, ok := r.all.Load(id); ok {
			name, ok := v.(string)
			if ok {
				return name
			}
		}
	}
	return r.load(id) // effects: ReadDB[SELECT users] cached via (*Repo).load → db.QueryRow
}

func (r *Repo) Computed(id int) string { // want Computed:`^ReadDB\[SELECT users\] cached via \(\*Repo\).load → db.QueryRow$`
	return r.cache.GetOrSet(id, func() string { // effects: ReadDB[SELECT users] cached via (*Repo).load → db.QueryRow
		return r.load(id) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
	})
}

// ForEachCached calls its argument for what is cached, not for what is not.
func (r *Repo) ForEachCached(f func(string)) { // want ForEachCached:`^calls 0 per element$`
	for _, name := range r.names {
		f(name)
	}
}

func (r *Repo) All() { // want All:`^ReadDB\[SELECT users\] in loop via \(\*Repo\).load → db.QueryRow$`
	r.ForEachCached(func(string) { // effects: ReadDB[SELECT users] in loop via (*Repo).load → db.QueryRow
		r.load(1) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
	})
}

// The map says what is allowed: it is no cache.
func (r *Repo) Allowed(id int) string { // want Allowed:`^ReadDB\[SELECT users\] via \(\*Repo\).load → db.QueryRow$`
	if _, ok := r.names[id]; !ok {
		return ""
	}
	return r.load(id) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
}

// A look afterwards is too late.
func (r *Repo) Late(id int) string { // want Late:`^ReadDB\[SELECT users\] via \(\*Repo\).load → db.QueryRow$`
	name := r.load(id) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
	if old, ok := r.names[id]; ok {
		return old
	}
	return name
}

// The hit goes on to the query as well.
func (r *Repo) Goes(id int) string { // want Goes:`^ReadDB\[SELECT users\] via \(\*Repo\).load → db.QueryRow$`
	if name, ok := r.names[id]; ok {
		println(name)
	}
	return r.load(id) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
}

func (r *Repo) Many(ids []int) { // want Many:`^ReadDB\[SELECT users\] batch via db.Query$`
	r.db.Query("SELECT name FROM users WHERE id = ANY($1)", pq.Array(ids)) // effects: ReadDB[SELECT users] via db.Query
}

func (r *Repo) Built(ids []int) { // want Built:`^ReadDB\[SELECT users\] batch via db.Query$`
	q, args, _ := sqlx.In("SELECT name FROM users WHERE id IN (?)", ids)
	r.db.Query(q, args...) // effects: ReadDB[SELECT users] via db.Query
}

func (r *Repo) Chunks(ids []int) { // want Chunks:`^ReadDB\[SELECT users\] batch via \(\*Repo\).Many → db.Query$`
	for len(ids) > 0 {
		n := min(len(ids), 100)
		r.Many(ids[:n]) // effects: ReadDB[SELECT users] batch via (*Repo).Many → db.Query
		ids = ids[n:]
	}
}

// A round trip for each.
func (r *Repo) Single(ids []int) { // want Single:`^ReadDB\[SELECT users\] in loop via \(\*Repo\).load → db.QueryRow$`
	for _, id := range ids {
		r.load(id) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
	}
}

// The list belongs to one user.
func (r *Repo) Roles(user int, roles []string) { // want Roles:`^WriteDB\[UPDATE users\] via db.Exec$`
	r.db.Exec("UPDATE users SET roles = $2 WHERE id = $1", user, pq.Array(roles)) // effects: WriteDB[UPDATE users] via db.Exec
}

// One record that holds a list.
func (r *Repo) Token(id int, scopes []string) { // want Token:`^WriteDB\[INSERT tokens\] via db.Exec$`
	args := []any{id, pq.Array(scopes)}
	r.db.Exec("INSERT INTO tokens VALUES ($1, $2)", args...) // effects: WriteDB[INSERT tokens] via db.Exec
}

// The query has nothing to do with the list.
func (r *Repo) Other(id int, ids []int) string { // want Other:`^ReadDB\[SELECT users\] via \(\*Repo\).load → db.QueryRow$`
	println(len(ids))
	return r.load(id) // effects: ReadDB[SELECT users] via (*Repo).load → db.QueryRow
}

// Bind values are no list.
func (r *Repo) Wrapper(query string, args ...any) { // want Wrapper:`^ReadDB via db.Query$`
	r.db.Query(query, args...) // effects: ReadDB via db.Query
}

func (r *Repo) Wrapped() { // want Wrapped:`^WriteDB\[DELETE users\] via \(\*Repo\).Wrapper → db.Query$`
	r.Wrapper("DELETE FROM users WHERE id = $1 RETURNING id", 1) // effects: WriteDB[DELETE users] via (*Repo).Wrapper → db.Query
}
