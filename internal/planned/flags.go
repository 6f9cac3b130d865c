package planned

import (
	"flag"
	"fmt"
	"time"
)

// A proveMode says whether a server is asked about indexes.
type proveMode uint8

const (
	ProveOff  proveMode = iota
	ProveAuto           // if one is found
	proveOn
)

func (m *proveMode) IsBoolFlag() bool { return true }

func (m *proveMode) String() string { return [...]string{"off", "auto", "on"}[*m] }

func (m *proveMode) Set(s string) error {
	switch s {
	case "true", "on":
		*m = proveOn
	case "false", "off":
		*m = ProveOff
	case "auto":
		*m = ProveAuto
	default:
		return fmt.Errorf("want on, off or auto")
	}
	return nil
}

// ProveFlags say how indexes are proved.
type ProveFlags struct {
	ExplainFlags
	Mode   proveMode
	Budget time.Duration
}

// ExplainFlags are those of sqlvet explain, and of sqlvet index -prove.
type ExplainFlags struct {
	PG, DSN, stats, Schema string
	Analyze                bool // with DSN
}

// Add adds the flags to fs.
func (f *ExplainFlags) Add(fs *flag.FlagSet) {
	fs.StringVar(&f.PG, "pg", "", "the `folder` of PostgreSQL's programs (initdb, postgres)")
	fs.StringVar(&f.stats, "stats", "", "read statistics from this `file`, not from the one of the settings")
}

// Add adds the flags to fs.
func (f *ProveFlags) Add(fs *flag.FlagSet) {
	f.ExplainFlags.Add(fs)
	fs.Var(&f.Mode, "prove", "ask a private PostgreSQL about each index: on, off, or auto (if a server is found)")
	fs.DurationVar(&f.Budget, "budget", time.Minute, "with -prove, the time to search; 0 for no bound")
}
