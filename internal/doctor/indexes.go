package doctor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/priors"
)

// What nothing reads is said once: by the code if that knows.
const (
	unusedIndex = "unused-index"
	codeIndex   = "code-index"
)

// indexChecks look at indexes.
var indexChecks = []Check{
	{
		Name: "invalid-index", Title: "report indexes that are maintained and never read",
		Page: "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
		Query: `SELECT row_to_json(q) FROM (SELECT format('%I.%I', n.nspname, x.relname) AS name, x.relname::text AS bare, c.oid::text AS table, x.relkind AS kind, x.relpages::float8 AS pages
			FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = x.relnamespace
			WHERE NOT i.indisvalid AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
				AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted) AND ` + ours + ` ORDER BY 1) q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			for _, row := range rows {
				type index struct {
					Name, Bare, Table, Kind string
					Pages                   float64
				}
				x := object[index](row)
				t := d.tables[x.Table]
				if t == nil {
					continue
				}
				f := Finding{
					Severity: config.SeverityWarning, Object: shown(x.Name),
					Message: fmt.Sprintf("the index %s of %s is invalid, left by a CREATE INDEX CONCURRENTLY that failed: each write maintains it, no query reads it", shown(x.Name), shown(t.Name)),
					Remedy:  "REINDEX INDEX CONCURRENTLY " + x.Name + ";  -- or DROP INDEX CONCURRENTLY",
					Cost:    fmt.Sprintf("reads the table (%s) twice; readers and writers go on; a unique one fails again while there are doubles", plans.Bytes(8192*t.Pages)),
				}
				switch {
				case x.Kind == "I":
					f.Message = fmt.Sprintf("the index %s of the partitioned table %s is invalid: some partitions lack theirs", shown(x.Name), shown(t.Name))
					f.Remedy = "CREATE INDEX CONCURRENTLY … on each partition that lacks it; ALTER INDEX " + x.Name + " ATTACH PARTITION …;"
					f.Cost = "reads those partitions twice; readers and writers go on"
				case strings.HasSuffix(strings.TrimRight(x.Bare, "0123456789"), "_ccnew"), strings.HasSuffix(strings.TrimRight(x.Bare, "0123456789"), "_ccold"):
					f.Message = fmt.Sprintf("the index %s of %s is what a REINDEX CONCURRENTLY left that failed: each write maintains it, no query reads it", shown(x.Name), shown(t.Name))
					f.Remedy = "DROP INDEX CONCURRENTLY " + x.Name + ";"
					f.Cost = "none; waits for the transactions of now"
				}
				o.add(f)
			}
		},
	},
	{
		Name: "duplicate-index", Title: "report indexes that another one makes needless", Page: "indexes-multicolumn.html",
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			for _, x := range d.doubts(nil) {
				f := Finding{Severity: config.SeverityWarning}
				switch x.Kind {
				case indexadvice.Duplicate:
					f.Message = fmt.Sprintf("the index %s of %s has the keys of %s", x.Index.Name, x.Table, x.Instead.Name)
				case indexadvice.Redundant:
					f.Severity = config.SeverityInfo
					f.Message = fmt.Sprintf("the index %s of %s is the front of %s, which serves the same queries a little slower", x.Index.Name, x.Table, x.Instead.Name)
				case indexadvice.AfterKey:
					f.Severity = config.SeverityInfo
					f.Message = fmt.Sprintf("the index %s of %s goes on behind the key %s, which finds the row", x.Index.Name, x.Table, x.Instead.Name)
				default:
					continue
				}
				d.drop(o, x, f)
			}
		},
	},
	{
		Name: unusedIndex, Title: "report indexes that nothing has read for long",
		Page: "monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW", Needs: needs{primary: true},
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			if d.counted() < d.age {
				o.silent("the counters began %s ago: what runs once a month has not run by then (-age)", minutes(d.counted().Seconds()))
				return
			}
			for _, x := range d.doubts(nil) {
				if x.Kind != indexadvice.Unread {
					continue
				}
				f := Finding{Severity: config.SeverityWarning}
				f.Message = fmt.Sprintf("nothing has read the index %s of %s in the %s since the counters began", x.Index.Name, x.Table, minutes(d.counted().Seconds()))
				if d.Standbys > 0 {
					f.Severity = config.SeverityInfo
					f.Message += "; standbys count for themselves, ask them too"
				}
				d.drop(o, x, f)
			}
		},
	},
	{
		Name: "bloated-index", Title: "report indexes that are mostly air", Page: "routine-reindex.html",
		Needs: needs{primary: true}, Query: bloatQuery,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			const (
				big   = 1280 // pages: 10 MB
				times = 2.0  // as large as it would be anew
			)
			unknown := 0
			for _, row := range rows {
				type index struct {
					Name, Table                    string
					Rows, Pages, Width, Fill, Bare float64
					Nulls                          bool
				}
				x := object[index](row)
				t := d.tables[x.Table]
				switch {
				case t == nil || x.Pages < big || x.Rows < 0:
					continue
				case x.Bare > 0:
					unknown++
					continue
				}
				// Have: a tuple has a header of 8 bytes, 8 more if it may
				// hold nulls, is aligned to 8, and a pointer of 4 bytes leads to
				// it; a page has 40 bytes of its own. Since 13 equal keys share a
				// tuple, so that a new index may be smaller still.
				tuple := 4 + 8*math.Ceil((8+x.Width)/8)
				if x.Nulls {
					tuple += 8
				}
				anew := 1 + math.Ceil(x.Rows*tuple/((8192-40)*x.Fill/100))
				if x.Pages < times*anew {
					continue
				}
				o.add(Finding{
					Severity: config.SeverityWarning, Object: shown(x.Name),
					Message: fmt.Sprintf("the index %s of %s takes %s, and about %s if it were built anew for its %s rows (an estimate)", shown(x.Name), shown(t.Name), plans.Bytes(8192*x.Pages), plans.Bytes(8192*anew), plans.Number(x.Rows)),
					Remedy:  "REINDEX INDEX CONCURRENTLY " + x.Name + ";",
					Cost:    fmt.Sprintf("reads the table (%s) twice and needs about %s of disk meanwhile; readers and writers go on", plans.Bytes(8192*t.Pages), plans.Bytes(8192*anew)),
				})
			}
			if unknown > 0 {
				o.silent("of %d large indexes the width of the keys is not known: never analyzed, or not for this role to read (GRANT pg_read_all_data)", unknown)
			}
		},
	},
}

// bloatQuery returns the B-trees with the average width of their keys, of which
// bare many have no statistics.
const bloatQuery = `SELECT row_to_json(q) FROM (SELECT format('%I.%I', n.nspname, x.relname) AS name, c.oid::text AS table, x.reltuples::float8 AS rows, x.relpages::float8 AS pages,
		coalesce(substring(array_to_string(x.reloptions, ' ') FROM 'fillfactor=([0-9]+)')::float8, 90) AS fill,
		sum(s.avg_width * (1 - s.null_frac))::float8 AS width, bool_or(s.null_frac > 0) AS nulls, count(*) FILTER (WHERE s.avg_width IS NULL)::float8 AS bare
	FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) ON true
	LEFT JOIN pg_attribute a ON a.attrelid = CASE k.attnum WHEN 0 THEN x.oid ELSE c.oid END AND a.attnum = CASE k.attnum WHEN 0 THEN k.place ELSE k.attnum END
	LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = CASE k.attnum WHEN 0 THEN x.relname ELSE c.relname END AND s.attname = a.attname AND NOT s.inherited
	WHERE m.amname = 'btree' AND x.relkind = 'i' AND i.indisvalid AND ` + ours + ` GROUP BY 1, 2, 3, 4, 5 ORDER BY 1) q`

// doubts returns what statements, the database's counters and its other indexes
// say against its indexes. Without code several checks ask, and get the same.
func (d *Database) doubts(code *Code) (out []indexadvice.Doubt) {
	if code == nil {
		if !d.reviewed {
			d.plain, d.reviewed = d.doubts(new(Code)), true
		}
		return d.plain
	}
	opts := indexadvice.Options{Known: priors.Known{Stats: d.Stats}, Long: d.age}
	for _, x := range indexadvice.Review(d.Schema, code.Statements, code.Unread, opts) {
		if x.Index != nil && x.Table.PartitionOf == "" && !x.Index.Invalid {
			out = append(out, x)
		}
	}
	return out
}

// drop adds a finding about an index that may go.
func (d *Database) drop(o *outcome, x indexadvice.Doubt, f Finding) {
	f.Object = x.Index.Name
	name := quote(cmp.Or(x.Table.Schema, "public")) + "." + quote(x.Index.Name)
	f.Remedy = "DROP INDEX CONCURRENTLY " + name + ";"
	f.Cost = "waits for the transactions of now; readers and writers go on; what needs it after all is slow until it is made anew"
	if x.Table.PartitionBy != "" {
		f.Remedy = "DROP INDEX " + name + ";"
		f.Cost = "locks everybody out of the table for a moment, and waits for who is in it: set lock_timeout"
	}
	if t := d.Stats.Table(cmp.Or(x.Table.Schema, "public"), x.Table.Name); t != nil {
		if i := t.Index(x.Index.Name); i != nil && i.Pages > 0 {
			f.Message += fmt.Sprintf(" (%s)", plans.Bytes(8192*float64(i.Pages)))
		}
	}
	o.add(f)
}
