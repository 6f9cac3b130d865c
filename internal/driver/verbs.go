package driver

import "github.com/sqlvet/sqlvet/internal/gopls"

// A verb is a word that may stand first on the command line.
type verb struct {
	name  string
	usage string // what follows the name: flags and arguments
	about string // one line for "sqlvet help": a verb phrase
	// run does the work on the arguments after the verb and returns the exit
	// code.
	run func(c *command, args []string) int
}

// verbs lists what sqlvet can be asked for besides the default, analysing
// packages. To add a verb: one line here, its function in a file of its own.
// A function, since help prints the list that it is part of.
func verbs() []verb {
	return []verb{
		{"queries", "[-json] [-tests=false] [packages]", "list every SQL text that reaches a database call", func(c *command, args []string) int {
			return c.check(modeQueries, args)
		}},
		{"index", "[-json] [-write DIR] [-schema FILE] [packages]", "suggest indexes for all queries together, and name those not needed", (*command).index},
		{"doctor", "-dsn URL [-format text|json|html] [-age SPAN] [packages]", "say what a database in use is missing: the statement that mends it, and its cost", (*command).doctor},
		{"explain", "[-dsn URL] [-diff REV] [-record] [-format FORMAT] [packages]", "plan every query on a private PostgreSQL, and report bad plans", (*command).explainPlans},
		{"baseline", "write|check [flags] [packages]", "keep the findings of today in a file; report only new ones", (*command).baseline},
		{"config", "[-schema] [DIR]", "print the settings in force, and where each came from", (*command).config},
		{"init", "[-force]", "write a commented .sqlvet.yml that fits this module", (*command).init},
		{"migrations", "[-newest] [-json] [DIR]", "print what migrations risk: locks, and foreign keys without index", (*command).migrations},
		{"rank", "-dsn URL|-stats FILE|-log FILE [-format FORMAT] [packages]", "rank the lines of Go by the database time that they cost", (*command).rank},
		{"schema", "[-json] [DIR]", "print the tables read from migrations, and what was not understood", (*command).schema},
		{"snapshot", "-dsn URL|-dump FILE [-o FILE] [-values]", "write a database's statistics into sqlvet.stats.json: sizes, no rows", (*command).snapshot},
		{"gopls", "[build | proxy] [arguments]", "be a gopls that has sqlvet inside; build it", func(_ *command, args []string) int {
			return gopls.Main(stamped, args)
		}},
		{"why", "FILE:LINE", "explain a line: its calls, their SQL, what each rule made of it", (*command).why},
		{"completion", "bash|zsh|fish", "print the shell's completion script", (*command).completion},
		{"man", "", "print the manual page: sqlvet man | man -l -", (*command).man},
		{"help", "[RULE]", "this text, or a rule's page", (*command).help},
		{"version", "", "print the version", (*command).version},
	}
}

// findVerb returns the verb that the arguments start with; -h, -help and
// -version are other names of verbs.
func findVerb(args []string) (verb, bool) {
	if len(args) == 0 {
		return verb{}, false
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	for _, v := range verbs() {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}
