package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// errUnstable: runs over the same code did not print the same, or failed inside.
var errUnstable = errors.New("runs differ, or fail inside")

// stableCommand answers whether sqlvet prints the same bytes in each run: cold, at
// the same time in one tree, with and without cgo; and whether a rule fails on
// what it reads.
func stableCommand(ctx context.Context, args []string, stdout, notes io.Writer) error {
	var s scratch
	flags := flag.NewFlagSet("stable", flag.ContinueOnError)
	flags.SetOutput(notes)
	s.flags(flags)
	cold := flags.Int("cold", 5, "cold runs, with and without cgo")
	parallel := flags.Int("parallel", 16, "runs at the same time")
	pattern := flags.String("packages", everything, "what is analysed of each module")
	if err := flags.Parse(args); err != nil {
		return err
	}
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	good := true
	for _, dir := range flags.Args() {
		if dir, err = filepath.Abs(dir); err != nil {
			return err
		}
		var first []byte
		differ, failed := 0, 0
		judge := func(got spent) {
			if first == nil {
				first = got.out
			}
			if !bytes.Equal(first, got.out) {
				differ++
			}
			if bytes.Contains(got.out, []byte("internal error:")) {
				failed++
			}
		}
		runs := 0
		b := &bench{dir: dir, cache: filepath.Join(w.dir, "cache")}
		for _, cgo := range []string{"1", "0"} {
			first = nil // files that need cgo are not there without
			b.env = []string{"CGO_ENABLED=" + cgo}
			for range max(*cold, 1) {
				if err := os.RemoveAll(b.cache); err != nil {
					return err
				}
				got, err := b.run(ctx, w.exe, "-json", *pattern)
				if err != nil {
					return err
				}
				judge(got)
				runs++
			}
		}
		results := make([]spent, *parallel)
		errs := make([]error, *parallel)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() { results[i], errs[i] = b.run(ctx, w.exe, "-json", *pattern) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
		for _, got := range results {
			judge(got)
			runs++
		}
		good = good && differ+failed == 0
		fmt.Fprintf(stdout, "%s: %d runs, %d differ, %d with internal errors, %d findings\n", filepath.Base(dir), runs, differ, failed, strings.Count(string(first), `"fingerprint"`))
	}
	if !good {
		return errUnstable
	}
	return nil
}
