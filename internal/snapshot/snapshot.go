// Package snapshot takes the statistics of a database that is in use: Take. It
// reads PostgreSQL's catalog and statistics views, in one read-only
// transaction that ends by itself when it takes too long. It reads no table of
// the user's, and of values only what docs/statistics.md says.
package snapshot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/pgserver"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// Options say what is asked of a database.
type Options struct {
	DSN string
	// Values asks for the most common values and histograms of all columns,
	// not only of those that hold codes.
	Values bool
}

// A Report is what one should know of a snapshot beside its content.
type Report struct {
	// Columns counts the columns with statistics, Values those of which
	// values stand in the file.
	Columns, Values int
	// Bare names tables that have rows and of whose columns nothing was seen:
	// they were never analyzed, or the role may not read them.
	Bare []string
	// NoCalls says why there are no counts of statements; "" if there are.
	NoCalls string
}

// Take asks the database. Errors do not show the connection string.
func Take(ctx context.Context, o Options) (*stats.File, *Report, error) {
	s, err := pgserver.Open(ctx, o.DSN, "sqlvet snapshot")
	if err != nil {
		return nil, nil, err
	}
	f, r := Read(s, o.Values)
	if err := s.Close(); err != nil {
		return nil, nil, err
	}
	return f, r, nil
}

// Read is Take in a session that is open; what went wrong is in its Err.
func Read(s *pgserver.Session, values bool) (*stats.File, *Report) {
	f := &stats.File{Version: stats.Version, Taken: time.Now().UTC().Truncate(time.Second), Server: s.Version, Values: values}
	f.Since = moment(s.Value("SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()"))
	r := new(Report)
	c := &collection{File: f, tables: make(map[string]*stats.Table), indexes: make(map[string]*stats.Index)}
	c.addTables(s)
	c.addIndexes(s)
	c.addColumns(s, values, r)
	c.addParts(s)
	if s.Err == nil {
		calls(s, f, r)
	}
	for _, t := range f.Tables {
		if t.Rows > 0 && len(t.Columns) == 0 {
			r.Bare = append(r.Bare, t.Schema+"."+t.Name)
		}
	}
	return f, r
}

// A collection is a file in the making. Tables and indexes are found by the
// server's numbers for them.
type collection struct {
	*stats.File
	tables  map[string]*stats.Table
	indexes map[string]*stats.Index
}

