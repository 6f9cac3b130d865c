// Package statstatements answers what statements a server has counted in
// pg_stat_statements: asked of a database (Take), or read from what somebody
// has saved of the view as CSV or JSON (ReadFile). It takes the view of every
// version of the extension, by the names of its columns.
package statstatements

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// A Snapshot is the counters of one moment.
type Snapshot struct {
	Taken time.Time // zero if not known
	Since time.Time // of the last reset; zero if not known
	Rows  []Row
	Notes []string
}

// A Row is what the view holds of one statement of one role.
type Row struct {
	ID    string // what tells it from the others
	Query string
	Role  string // "" if not known
	Calls int64
	Total float64 // milliseconds
	Max   float64 // milliseconds; 0 if not known
	Rows  int64
}

// unseen is what the view shows in place of a statement of another role.
const unseen = "<insufficient privilege>"

// columns are those that are asked for, by the names that they have had: the
// first that is there.
var columns = map[string][]string{
	"query": {"query"}, "calls": {"calls"}, "rows": {"rows"},
	"total": {"total_exec_time", "total_time"}, "max": {"max_exec_time", "max_time"},
	"role": {"rolname", "usename", "role"}, "userid": {"userid"}, "dbid": {"dbid"}, "queryid": {"queryid"}, "toplevel": {"toplevel"},
}

// Take asks a database, in a transaction that reads only. Errors do not show the
// connection string.
func Take(ctx context.Context, dsn string) (*Snapshot, error) {
	session, err := pgserver.Open(ctx, dsn, "sqlvet rank")
	if err != nil {
		return nil, err
	}
	s := take(session)
	if err := session.Close(); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	if s == nil {
		return nil, errMissing
	}
	return s, nil
}

var errMissing = errors.New("pg_stat_statements is not installed in the database of -dsn: " +
	"shared_preload_libraries = 'pg_stat_statements', then CREATE EXTENSION pg_stat_statements")

// take returns nil if there is no such view.
func take(session *pgserver.Session) *Snapshot {
	rows := session.Rows(`SELECT quote_ident(n.nspname), a.attname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements' JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		WHERE e.extname = 'pg_stat_statements'`)
	if len(rows) == 0 {
		return nil
	}
	schema := rows[0][0]
	var have, list []string
	for _, r := range rows {
		have = append(have, r[1])
	}
	for _, name := range []string{"query", "calls", "total", "max", "rows"} {
		list = append(list, "s."+column(have, name))
	}
	top := "true"
	if slices.Contains(have, "toplevel") {
		top = "s.toplevel"
	}
	s := &Snapshot{Taken: time.Now().UTC()}
	hidden := 0
	for _, r := range session.Rows(`SELECT ` + strings.Join(list, ", ") + `, r.rolname, s.userid || ' ' || s.queryid || ' ' || ` + top + ` FROM ` + schema + `.pg_stat_statements s
		LEFT JOIN pg_roles r ON r.oid = s.userid WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`) {
		if r[0] == unseen {
			hidden++
			continue
		}
		s.Rows = append(s.Rows, Row{Query: r[0], Calls: integer(r[1]), Total: number(r[2]), Max: number(r[3]), Rows: integer(r[4]), Role: r[5], ID: r[6]})
	}
	if hidden > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d statements of other roles are not for this role to see: GRANT pg_read_all_stats", hidden))
	}
	// Before 1.9 there is no such view.
	if rows, _ := session.Try(`SELECT stats_reset, dealloc FROM ` + schema + `.pg_stat_statements_info`); len(rows) == 1 {
		s.Since = pgserver.Moment(rows[0][0])
		if n := integer(rows[0][1]); n > 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("pg_stat_statements was full %d times and forgot statements: raise pg_stat_statements.max", n))
		}
	}
	return s
}

// column returns the name that a column has among those of a view; NULL if it
// has none.
func column(have []string, name string) string {
	for _, c := range columns[name] {
		if slices.Contains(have, c) {
			return c
		}
	}
	return "dbid * NULL"
}

// Between returns what was counted between two moments.
func Between(before, after *Snapshot) *Snapshot {
	old := make(map[string]Row, len(before.Rows))
	for _, r := range before.Rows {
		old[r.ID] = r
	}
	out := &Snapshot{Taken: after.Taken, Since: before.Taken, Notes: after.Notes}
	for _, r := range after.Rows {
		if o, ok := old[r.ID]; ok && o.Calls <= r.Calls && o.Total <= r.Total {
			// Have: not forgotten and counted anew.
			r.Calls, r.Total, r.Rows, r.Max = r.Calls-o.Calls, r.Total-o.Total, r.Rows-o.Rows, 0
		}
		if r.Calls > 0 {
			out.Rows = append(out.Rows, r)
		}
	}
	return out
}

// Load returns the statements, those of several roles together.
func (s *Snapshot) Load() *observed.Load {
	l := &observed.Load{From: s.Since, Until: s.Taken, Notes: s.Notes}
	type sum struct {
		*observed.Statement
		roles map[string]int64
	}
	byText := make(map[string]*sum)
	for _, r := range s.Rows {
		x := byText[r.Query]
		if x == nil {
			x = &sum{observed.New(r.Query), make(map[string]int64)}
			x.Rows = 0
			byText[r.Query] = x
			l.Statements = append(l.Statements, x.Statement)
		}
		x.Calls += r.Calls
		x.Total += r.Total
		x.Max = max(x.Max, r.Max)
		x.Rows += r.Rows
		if r.Role != "" {
			x.roles[r.Role] += r.Calls
		}
	}
	for _, x := range byText {
		x.Applications = observed.Sorted(x.roles)
	}
	l.Sort()
	return l
}

func integer(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return int64(number(s))
	}
	return max(n, 0)
}

// number reads a number of the server's; 0 for null and what is none.
func number(s string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(n >= 0) || n > 1e300 {
		return 0
	}
	return n
}
