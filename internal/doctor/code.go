package doctor

import (
	"fmt"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/report"
)

// Checks lists what is looked at in any database.
var Checks = concat(statementChecks, settingChecks, activityChecks, tableChecks, indexChecks)

func concat(lists ...[]Check) (out []Check) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// A codeCheck looks at a database and a program together.
type codeCheck struct {
	Check
	judge func(d *Database, code *Code, o *outcome)
}

var codeChecks = []codeCheck{
	{
		Check{Name: codeIndex, Title: "report indexes that no statement of the program can use", Page: "indexes-examine.html"},
		func(d *Database, code *Code, o *outcome) {
			for _, x := range d.doubts(code) {
				if x.Kind != indexadvice.Unused {
					continue
				}
				f := Finding{
					Severity: config.SeverityInfo,
					Message:  fmt.Sprintf("no statement of the code can use the index %s of %s", x.Index.Name, x.Table),
				}
				if code.Unknown > 0 {
					f.Message += fmt.Sprintf(" (the text of %s is not known)", report.Count(code.Unknown, "query"))
				}
				switch {
				case x.Idle && d.Standbys == 0:
					f.Severity = config.SeverityWarning
					f.Message += fmt.Sprintf(", and nothing has read it in %s", minutes(d.counted().Seconds()))
				case d.counted() < d.age:
					f.Message += fmt.Sprintf("; the counters began %s ago: wait for the month to end", minutes(d.counted().Seconds()))
				}
				d.drop(o, x, f)
			}
		},
	},
	{
		Check{Name: "pools", Title: "report that pools are judged by another number of connections than the server has", Page: "runtime-config-connection.html#GUC-MAX-CONNECTIONS"},
		func(d *Database, code *Code, o *outcome) {
			p := code.Pool
			most, others := int(d.number("max_connections")), int(d.number("max_connections")-d.connections())
			f := Finding{
				Severity: config.SeverityWarning, Object: "max_connections",
				Remedy: fmt.Sprintf("-- .sqlvet.yml: pool: {replicas: %d, surge: %d, max_connections: %d, reserved: %d}", p.Replicas, p.Surge, most, max(p.Reserved, others)),
				Cost:   "none; connpool judges the pools of the code by it",
			}
			switch {
			case p.Replicas == 0 || p.MaxConnections == 0:
				o.silent("pool: of .sqlvet.yml does not say how many replicas share the %d connections", most)
				return
			case p.PerTransaction():
				return // the pooler's sizes count, not those of the code
			case p.MaxConnections != most:
				f.Message = fmt.Sprintf("the settings say that the server has %d connections, and it has %d: connpool judges the pools of the code by the wrong number", p.MaxConnections, most)
			case p.Reserved < others:
				f.Message = fmt.Sprintf("the settings reserve %d of the %d connections, and the server keeps %d for superusers", p.Reserved, most, others)
			default:
				return
			}
			o.add(f)
		},
	},
}

// locate names the places of the code whose statement a finding is about.
func (c *Code) locate(findings []Finding) {
	places := make(map[string][]report.Position)
	for i, text := range c.Texts {
		if print, err := pgquery.Fingerprint(text); err == nil && print != "" {
			places[print] = append(places[print], c.Places[i])
		}
	}
	for i := range findings {
		if f := &findings[i]; f.text != "" {
			if print, err := pgquery.Fingerprint(f.text); err == nil {
				f.Places = places[print]
			}
		}
	}
}