// own leaves out the system's schemas and those of temporary tables.
const own = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`

func (c *collection) addTables(s *pgserver.Session) {
	for _, r := range s.Rows(`SELECT c.oid, n.nspname, c.relname, c.reltuples, c.relpages, c.relallvisible,
			greatest(t.last_analyze, t.last_autoanalyze)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables t ON t.relid = c.oid
		WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND ` + own + ` ORDER BY n.nspname, c.relname`) {
		t := &stats.Table{Schema: r[1], Name: r[2], Rows: number(r[3]), Pages: count(r[4]), AllVisible: count(r[5]), Analyzed: moment(r[6])}
		if t.Rows == 0 && t.Pages == 0 && t.Analyzed == nil {
			t.Rows = -1 // before PostgreSQL 14: not known
		}
		c.Tables = append(c.Tables, t)
		c.tables[r[0]] = t
	}
}

func (c *collection) addIndexes(s *pgserver.Session) {
	for _, r := range s.Rows(`SELECT i.indexrelid, i.indrelid, c.relname, c.reltuples, c.relpages, t.idx_scan
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_stat_user_indexes t ON t.indexrelid = i.indexrelid WHERE ` + own + ` ORDER BY c.relname`) {
		t := c.tables[r[1]]
		if t == nil {
			continue
		}
		x := &stats.Index{Name: r[2], Rows: number(r[3]), Pages: count(r[4])}
		if n, err := strconv.ParseInt(r[5], 10, 64); err == nil {
			x.Scans = &n
		}
		t.Indexes = append(t.Indexes, x)
		c.indexes[r[0]] = x
	}
}

// columnsOf asks for the statistics of columns. Values leave the server only
// where they are asked for, or where they are codes: the marks of booleans and
// enums, and short words of one case that few rows are many times divided
// into. %s is whether all are asked for.
const columnsOf = `SELECT c.oid, a.attname, format_type(a.atttypid, a.atttypmod), s.null_frac, s.avg_width, s.n_distinct, s.correlation,
		array_to_json(s.most_common_freqs), array_to_json(s.most_common_elem_freqs), array_to_json(s.elem_count_histogram),
		CASE WHEN all_of OR t.typtype = 'e' OR t.oid = 'bool'::regtype OR
			c.reltuples >= 100 * s.n_distinct AND s.n_distinct BETWEEN 1 AND 50 AND (t.oid = 'int2'::regtype OR
			t.oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) AND NOT EXISTS (
				SELECT FROM unnest(s.most_common_vals::text::text[]) v
				WHERE v !~ '^([a-z][a-z0-9_.:-]{0,23}|[A-Z][A-Z0-9_.:-]{0,23}) *$'))
			THEN array_to_json(s.most_common_vals::text::text[]) END,
		CASE WHEN all_of THEN array_to_json(s.histogram_bounds::text::text[]) END,
		CASE WHEN all_of THEN array_to_json(s.most_common_elems::text::text[]) END
	FROM (SELECT %s) AS asked (all_of), pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.inherited = (c.relkind = 'p')
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname JOIN pg_type t ON t.oid = a.atttypid
	WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND ` + own + ` ORDER BY c.oid, a.attnum`

func (c *collection) addColumns(s *pgserver.Session, values bool, report *Report) {
	for _, r := range s.Rows(fmt.Sprintf(columnsOf, strconv.FormatBool(values))) {
		x := &stats.Column{Name: r[1], Type: r[2], NullFraction: number(r[3]), Width: int(count(r[4])), Distinct: number(r[5])}
		if r[6] != "" {
			n := number(r[6])
			x.Correlation = &n
		}
		x.Frequencies, x.Common, x.Histogram = list[float64](r[7]), list[string](r[10]), list[string](r[11])
		if len(x.Common) != len(x.Frequencies) {
			x.Common = nil
		}
		if e := (stats.Elements{Common: list[string](r[12]), Frequencies: list[float64](r[8]), Counts: list[float64](r[9])}); e.Frequencies != nil || e.Counts != nil {
			x.Elements = &e
		}
		if t := c.tables[r[0]]; t != nil {
			t.Columns = append(t.Columns, x)
		} else if i := c.indexes[r[0]]; i != nil {
			i.Columns = append(i.Columns, x)
		} else {
			continue
		}
		report.Columns++
		if x.Common != nil || x.Histogram != nil || x.Elements != nil && x.Elements.Common != nil {
			report.Values++
		}
	}
}

// addParts gives a partitioned table, and its indexes, the rows, pages and
// scans of its partitions.
func (c *collection) addParts(s *pgserver.Session) {
	parents := make(map[string]string)
	for _, r := range s.Rows(`SELECT i.inhrelid, i.inhparent FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.relkind IN ('p', 'I')`) {
		parents[r[0]] = r[1]
	}
	type sums struct {
		rows  float64
		pages int64
	}
	of := make(map[*stats.Table]sums)
	inner := make(map[string]bool)
	for _, parent := range parents {
		inner[parent] = true
	}
	for part := range parents {
		if inner[part] {
			continue // its own partitions count
		}
		for up := parents[part]; up != ""; up = parents[up] {
			if t, p := c.tables[up], c.tables[part]; t != nil && p != nil {
				n := of[t]
				of[t] = sums{n.rows + max(p.Rows, 0), n.pages + p.Pages}
			}
			if x, p := c.indexes[up], c.indexes[part]; x != nil && p != nil {
				x.Rows, x.Pages = max(x.Rows, 0)+max(p.Rows, 0), x.Pages+p.Pages
				if p.Scans != nil {
					n := *p.Scans
					if x.Scans != nil {
						n += *x.Scans
					}
					x.Scans = &n
				}
			}
		}
	}
	for t, n := range of {
		t.Rows, t.Pages = n.rows, n.pages
	}
}

// calls counts the statements that the server has seen, if it does count.
func calls(s *pgserver.Session, f *stats.File, r *Report) {
	schema := s.Value(`SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`)
	if s.Err != nil {
		return
	}
	if schema == "" {
		r.NoCalls = "pg_stat_statements is not installed in the database"
		return
	}
	rows, no := s.Try(`SELECT query, sum(calls) FROM ` + schema + `.pg_stat_statements s
		WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query <> '<insufficient privilege>' GROUP BY query`)
	if no != "" {
		r.NoCalls = "of pg_stat_statements the server says: " + no
		return
	}
	sums := make(map[string]int64)
	for _, row := range rows {
		if print, err := pgquery.Fingerprint(row[0]); err == nil && print != "" {
			sums[print] += count(row[1])
		}
	}
	for print, n := range sums {
		f.Statements = append(f.Statements, stats.Statement{Fingerprint: print, Calls: n})
	}
	slices.SortFunc(f.Statements, func(a, b stats.Statement) int { return strings.Compare(a.Fingerprint, b.Fingerprint) })
	if len(f.Statements) == 0 {
		r.NoCalls = "pg_stat_statements shows no statement to this role"
	}
}
