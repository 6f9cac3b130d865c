package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A scratch is where a command works and with which sqlvet, as its flags say.
type scratch struct {
	repos, work, sqlvet string
	keep                bool
}

func (s *scratch) flags(fs *flag.FlagSet) {
	fs.StringVar(&s.repos, "repos", "", "directory of the repositories")
	fs.StringVar(&s.work, "work", "", "directory for scratch work trees; a temporary one if not given")
	fs.StringVar(&s.sqlvet, "sqlvet", "", "the binary; built from the working directory's module if not given")
	fs.BoolVar(&s.keep, "keep", false, "leave the scratch work trees for the next run")
}

// An opened scratch is ours until it is closed.
type opened struct {
	repos, dir, exe string // absolute; repos is "" if none was given
	closers         []func()
}

// open makes the directory, keeps other runs out of it and finds or builds the
// binary.
func (s *scratch) open(ctx context.Context) (*opened, error) {
	w := new(opened)
	if err := s.fill(ctx, w); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (s *scratch) fill(ctx context.Context, w *opened) (err error) {
	if s.repos != "" {
		if w.repos, err = filepath.Abs(s.repos); err != nil {
			return err
		}
	}
	if err := s.workDir(w); err != nil {
		return err
	}
	if err := s.claim(w); err != nil {
		return err
	}
	return s.binary(ctx, w)
}

// close undoes what open did, last thing first.
func (w *opened) close() {
	for i := len(w.closers) - 1; i >= 0; i-- {
		w.closers[i]()
	}
}

// workDir makes the directory of scratch work trees.
func (s *scratch) workDir(w *opened) (err error) {
	dir := s.work
	if dir == "" {
		if dir, err = os.MkdirTemp("", "sqlvet-corpus-"); err != nil {
			return err
		}
		if !s.keep {
			temp := dir
			w.closers = append(w.closers, func() { os.RemoveAll(temp) })
		}
	} else if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	// The go command names files by their real path.
	w.dir, err = filepath.EvalSymlinks(dir)
	return err
}

// claim keeps other runs out of the directory: each would check out its own
// commits under the other's analysis.
func (s *scratch) claim(w *opened) error {
	f, err := os.Create(filepath.Join(w.dir, ".lock"))
	if err != nil {
		return err
	}
	if err := lock(f); err != nil {
		f.Close()
		return fmt.Errorf("another run works in %s", w.dir)
	}
	w.closers = append(w.closers, func() {
		if !s.keep {
			os.Remove(f.Name())
		}
		f.Close()
	})
	return nil
}

// binary finds or builds the sqlvet to run.
func (s *scratch) binary(ctx context.Context, w *opened) error {
	if s.sqlvet != "" {
		exe, err := exec.LookPath(s.sqlvet)
		if err != nil {
			return err
		}
		w.exe, err = filepath.Abs(exe)
		return err
	}
	w.exe = filepath.Join(w.dir, "sqlvet.bin")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", w.exe, "github.com/sqlvet/sqlvet/cmd/sqlvet").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building sqlvet: %v\n%s", err, out)
	}
	if !s.keep {
		w.closers = append(w.closers, func() { os.Remove(w.exe) })
	}
	return nil
}
