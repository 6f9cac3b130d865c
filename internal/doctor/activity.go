package doctor

import (
	"encoding/json"
	"fmt"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/report"
)

// activityChecks look at sessions, and at what keeps old rows.
var activityChecks = []Check{
	{
		Name: "idle-in-transaction", Title: "report sessions that hold a transaction open and do nothing",
		Page: "monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW",
		Query: `SELECT row_to_json(q) FROM (SELECT pid, coalesce(usename, '') AS role, coalesce(application_name, '') AS application,
				extract(epoch FROM clock_timestamp() - state_change)::float8 AS seconds
			FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
			ORDER BY state_change) q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			type session struct {
				PID               int
				Role, Application string
				Seconds           float64
			}
			const long = 60 // seconds: no program waits so long between two statements on purpose
			for _, row := range rows {
				s := object[session](row)
				if s.Seconds < long {
					continue
				}
				who := "a session of the role " + s.Role
				if s.Application != "" {
					who += " (" + s.Application + ")"
				}
				o.add(Finding{
					Severity: config.SeverityWarning, Object: fmt.Sprintf("pid %d", s.PID),
					Message: fmt.Sprintf("%s has had a transaction open for %s without doing anything: its locks stay, and no dead row of the database can go", who, minutes(s.Seconds)),
					Remedy:  fmt.Sprintf("SELECT pg_terminate_backend(%d);", s.PID),
					Cost:    "the transaction is rolled back and its client loses the connection; find where it forgets to commit (sqlvet's txlife)",
				})
			}
			if !d.AllStats {
				o.silent("the role sees its own sessions only: GRANT pg_read_all_stats")
			}
		},
	},
	{
		Name: "held-back", Title: "report what keeps dead rows from being removed",
		Page: "routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY", Needs: needs{primary: true},
		Query: `SELECT row_to_json(q) FROM (
			SELECT 'prepared' AS kind, gid AS name, extract(epoch FROM clock_timestamp() - prepared)::float8 AS seconds, age(transaction)::float8 AS age, 0::float8 AS bytes
				FROM pg_prepared_xacts WHERE database = current_database()
			UNION ALL SELECT 'slot', slot_name, 0, greatest(age(xmin), age(catalog_xmin))::float8,
				pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)::float8
				FROM pg_replication_slots WHERE NOT active AND NOT temporary
			UNION ALL SELECT 'running', pid::text, extract(epoch FROM clock_timestamp() - xact_start)::float8, 0, 0
				FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND backend_type = 'client backend' AND xact_start IS NOT NULL
			ORDER BY 1, 2) q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			type holder struct {
				Kind, Name          string
				Seconds, Age, Bytes float64
			}
			const (
				hour = 3600
				much = 1 << 30 // bytes of the log that an unused slot may keep
			)
			for _, row := range rows {
				h := object[holder](row)
				f := Finding{Severity: config.SeverityWarning, Object: h.Name}
				switch {
				case h.Kind == "prepared" && h.Seconds >= hour:
					f.Message = fmt.Sprintf("the prepared transaction %s waits for its COMMIT since %s: its locks stay, and no dead row of the database can go", h.Name, minutes(h.Seconds))
					f.Remedy = fmt.Sprintf("ROLLBACK PREPARED '%s';", h.Name)
					f.Cost = "what the transaction did is lost: ask its coordinator first"
				case h.Kind == "slot" && (h.Bytes >= much || h.Age >= 1e6):
					f.Message = fmt.Sprintf("nobody reads the replication slot %s, for which the server keeps %s of its log", h.Name, plans.Bytes(max(h.Bytes, 0)))
					if h.Age > 0 {
						f.Message += fmt.Sprintf(" and the dead rows of %s transactions", plans.Number(h.Age))
					}
					f.Remedy = fmt.Sprintf("SELECT pg_drop_replication_slot('%s');", h.Name)
					f.Cost = "its reader has to begin anew with a copy; if it is to come back: max_slot_wal_keep_size bounds what is kept"
				case h.Kind == "running" && h.Seconds >= hour:
					f.Object = "pid " + h.Name
					f.Message = fmt.Sprintf("one transaction works since %s: no row that died since then can go", minutes(h.Seconds))
					f.Remedy = fmt.Sprintf("SELECT pg_cancel_backend(%s);", h.Name)
					f.Cost = "its statement fails; if it is a report, a standby is the place for it"
				default:
					continue
				}
				o.add(f)
			}
		},
	},
	{
		Name: "connections", Title: "report that connections run out",
		Page:  "runtime-config-connection.html#GUC-MAX-CONNECTIONS",
		Query: `SELECT row_to_json(q) FROM (SELECT sum(numbackends)::int AS used FROM pg_stat_database) q`,
		judge: func(d *Database, rows []json.RawMessage, o *outcome) {
			type load struct{ Used float64 }
			const share = 0.8
			free := d.connections()
			if len(rows) == 0 {
				return
			}
			if used := object[load](rows[0]).Used; used >= share*free {
				o.add(Finding{
					Severity: config.SeverityWarning, Object: "max_connections",
					Message: fmt.Sprintf("%.0f of %.0f connections are taken: the next ones get \"sorry, too many clients already\"", used, free),
					Remedy:  fmt.Sprintf("ALTER SYSTEM SET max_connections = %.0f;  -- or smaller pools, or a pooler such as PgBouncer", 2*d.number("max_connections")),
					Cost:    "a restart, and some megabytes a connection; more than a few connections a core make no statement faster, so smaller pools are the better remedy",
				})
			}
		},
	},
}

// connections is how many those have who are no superusers.
func (d *Database) connections() float64 {
	return d.number("max_connections") - d.number("superuser_reserved_connections") - d.number("reserved_connections")
}

// minutes writes a span of time with the unit that says something.
func minutes(seconds float64) string {
	switch {
	case seconds >= 2*86400:
		return report.Count(int(seconds/86400), "day")
	case seconds >= 2*3600:
		return report.Count(int(seconds/3600), "hour")
	case seconds >= 60:
		return report.Count(int(seconds/60), "minute")
	}
	return report.Count(int(seconds), "second")
}
