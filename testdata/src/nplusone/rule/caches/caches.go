// Package caches has loops whose helper asks a cache first: silent where the
// helper fills it, else likely findings.
package caches

import (
	"database/sql"
	"sync"
)

type Repo struct {
	db    *sql.DB
	names map[int64]string
	all   sync.Map
}

func (r *Repo) load(id int64) (name string) {
	r.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name)
	return name
}

func (r *Repo) name(id int64) string {
	if name, ok := r.names[id]; ok {
		return name
	}
	name := r.load(id)
	r.names[id] = name
	return name
}

func (r *Repo) syncName(id int64) string {
	if name, ok := r.all.Load(id); ok {
		return name.(string)
	}
	return r.load(id)
}

func (r *Repo) cached(ids []int64) {
	for _, id := range ids {
		r.name(id) // each name is loaded once
	}
	for _, id := range ids {
		r.syncName(id) // want `^the query SELECT users runs once per iteration of the loop at line 41, via \(\*Repo\)\.syncName -> \(\*Repo\)\.load -> db\.QueryRow \(caches\.go:17\), unless a cache has it`
	}
}

func (r *Repo) uncached(ids []int64) {
	for _, id := range ids {
		r.load(id) // want `^the query SELECT users runs once per iteration of the loop at line 47, via \(\*Repo\)\.load -> db\.QueryRow \(caches\.go:17\)`
	}
}

// Everything is in the map already.
func (r *Repo) filled(ids []int64) (names []string) {
	for _, id := range ids {
		names = append(names, r.names[id])
	}
	return names
}

// A setting that is read once: nothing to hoist.
func (r *Repo) setting() string {
	if name, ok := r.names[0]; ok {
		return name
	}
	return r.load(0)
}

func (r *Repo) settings(ids []int64) (n int) {
	for range ids {
		n += len(r.setting())
	}
	return n
}

type lazy struct {
	once sync.Once
	repo *Repo
	name string
}

func (l *lazy) get() string {
	l.once.Do(func() { l.name = l.repo.load(0) })
	return l.name
}

func (l *lazy) gets(ids []int64) (n int) {
	for range ids {
		n += len(l.get())
	}
	return n
}

// A set says what was done already, and has no answer.
func (r *Repo) once(ids []int64) {
	done := make(map[int64]bool)
	for _, id := range ids {
		if _, ok := done[id]; ok {
			continue
		}
		done[id] = true
		r.touch(id) // want `^the query UPDATE users runs once per iteration of the loop at line \d+, via \(\*Repo\)\.touch -> \S+ \(caches\.go:\d+\): write all`
	}
}

func (r *Repo) touch(id int64) { r.db.Exec("UPDATE users SET seen = now() WHERE id = $1", id) }

// What the map has is the answer: each thing is asked for once.
func (r *Repo) memo(ids []int64) (names []string) {
	had := make(map[int64]string)
	for _, id := range ids {
		name, ok := had[id]
		if !ok {
			name = r.load(id)
			had[id] = name
		}
		names = append(names, name)
	}
	return names
}

type person struct{ name, short string }

func (r *Repo) person(id int64) (p person, err error) {
	err = r.db.QueryRow("SELECT name, short FROM people WHERE id = $1", id).Scan(&p.name, &p.short)
	return p, err
}

// A part of the answer is kept, behind a hit that goes on.
func (r *Repo) shorts(ids []int64, kept map[int64]string) (all []string, err error) {
	for _, id := range ids {
		if s, ok := kept[id]; ok {
			all = append(all, s)
			continue
		}
		p, err := r.person(id)
		if err != nil {
			return nil, err
		}
		s := p.short
		kept[id] = s
		all = append(all, s)
	}
	return all, nil
}

// The map is another one each time.
func (r *Repo) perGroup(groups [][]int64) (n int) {
	for _, ids := range groups {
		had := make(map[int64]string)
		for _, id := range ids {
			name, ok := had[id]
			if !ok {
				name = r.load(id) // want `^the query SELECT users runs once per iteration of the loop at line 148`
				had[id] = name
			}
			n += len(name)
		}
	}
	return n
}

// What is kept is not what the query gave.
func (r *Repo) marks(ids []int64, known map[int64]int64) (names []string) {
	for _, id := range ids {
		at, ok := known[id]
		if !ok {
			names = append(names, r.load(id)) // want `^the query SELECT users runs once per iteration of the loop at line 164`
			known[id] = at + 1
		}
	}
	return names
}

// Each holder has a memory of its own.
type holder struct {
	repo  *Repo
	names map[int64]*person
}

func (h *holder) person(id int64) *person {
	p := h.names[id]
	if p == nil {
		q, _ := h.repo.person(id)
		p = &q
		h.names[id] = p
	}
	return p
}

func same(h *holder, ids []int64) (all []string) {
	for _, id := range ids {
		all = append(all, h.person(id).name)
	}
	return all
}

func others(hs []*holder, ids []int64) (all []string) {
	for i, h := range hs {
		all = append(all, h.person(ids[i]).name) // want `^the query SELECT people runs once per iteration of the loop at line 198`
	}
	return all
}

type crew struct{ Members []int64 }

// What a cache may have, of the few parts of one thing, is two doubts.
func (r *Repo) aboard(c crew, all []crew) {
	for _, id := range c.Members {
		r.syncName(id)
	}
	for _, c := range all {
		for _, id := range c.Members {
			r.syncName(id) // want `, itself in the loop at line \d+, via .*, unless a cache has it`
		}
	}
}
