package doctor

import (
	"strconv"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// A table is one, with what the server counts of it.
type table struct {
	OID       string   `json:"oid"`
	Name      string   `json:"name"` // with the schema, quoted as SQL wants it
	Kind      string   `json:"kind"` // "r", "p" or "m"
	Partition bool     `json:"partition"`
	Rows      float64  `json:"rows"` // the planner's estimate; of a partitioned table those of its partitions; -1 if not known
	Analyzed  float64  `json:"analyzed"`
	Pages     float64  `json:"pages"`
	Options   []string `json:"options"` // "autovacuum_enabled=false"
	Dead      float64  `json:"dead"`
	Modified  float64  `json:"modified"` // since the last ANALYZE
	Deleted   float64  `json:"deleted"`  // since the counters began
	Primary   bool     `json:"primary"`
	Unique    string   `json:"unique"` // a unique index that could be the primary key
	Written   float64  `json:"written"`
}

// ours are the schemas of users, and no table that an extension made.
const ours = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relpersistence <> 't' AND
	NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`

const tablesQuery = `SELECT row_to_json(q) FROM (SELECT c.oid::text, format('%I.%I', n.nspname, c.relname) AS name, c.relkind AS kind, c.relispartition AS partition,
		CASE c.relkind WHEN 'p' THEN (SELECT sum(greatest(p.reltuples, 0)) FROM pg_partition_tree(c.oid) w JOIN pg_class p ON p.oid = w.relid WHERE w.isleaf)
			ELSE c.reltuples END AS rows, c.reltuples AS analyzed, c.relpages AS pages, c.reloptions AS options,
		t.n_dead_tup AS dead, t.n_mod_since_analyze AS modified, t.n_tup_del AS deleted, t.n_tup_ins + t.n_tup_upd + t.n_tup_del AS written,
		EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS primary,
		(SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
			WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND c.relkind = 'r' AND
				NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull) AND
				NOT EXISTS (SELECT FROM pg_constraint u WHERE u.conindid = i.indexrelid AND u.contype = 'u')
			ORDER BY i.indnatts, x.relname LIMIT 1) AS unique
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables t ON t.relid = c.oid
	WHERE c.relkind IN ('r', 'p', 'm') AND ` + ours + ` ORDER BY n.nspname, c.relname) q`

// few is a number of rows below which nothing about a table matters: it is
// read in a moment.
const few = 1000

// number is a setting's value, as pg_settings has it.
func (d *Database) number(setting string) float64 {
	n, _ := strconv.ParseFloat(d.Settings[setting], 64)
	return n
}

// option is a setting as it is for a table: its own, or the server's.
func (d *Database) option(t *table, name string) float64 {
	for _, o := range t.Options {
		if key, value, _ := strings.Cut(o, "="); key == name {
			if n, err := strconv.ParseFloat(value, 64); err == nil {
				return n
			}
		}
	}
	return d.number(name)
}

// leftAlone reports whether autovacuum is told not to look at a table.
func (t *table) leftAlone() bool {
	for _, o := range t.Options {
		key, value, _ := strings.Cut(o, "=")
		if on, err := strconv.ParseBool(value); key == "autovacuum_enabled" && (err == nil && !on || value == "off") {
			return true
		}
	}
	return false
}

// counted is for how long the server has counted.
func (d *Database) counted() time.Duration { return d.Now.Sub(d.Since) }

// ddl writes the tables, views, keys and valid indexes of the database as SQL.
func ddl(s *pgserver.Session) string {
	var b strings.Builder
	for _, r := range s.Rows(ddlQuery) {
		b.WriteString(r[0] + ";\n")
	}
	return b.String()
}

const ddlQuery = `WITH
	rels AS (SELECT c.oid, c.relkind, c.relispartition, c.relpartbound, format('%I.%I', n.nspname, c.relname) AS name, pg_partition_ancestors.depth
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
			LATERAL (SELECT count(*) AS depth FROM pg_partition_ancestors(c.oid)) AS pg_partition_ancestors
		WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ` + ours + `),
	texts AS (
		SELECT 0 AS step, t.oid, 0 AS depth, format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
			(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)) AS sql
		FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND n.nspname !~ '^pg_'
		UNION ALL
		SELECT 1, r.oid, r.depth, CASE WHEN r.relispartition THEN format('CREATE TABLE %s PARTITION OF %s %s', r.name,
				(SELECT format('%I.%I', n.nspname, p.relname) FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace WHERE i.inhrelid = r.oid),
				pg_get_expr(r.relpartbound, r.oid))
			ELSE format('CREATE TABLE %s (%s)', r.name, (SELECT string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' END), ', ' ORDER BY a.attnum)
				FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped)) END
			|| CASE r.relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(r.oid) ELSE '' END
		FROM rels r WHERE r.relkind IN ('r', 'p')
		UNION ALL
		SELECT CASE k.contype WHEN 'f' THEN 3 ELSE 2 END, k.oid, r.depth, format('ALTER TABLE %s ADD CONSTRAINT %I %s', r.name, k.conname, pg_get_constraintdef(k.oid))
		FROM rels r JOIN pg_constraint k ON k.conrelid = r.oid WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conparentid = 0 AND (k.conislocal OR NOT r.relispartition)
		UNION ALL
		SELECT 4, r.oid, 0, format('CREATE %s %s AS %s', CASE r.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, r.name, rtrim(pg_get_viewdef(r.oid), '; '))
		FROM rels r WHERE r.relkind IN ('v', 'm')
		UNION ALL
		SELECT 5, i.indexrelid, r.depth, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
		FROM rels r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class x ON x.oid = i.indexrelid
		WHERE i.indisvalid AND NOT x.relispartition AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')))
	SELECT sql FROM texts WHERE sql IS NOT NULL ORDER BY step, depth, oid`
