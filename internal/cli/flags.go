package cli

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
)

// NewFlagSet returns a flag set that prints nothing of its own.
func NewFlagSet() *flag.FlagSet {
	fs := flag.NewFlagSet("sqlvet", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// ParseFlags parses args, in which flags and other arguments may be mixed,
// and returns the other arguments.
func ParseFlags(fs *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			return nil, flagError(fs, err)
		}
		left := fs.Args()
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			return append(rest, left...), nil
		}
		// Have: left is empty or starts with an argument that is no flag.
		args = left
		for len(args) > 0 && (args[0] == "-" || !strings.HasPrefix(args[0], "-")) {
			rest = append(rest, args[0])
			args = args[1:]
		}
	}
	return rest, nil
}

// flagError adds the flag that may have been meant to the error of an unknown
// one.
func flagError(fs *flag.FlagSet, err error) error {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return err
	}
	var known []string
	fs.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Usage, "internal: ") {
			known = append(known, f.Name)
		}
	})
	return fmt.Errorf("unknown flag -%s%s", name, config.Hint(name, known))
}

// buildFlags are the flags passed on to the go command.
var buildFlags = []string{"tags", "mod", "modfile"}

// AddBuildFlags adds the flags that are passed on to the go command, and
// returns what tells them once they are parsed.
func AddBuildFlags(fs *flag.FlagSet) func() []string {
	values := make(map[string]*string)
	for _, name := range buildFlags {
		values[name] = fs.String(name, "", "as for go build")
	}
	return func() (list []string) {
		for _, name := range buildFlags {
			if *values[name] != "" {
				list = append(list, "-"+name+"="+*values[name])
			}
		}
		return list
	}
}

// OneDir parses flags that at most one directory follows.
func OneDir(fs *flag.FlagSet, args []string) (string, error) {
	rest, err := ParseFlags(fs, args)
	switch {
	case err != nil:
		return "", err
	case len(rest) > 1:
		return "", fmt.Errorf("want one directory, have %d", len(rest))
	case len(rest) == 1:
		return rest[0], nil
	}
	return ".", nil
}
