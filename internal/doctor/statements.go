package doctor

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

const statementsPage = "pgstatstatements.html"

// statementChecks look at pg_stat_statements.
var statementChecks = []Check{
	{
		Name: "statements-missing", Title: "report that nothing counts what statements cost", Page: statementsPage,
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			_, loaded := d.Settings["pg_stat_statements.max"]
			f := Finding{Severity: config.SeverityWarning, Object: "pg_stat_statements"}
			switch {
			case !loaded:
				f.Message = "pg_stat_statements is not loaded: which statement costs the server its time is not known"
				f.Remedy = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';  -- beside what is there\nCREATE EXTENSION IF NOT EXISTS pg_stat_statements;"
				f.Cost = "a restart between the two lines; some 15 MB, and a few percent of very short statements"
			case d.Statements == "":
				f.Message = "pg_stat_statements is loaded and counts, but this database has no view of it"
				f.Remedy = "CREATE EXTENSION pg_stat_statements;"
				f.Cost = "none"
			default:
				return
			}
			o.add(f)
		},
	},
	{
		Name: "statements-full", Title: "report that pg_stat_statements forgets statements", Page: statementsPage + "#PGSTATSTATEMENTS-PG-STAT-STATEMENTS-INFO",
		Needs: needs{version: 14, statements: true},
		Query: `SELECT row_to_json(q) FROM (SELECT dealloc::float8 AS times, extract(epoch FROM clock_timestamp() - stats_reset)::float8 AS seconds FROM {statements}.pg_stat_statements_info) q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			type info struct{ Times, Seconds float64 }
			if len(rows) == 0 {
				return
			}
			i := object[info](rows[0])
			if i.Times == 0 {
				return
			}
			f := Finding{
				Severity: config.SeverityInfo, Object: "pg_stat_statements.max",
				Message: fmt.Sprintf("pg_stat_statements has thrown away the rarest of its %s statements %s times in %s: what it says of rare statements is wrong; texts that differ in length only (lists of IN, rows of VALUES) fill it",
					d.Settings["pg_stat_statements.max"], plans.Number(i.Times), minutes(i.Seconds)),
				Remedy: fmt.Sprintf("ALTER SYSTEM SET pg_stat_statements.max = %.0f;", 2*d.number("pg_stat_statements.max")),
				Cost:   "a restart; some 3 kB a statement. = ANY($1) in place of IN lists keeps it small without",
			}
			if i.Times*86400 >= i.Seconds { // once a day and more
				f.Severity = config.SeverityWarning
			}
			o.add(f)
		},
	},
	{
		Name: "spills", Title: "report statements that sort or hash on disk", Page: "runtime-config-resource.html#GUC-WORK-MEM",
		Needs: needs{statements: true},
		Query: `SELECT row_to_json(q) FROM (SELECT s.query AS text, sum(s.calls)::float8 AS calls, sum(s.temp_blks_written)::float8 AS blocks
			FROM {statements}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
			WHERE d.datname = current_database() AND s.temp_blks_written > 0 GROUP BY s.query ORDER BY 3 DESC LIMIT 50) q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			const (
				most  = 10
				rare  = 5       // calls of what is run by hand
				small = 1 << 20 // bytes a call
				big   = 1 << 30 // in all
			)
			n, hidden := 0, false
			for _, row := range rows {
				s := object[spilled](row)
				hidden = hidden || strings.HasPrefix(s.Text, "<insufficient")
				perCall := 8192 * s.Blocks / max(s.Calls, 1)
				if perCall < small || s.Calls < rare || n == most || !plannable(s.Text) {
					continue
				}
				n++
				f := Finding{
					Severity: config.SeverityInfo, Object: shorten(s.Text), text: s.Text,
					Message: fmt.Sprintf("%s writes %s to disk a call (%s calls, %s in all), since work_mem (%s) does not hold what it sorts or hashes",
						shorten(s.Text), plans.Bytes(perCall), plans.Number(s.Calls), plans.Bytes(8192*s.Blocks), plans.Bytes(1024*d.number("work_mem"))),
				}
				if 8192*s.Blocks >= big {
					f.Severity = config.SeverityWarning
				}
				f.Remedy, f.Cost = workMem(perCall, d.number("work_mem")/1024)
				o.add(f)
			}
			if hidden || !d.AllStats {
				o.silent("the role sees its own statements only: GRANT pg_read_all_stats")
			}
		},
	},
}

// spilled is a statement that wrote temporary files.
type spilled struct {
	Text          string
	Calls, Blocks float64
}

// plannable reports whether a statement has a plan: others have settings of
// their own for memory.
func plannable(text string) bool {
	list := sqlmodel.Parse(sqlscan.Source{Text: text}, sqlscan.Statement, 0).Statements
	return len(list) == 1 && slices.Contains([]sqlmodel.Kind{sqlmodel.Select, sqlmodel.Insert, sqlmodel.Update, sqlmodel.Delete, sqlmodel.Merge}, list[0].Kind)
}

// shorten writes a statement as a part of a line.
func shorten(text string) string {
	const most = 90 // bytes
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// workMem says what would keep a statement in memory that writes some bytes to
// disk under a setting of so many MB.
func workMem(bytes, now float64) (remedy, cost string) {
	const (
		wider = 2.5 // rows take as many times more in memory than in the file
		most  = 256 // MB that one sort may take
	)
	mb := math.Exp2(math.Ceil(math.Log2(max(wider*bytes/(1<<20), 2*now))))
	if mb > most {
		return "-- sort less: an index that gives the order, a LIMIT, fewer columns",
			fmt.Sprintf("work_mem would have to be %s, for each such sort of each connection", plans.Bytes(mb*(1<<20)))
	}
	return fmt.Sprintf("SET LOCAL work_mem = '%.0fMB';  -- in the transaction of this statement", mb),
		"each sort and hash of the statement may take as much; set for all (ALTER DATABASE) it is times the connections. An index that gives the order needs none"
}
