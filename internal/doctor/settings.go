package doctor

import (
	"encoding/json"
	"fmt"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plans"
)

const reload = "; SELECT pg_reload_conf();"

// settingChecks look at what the server is told to count and to log, and at
// what it is told of its disks.
var settingChecks = []Check{
	{
		Name: "slow-log", Title: "report that slow statements are not logged",
		Page: "runtime-config-logging.html#GUC-LOG-MIN-DURATION-STATEMENT",
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			explains, auto := d.Settings["auto_explain.log_min_duration"]
			if d.number("log_min_duration_statement") >= 0 || d.number("log_min_duration_sample") >= 0 || d.Settings["log_duration"] == "on" || auto && explains != "-1" {
				return
			}
			o.add(Finding{
				Severity: config.SeverityInfo, Object: "log_min_duration_statement",
				Message: "no statement is logged, however long it takes: what was slow last night is not known",
				Remedy:  "ALTER SYSTEM SET log_min_duration_statement = '500ms'" + reload,
				Cost:    "no restart; a line in the log for each statement that takes longer, with the values that the client wrote into it",
			})
		},
	},
	{
		Name: "io-timing", Title: "report that the time of reads is not measured",
		Page: "runtime-config-statistics.html#GUC-TRACK-IO-TIMING",
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			if d.Settings["track_io_timing"] == "off" {
				o.add(Finding{
					Severity: config.SeverityInfo, Object: "track_io_timing",
					Message: "the time that reads of blocks take is not measured: EXPLAIN (ANALYZE, BUFFERS) and pg_stat_statements cannot tell waiting for the disk from working",
					Remedy:  "ALTER SYSTEM SET track_io_timing = on" + reload,
					Cost:    "no restart; two readings of the clock a block, some 50 ns on most machines (pg_test_timing measures it)",
				})
			}
		},
	},
	{
		Name: "autovacuum-off", Title: "report that autovacuum does not run",
		Page: "routine-vacuuming.html#AUTOVACUUM", Needs: needs{primary: true},
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			setting := ""
			switch {
			case d.Settings["autovacuum"] == "off":
				setting = "autovacuum"
			case d.Settings["track_counts"] == "off":
				setting = "track_counts" // without counters it knows of nothing to do
			default:
				return
			}
			o.add(Finding{
				Severity: config.SeverityError, Object: setting,
				Message: setting + " is off: dead rows stay, statistics grow old, and the server stops to take writes when its transaction numbers run out",
				Remedy:  "ALTER SYSTEM SET " + setting + " = on" + reload,
				Cost:    "no restart; what waited is vacuumed now: autovacuum_vacuum_cost_delay holds it back",
			})
		},
	},
	{
		Name: "random-page-cost", Title: "report that reads are priced as those of a spinning disk",
		Page: "runtime-config-query.html#GUC-RANDOM-PAGE-COST",
		judge: func(d *Database, _ []json.RawMessage, o *outcome) {
			const (
				many     = 100_000 // reads of blocks that make a mean
				seek     = 1.0     // ms: less than any spinning disk takes to seek
				standard = 4
			)
			if d.number("random_page_cost") < standard || d.number("seq_page_cost") != 1 {
				return
			}
			mean := d.ReadTime / max(d.Reads, 1)
			switch {
			case d.Settings["track_io_timing"] == "off":
				o.silent("track_io_timing is off, so what a read costs is not known")
			case d.Reads < many || d.ReadTime == 0:
				o.silent("too few reads were measured (%s)", plans.Number(d.Reads))
			case mean < seek:
				o.add(Finding{
					Severity: config.SeverityInfo, Object: "random_page_cost",
					Message: fmt.Sprintf("a random read is priced %s times a sequential one, as on a spinning disk, but a read of a block takes %.2f ms (mean of %s): from an SSD, or from the system's cache; whole tables are read where an index would be faster",
						d.Settings["random_page_cost"], mean, plans.Number(d.Reads)),
					Remedy: "ALTER SYSTEM SET random_page_cost = 1.1" + reload,
					Cost:   "no restart; all plans are priced anew: try it first with SET in a session and EXPLAIN",
				})
			}
		},
	},
	{
		Name: "idle-timeout", Title: "report that a forgotten transaction is never ended",
		Page: "runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
		Query: `SELECT row_to_json(q) FROM (SELECT count(*) AS n FROM pg_db_role_setting s, unnest(s.setconfig) c
			WHERE c ~ '^idle_in_transaction_session_timeout=' AND c !~ '=0[a-z]*$') q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			type own struct {
				N int `json:"n"` // databases and roles that have a timeout of their own
			}
			if d.number("idle_in_transaction_session_timeout") > 0 || d.number("transaction_timeout") > 0 || len(rows) > 0 && object[own](rows[0]).N > 0 {
				return
			}
			o.add(Finding{
				Severity: config.SeverityInfo, Object: "idle_in_transaction_session_timeout",
				Message: "a transaction that a program begins and forgets keeps its locks, and all dead rows of the database, until its connection ends",
				Remedy:  "ALTER DATABASE " + quote(d.Name) + " SET idle_in_transaction_session_timeout = '1min';",
				Cost:    "for new sessions; one that waits longer between two statements of a transaction loses its connection, so programs that call others meanwhile must not",
			})
		},
	},
}
