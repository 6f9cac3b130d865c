package dbload

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
	"github.com/sqlvet/sqlvet/bench/indexadvice/workload"
)

// DefaultRows is the size of a table that no one gave a size.
const DefaultRows = 1000

// Rows reads a file with a table and its number of rows on each line; a
// missing file means that every table has DefaultRows.
func Rows(path string) (map[string]int, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := map[string]int{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line, _, _ := strings.Cut(sc.Text(), "#")
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		if len(parts) != 2 {
			return nil, fmt.Errorf("%s: want a table and a number: %q", path, sc.Text())
		}
		if rows[parts[0]], err = strconv.Atoi(parts[1]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return rows, sc.Err()
}

// A filler invents the rows of a database.
type filler struct {
	*planner.Session
	rows   map[string]int                 // of every table
	consts map[string]map[string][]string // literals of the statements, by table and column
}

// Fill replaces the rows of every table. keys is DDL that adds foreign keys
// which the schema does not declare; they guide the filler and are dropped
// again. The random numbers are seeded.
func Fill(s *planner.Session, rows map[string]int, keys string, list []workload.Query) error {
	if err := empty(s); err != nil {
		return err
	}
	if keys != "" {
		if err := s.Exec(keys); err != nil {
			return err
		}
		if err := s.Reload(); err != nil {
			return err
		}
	}
	f := &filler{s, map[string]int{}, literals(s.Catalog, list)}
	for _, t := range s.Catalog.Order {
		n, ok := rows[t]
		if !ok {
			n = DefaultRows
		}
		f.rows[t] = n
	}
	if err := f.all(); err != nil {
		return err
	}
	if keys != "" {
		if err := f.drop("f"); err != nil {
			return err
		}
	}
	if err := s.Exec("VACUUM ANALYZE"); err != nil {
		return err
	}
	return s.Reload()
}

// empty deletes the rows that the migrations inserted, without triggers.
func empty(s *planner.Session) error {
	if err := s.Exec("SET session_replication_role = replica"); err != nil {
		return err
	}
	for name, t := range s.Catalog.Tables {
		if t.Kind == "m" {
			continue
		}
		if err := s.Exec("DELETE FROM " + catalog.QuoteTable(name)); err != nil {
			return err
		}
	}
	return s.Exec("SET session_replication_role = origin")
}

func literals(cat *catalog.Catalog, list []workload.Query) map[string]map[string][]string {
	out := map[string]map[string][]string{}
	for _, q := range list {
		info, err := shape.Analyze(cat, q.SQL)
		if err != nil {
			continue // told when the workload is loaded
		}
		for t, columns := range info.Consts {
			if out[t] == nil {
				out[t] = map[string][]string{}
			}
			for c, values := range columns {
				out[t][c] = append(out[t][c], values...)
			}
		}
	}
	return out
}

func (f *filler) all() error {
	// Foreign keys and triggers are not asked: the rows fit by construction.
	// Check constraints are dropped: the filler cannot solve them.
	if err := f.Exec("SET session_replication_role = replica"); err != nil {
		return err
	}
	if err := f.drop("c"); err != nil {
		return err
	}
	if err := f.Exec("SELECT setseed(0.42)"); err != nil {
		return err
	}
	order := f.order()
	for _, t := range order {
		if t.Kind == "m" {
			continue
		}
		if err := f.table(t); err != nil {
			return err
		}
	}
	if err := f.Exec("SET session_replication_role = origin"); err != nil {
		return err
	}
	for _, t := range order {
		if t.Kind == "m" {
			if err := f.Exec("REFRESH MATERIALIZED VIEW " + catalog.QuoteTable(t.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop drops all constraints of a type, as in pg_constraint.contype.
func (f *filler) drop(kind string) error {
	list, err := f.Strings("SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint " +
		"WHERE contype = '" + kind + "' AND conrelid <> 0 AND coninhcount = 0")
	if err != nil {
		return err
	}
	for _, sql := range list {
		if err := f.Exec(sql); err != nil {
			return err
		}
	}
	return nil
}

// order returns the tables so that those that are referred to come first, as
// far as that is possible.
func (f *filler) order() []*catalog.Table {
	const open, closed = 1, 2
	state := map[string]int{}
	var out []*catalog.Table
	var visit func(name string)
	visit = func(name string) {
		if state[name] != 0 {
			return // done, or a cycle
		}
		state[name] = open
		t := f.Catalog.Tables[name]
		for _, k := range t.FKs {
			visit(k.Ref)
		}
		state[name] = closed
		out = append(out, t)
	}
	for _, name := range f.Catalog.Order {
		visit(name)
	}
	return out
}

func (f *filler) table(t *catalog.Table) error {
	if f.rows[t.Name] == 0 {
		return nil
	}
	var cols, values []string
	overriding := ""
	for _, c := range t.Cols {
		if c.Generated {
			continue
		}
		if c.Identity {
			overriding = " OVERRIDING SYSTEM VALUE"
		}
		cols, values = append(cols, catalog.Quote(c.Name)), append(values, f.value(t, c))
	}
	sql := fmt.Sprintf("INSERT INTO %s (%s)%s SELECT %s FROM generate_series(1, %d) i", catalog.QuoteTable(t.Name),
		strings.Join(cols, ", "), overriding, strings.Join(values, ", "), f.rows[t.Name])
	// Rows that meet a unique key twice are left out. A deferrable key cannot
	// arbitrate, and must hold by itself.
	err := f.Exec(sql + " ON CONFLICT DO NOTHING")
	if err != nil && strings.Contains(err.Error(), "deferrable") {
		err = f.Exec(sql)
	}
	return err
}
