package driver

import (
	"flag"
	"fmt"
	"time"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
)

// A proof is what PostgreSQL's planner says of a workload's indexes.
type proof struct {
	version string
	costs   map[*indexadvice.Suggestion][][2]float64 // before and after, of each of its Serves
	pages   map[*indexadvice.Suggestion]int64
	used    map[string]bool // existing indexes that some plan uses
}

// A proveMode says whether a server is asked about indexes.
type proveMode uint8

const (
	proveOff  proveMode = iota
	proveAuto           // if one is found
	proveOn
)

func (m *proveMode) IsBoolFlag() bool { return true }
func (m *proveMode) String() string   { return [...]string{"off", "auto", "on"}[*m] }
func (m *proveMode) Set(s string) error {
	switch s {
	case "true", "on":
		*m = proveOn
	case "false", "off":
		*m = proveOff
	case "auto":
		*m = proveAuto
	default:
		return fmt.Errorf("want on, off or auto")
	}
	return nil
}

// proveFlags say how indexes are proved.
type proveFlags struct {
	explainFlags
	mode   proveMode
	budget time.Duration
}

// explainFlags are those of sqlvet explain, and of sqlvet index -prove.
type explainFlags struct {
	pg, dsn, stats, schema string
	analyze                bool // with dsn
}

func (f *explainFlags) add(fs *flag.FlagSet) {
	fs.StringVar(&f.pg, "pg", "", "the `folder` of PostgreSQL's programs (initdb, postgres)")
	fs.StringVar(&f.stats, "stats", "", "read statistics from this `file`, not from the one of the settings")
}

func (f *proveFlags) add(fs *flag.FlagSet) {
	f.explainFlags.add(fs)
	fs.Var(&f.mode, "prove", "ask a private PostgreSQL about each index: on, off, or auto (if a server is found)")
	fs.DurationVar(&f.budget, "budget", time.Minute, "with -prove, the time to search; 0 for no bound")
}
