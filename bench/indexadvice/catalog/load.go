package catalog

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

const user = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`

// A loader reads one kind of thing after the other; OIDs lead back to tables.
type loader struct {
	cat   *Catalog
	byOID map[uint32]*Table
}

// Load reads the catalog of the database that db is connected to.
func Load(ctx context.Context, db *pgx.Conn) (*Catalog, error) {
	l := &loader{&Catalog{Tables: map[string]*Table{}}, map[uint32]*Table{}}
	for _, part := range []struct {
		query string
		scan  func(pgx.Rows) error
	}{{tablesQuery, l.table}, {columnsQuery, l.column}, {indexesQuery, l.index}, {keysQuery, l.key}} {
		rows, err := db.Query(ctx, part.query)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			if err := part.scan(rows); err != nil {
				rows.Close()
				return nil, err
			}
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return l.cat, nil
}

// Tables that belong to an extension are not the application's.
const tablesQuery = `
SELECT c.oid, CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END, greatest(c.reltuples, 0), c.relkind::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND ` + user + `
	AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 2`

func (l *loader) table(rows pgx.Rows) error {
	t := &Table{ByName: map[string]*Column{}}
	var oid uint32
	if err := rows.Scan(&oid, &t.Name, &t.Rows, &t.Kind); err != nil {
		return err
	}
	l.cat.Tables[t.Name] = t
	l.cat.Order = append(l.cat.Order, t.Name)
	l.byOID[oid] = t
	return nil
}

const columnsQuery = `
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), t.typname, t.typcategory::text, a.attnotnull,
	coalesce(s.stadistinct, 0), coalesce(s.stanullfrac, 0),
	coalesce((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum e WHERE e.enumtypid = a.atttypid), '{}'),
	a.attgenerated <> '', a.attidentity <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
	LEFT JOIN pg_statistic s ON s.starelid = a.attrelid AND s.staattnum = a.attnum AND NOT s.stainherit
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm') AND ` + user + `
ORDER BY a.attrelid, a.attnum`

func (l *loader) column(rows pgx.Rows) error {
	var oid uint32
	c := &Column{}
	err := rows.Scan(&oid, &c.Name, &c.Type, &c.Base, &c.Category, &c.NotNull, &c.NDistinct, &c.NullFrac, &c.Enum, &c.Generated, &c.Identity)
	t := l.byOID[oid]
	if err != nil || t == nil {
		return err
	}
	if c.NDistinct < 0 { // a share of the rows
		c.NDistinct = -c.NDistinct * t.Rows
	}
	t.Cols = append(t.Cols, c)
	t.ByName[c.Name] = c
	return nil
}

const indexesQuery = `
SELECT i.indrelid, ic.relname, am.amname, i.indisunique,
	EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')),
	coalesce(pg_get_expr(i.indpred, i.indrelid), ''), pg_get_indexdef(i.indexrelid), i.indnkeyatts,
	(SELECT array_agg(pg_get_indexdef(i.indexrelid, g, true) ORDER BY g) FROM generate_series(1, i.indnatts) g)
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam JOIN pg_namespace n ON n.oid = ic.relnamespace
WHERE ` + user + ` ORDER BY ic.relname`

func (l *loader) index(rows pgx.Rows) error {
	var oid uint32
	var keys int16
	var parts []string
	x := &Index{}
	err := rows.Scan(&oid, &x.Name, &x.AM, &x.Unique, &x.Constr, &x.Pred, &x.Def, &keys, &parts)
	t := l.byOID[oid]
	if err != nil || t == nil {
		return err
	}
	for i, p := range parts {
		p = strings.Trim(p, `"`)
		if i < int(keys) {
			x.Keys = append(x.Keys, p)
		} else {
			x.Include = append(x.Include, p)
		}
	}
	t.Indexes = append(t.Indexes, x)
	return nil
}

const keysQuery = `
SELECT k.conname, k.conrelid, k.confrelid, k.confdeltype::text,
	(SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY u(n, o) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n),
	(SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY u(n, o) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n)
FROM pg_constraint k WHERE contype = 'f' ORDER BY 1`

func (l *loader) key(rows pgx.Rows) error {
	var from, to uint32
	f := &FK{}
	err := rows.Scan(&f.Name, &from, &to, &f.OnDelete, &f.Cols, &f.RefCols)
	t, ref := l.byOID[from], l.byOID[to]
	if err != nil || t == nil || ref == nil {
		return err
	}
	f.Table, f.Ref = t.Name, ref.Name
	t.FKs = append(t.FKs, f)
	ref.RefBy = append(ref.RefBy, f)
	return nil
}
