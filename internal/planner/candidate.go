//go:build unix

package planner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Candidate is an index that is only being thought of.
type Candidate struct {
	Table      *Table
	Definition string // what follows CREATE INDEX name ON
	Pages      int64  // that it would have

	name  string
	parts []*Index // itself, or those of the partitions as well
	on    bool
}

// candidatePrefix begins the names of candidates.
const candidatePrefix = "sqlvet candidate "

// Try makes candidates, all switched off: an index for each definition, nil
// for one that the server refuses.
//
// The tables are made empty for it, since an index of a table that looks big
// would be built by reading it.
func (b *Box) Try(ctx context.Context, table []*Table, definition []string) ([]*Candidate, error) {
	if err := b.shrink(ctx, table); err != nil {
		return nil, err
	}
	out := make([]*Candidate, len(definition))
	byName := make(map[string]*Candidate)
	for i, d := range definition {
		b.tried++
		c := &Candidate{Table: table[i], Definition: d, name: fmt.Sprint(candidatePrefix, b.tried)}
		err := b.admin.exec(ctx, "SET search_path = "+b.pathOf+", pg_catalog; CREATE INDEX "+sqlscan.QuoteIdent(c.name)+" ON "+d)
		if refusal(err) != nil {
			continue
		} else if err != nil {
			return nil, err
		}
		out[i], byName[c.name] = c, c
	}
	if err := b.admin.exec(ctx, "RESET search_path"); err != nil {
		return nil, err
	}
	if err := b.adopt(ctx, byName); err != nil {
		return nil, err
	}
	if err := b.grow(ctx, table, byName); err != nil {
		return nil, err
	}
	return out, b.connect(ctx)
}

// shrink makes tables as small as they are.
func (b *Box) shrink(ctx context.Context, tables []*Table) error {
	for t := range b.withParts(tables) {
		if err := resize(b.server.Data(), t.file, 0, t.base); err != nil {
			return err
		}
	}
	return b.connect(ctx) // a session remembers how many segments there were
}

// withParts returns tables with all their partitions.
func (b *Box) withParts(tables []*Table) map[*Table]bool {
	all := make(map[*Table]bool)
	for _, t := range b.Tables {
		for p := t; p != nil; p = p.PartitionOf {
			if slices.Contains(tables, p) {
				all[t] = true
			}
		}
	}
	return all
}

// adopt finds the indexes that were made for candidates, and switches them
// off.
func (b *Box) adopt(ctx context.Context, byName map[string]*Candidate) error {
	rows, err := b.admin.rows(ctx, `WITH RECURSIVE made AS (
		SELECT oid, relname AS root FROM pg_class WHERE relname LIKE '`+candidatePrefix+`%' AND relkind IN ('i', 'I')
			AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid)
		UNION ALL SELECT i.inhrelid, made.root FROM made JOIN pg_inherits i ON i.inhparent = made.oid)
		SELECT made.root, x.* FROM made JOIN (`+indexesQuery+`) x ON x.indexrelid = made.oid`)
	if err != nil {
		return err
	}
	byOID := make(map[uint32]*Table)
	for _, t := range b.Tables {
		byOID[t.oid] = t
	}
	var oids []string
	for _, r := range rows {
		c, t := byName[r[0]], byOID[number(r[1])]
		if c == nil || t == nil {
			continue
		}
		x := newIndex(t, r[1:])
		x.Candidate = true
		c.parts = append(c.parts, x)
		oids = append(oids, itoa(x.oid))
		b.made[x.Name] = c
	}
	if len(oids) == 0 {
		return nil
	}
	return b.admin.exec(ctx, "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ("+strings.Join(oids, ", ")+")")
}

// grow gives tables and candidates their sizes.
func (b *Box) grow(ctx context.Context, tables []*Table, made map[string]*Candidate) error {
	w := &writer{box: b}
	var failed error
	for t := range b.withParts(tables) {
		if t.Kind == "p" {
			continue
		}
		failed = errors.Join(failed, resize(b.server.Data(), t.file, t.Pages, t.base))
		// CREATE INDEX has counted the rows.
		w.sizes = append(w.sizes, sizeRow(t.oid, t.Pages, t.Rows, t.visible))
	}
	if failed = errors.Join(failed, w.flush(ctx)); failed != nil {
		return failed
	}
	for _, c := range made {
		for _, x := range c.parts {
			if err := w.index(ctx, x, nil); err != nil {
				return err
			}
			c.Pages += x.Pages
		}
	}
	return w.flush(ctx)
}

// Switch leaves exactly these candidates switched on.
func (b *Box) Switch(ctx context.Context, on ...*Candidate) error {
	var up, down []string
	want := make(map[*Candidate]bool)
	for _, c := range on {
		if want[c] = true; !c.on {
			up = append(up, c.oids()...)
			c.on = true
			b.active = append(b.active, c)
		}
	}
	b.active = slices.DeleteFunc(b.active, func(c *Candidate) bool {
		if want[c] {
			return false
		}
		c.on = false
		down = append(down, c.oids()...)
		return true
	})
	var sql []string
	if len(up) > 0 {
		sql = append(sql, "UPDATE pg_index SET indisvalid = true WHERE indexrelid IN ("+strings.Join(up, ", ")+")")
	}
	if len(down) > 0 {
		sql = append(sql, "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ("+strings.Join(down, ", ")+")")
	}
	if len(sql) == 0 {
		return nil
	}
	return b.admin.exec(ctx, strings.Join(sql, "; "))
}

func (c *Candidate) oids() (out []string) {
	for _, x := range c.parts {
		out = append(out, itoa(x.oid))
	}
	return out
}

// Candidate returns the candidate that has an index of this name in plans, nil
// if none has.
func (b *Box) Candidate(index string) *Candidate { return b.made[index] }
