package driver

import (
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/gopls"
	"github.com/sqlvet/sqlvet/internal/run"
	"github.com/sqlvet/sqlvet/internal/verbs/doctor"
	"github.com/sqlvet/sqlvet/internal/verbs/explain"
	"github.com/sqlvet/sqlvet/internal/verbs/findings"
	"github.com/sqlvet/sqlvet/internal/verbs/index"
	"github.com/sqlvet/sqlvet/internal/verbs/rank"
	"github.com/sqlvet/sqlvet/internal/verbs/settings"
	"github.com/sqlvet/sqlvet/internal/verbs/shell"
	"github.com/sqlvet/sqlvet/internal/verbs/tables"
)

// verbs lists what sqlvet can be asked for besides the default, analysing
// packages. To add a verb: one line here, its function in a package below internal/verbs.
// A function, since help prints the list that it is part of.
func verbs() []cli.Verb {
	return []cli.Verb{
		{Name: "queries", Usage: "[-json] [-tests=false] [packages]", About: "list every SQL text that reaches a database call", Run: func(c *cli.Command, args []string) int {
			return findings.Check(c, run.ModeQueries, args)
		}},
		{Name: "index", Usage: "[-json] [-write DIR] [-schema FILE] [packages]", About: "suggest indexes for all queries together, and name those not needed", Run: index.Run},
		{Name: "doctor", Usage: "-dsn URL [-format text|json|html] [-age SPAN] [packages]", About: "say what a database in use is missing: the statement that mends it, and its cost", Run: doctor.Run},
		{Name: "explain", Usage: "[-dsn URL] [-diff REV] [-record] [-format FORMAT] [packages]", About: "plan every query on a private PostgreSQL, and report bad plans", Run: explain.Run},
		{Name: "baseline", Usage: "write|check [flags] [packages]", About: "keep the findings of today in a file; report only new ones", Run: findings.Baseline},
		{Name: "config", Usage: "[-schema] [DIR]", About: "print the settings in force, and where each came from", Run: settings.Config},
		{Name: "init", Usage: "[-force]", About: "write a commented .sqlvet.yml that fits this module", Run: settings.Init},
		{Name: "migrations", Usage: "[-newest] [-json] [DIR]", About: "print what migrations risk: locks, and foreign keys without index", Run: tables.Migrations},
		{Name: "rank", Usage: "-dsn URL|-stats FILE|-log FILE [-format FORMAT] [packages]", About: "rank the lines of Go by the database time that they cost", Run: rank.Run},
		{Name: "schema", Usage: "[-json] [DIR]", About: "print the tables read from migrations, and what was not understood", Run: tables.Schema},
		{Name: "snapshot", Usage: "-dsn URL|-dump FILE [-o FILE] [-values]", About: "write a database's statistics into sqlvet.stats.json: sizes, no rows", Run: tables.Snapshot},
		{Name: "gopls", Usage: "[build | proxy] [arguments]", About: "be a gopls that has sqlvet inside; build it", Run: func(_ *cli.Command, args []string) int {
			return gopls.Main(cli.Stamped, args)
		}},
		{Name: "why", Usage: "FILE:LINE", About: "explain a line: its calls, their SQL, what each rule made of it", Run: findings.Why},
		{Name: "completion", Usage: "bash|zsh|fish", About: "print the shell's completion script", Run: shell.Completion},
		{Name: "man", Usage: "", About: "print the manual page: sqlvet man | man -l -", Run: shell.Man},
		{Name: "help", Usage: "[RULE]", About: "this text, or a rule's page", Run: (*cli.Command).Help},
		{Name: "version", Usage: "", About: "print the version", Run: (*cli.Command).Version},
	}
}
