// Package b stands between a and c.
package b

import "testdata/funceffects/c"

func Name(r *c.Repo, id int) string { // want Name:`^ReadDB\[SELECT users\] via \(\*Repo\).User → DB.QueryRow$`
	s, _ := r.User(id) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow
	return s
}

// Handle embeds what has the query.
type Handle struct{ *c.Repo }

func (h Handle) Twice(id int) { // want Twice:`^ReadDB\[SELECT users\] via \(\*Repo\).User → DB.QueryRow$`
	h.User(id) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow
	h.User(id) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow
}

func Path(r *c.Repo) string { return r.Path() }

func New() *c.Repo { return &c.Repo{} }
