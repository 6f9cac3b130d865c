//go:build unix

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cacheFormat is part of every name in the cache: raise it when what initdb is
// told changes.
const cacheFormat = "2"

// Cache returns the folder in which data folders are kept, "" if there is none
// to be had.
func Cache() string {
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(base, "sqlvet", "pg")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

// locales are asked for in this order. One that is not C, as production's: in
// C an index serves LIKE as it does nowhere else.
var locales = []string{"C.UTF-8", "en_US.UTF-8", "C"}

// empty returns the data folder of an empty cluster, which initdb makes once a
// version.
func empty(ctx context.Context, in Installation, owner *syscall.Credential) (string, error) {
	kept := ""
	if cache := Cache(); cache != "" {
		kept = filepath.Join(cache, "empty-"+cacheFormat+"-"+in.Version)
		if found(kept) {
			return kept, nil
		}
	}
	dir, err := folder(owner)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	var failed error
	for _, locale := range locales {
		args := []string{"-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync", "--wal-segsize=1", "--locale=" + locale}
		if in.Major() >= 18 {
			args = append(args, "--no-data-checksums") // before, it is the default; package planner writes pages without
		}
		cmd := command(owner, dir, filepath.Join(in.Bin, "initdb"), args...)
		out, err := cmd.CombinedOutput()
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if err == nil {
			failed = nil
			break
		}
		failed = fmt.Errorf("initdb of PostgreSQL %s: %v: %s", in.Version, err, lastLine(string(out)))
		if err := os.RemoveAll(data); err != nil {
			return "", err
		}
	}
	if failed != nil {
		return "", failed
	}
	if kept == "" {
		return "", errors.New("no cache folder to keep a PostgreSQL cluster in: set HOME or XDG_CACHE_HOME")
	}
	return kept, keep(kept, func(dir string) error { return Copy(dir, data) })
}

func lastLine(text string) string {
	lines := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' })
	if len(lines) == 0 {
		return ""
	}
	// initdb says why, then what it does about it.
	for _, l := range lines {
		if strings.Contains(l, "error:") || strings.Contains(l, "FATAL") {
			return l
		}
	}
	return lines[len(lines)-1]
}

// exists reports whether a folder holds a whole cluster.
func exists(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, "PG_VERSION"))
	return err == nil, err
}

// Kept reports whether the cache has a data folder of this name, and which.
func Kept(name string) (dir string, ok bool) {
	cache := Cache()
	if cache == "" {
		return "", false
	}
	dir = filepath.Join(cache, name)
	return dir, found(dir)
}

// found reports whether a data folder is there, and notes that it is used.
func found(dir string) bool {
	ok, _ := exists(dir)
	if ok {
		now := time.Now()
		_ = os.Chtimes(dir, now, now) // without the right to it, it is as old as it is
	}
	return ok
}

// maxKept bounds the data folders in the cache; those that were not used for
// longest go, but for what another process may just be copying.
const (
	maxKept = 12
	copying = 10 * time.Minute
)

// keep has a data folder made in the cache, whole or not at all. That another
// process did it meanwhile is no error.
func keep(to string, make func(dir string) error) error {
	temp, err := os.MkdirTemp(filepath.Dir(to), "tmp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	whole := filepath.Join(temp, "data")
	if err := make(whole); err != nil {
		return err
	}
	if err := os.Rename(whole, to); err != nil {
		if ok, _ := exists(to); ok {
			return nil
		}
		return err
	}
	return trim(filepath.Dir(to))
}

// StopAndKeep ends the server in order and keeps its data folder in the cache,
// as Kept names it.
func (s *Server) StopAndKeep(to string) error {
	err := keep(to, s.StopInto)
	return errors.Join(err, s.Stop())
}

func trim(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil || len(list) <= maxKept {
		return err
	}
	age := func(e os.DirEntry) int64 {
		if info, err := e.Info(); err == nil {
			return info.ModTime().UnixNano()
		}
		return 0
	}
	slices.SortFunc(list, func(a, b os.DirEntry) int { return int((age(a) - age(b)) >> 20) })
	for _, e := range list[:len(list)-maxKept] {
		if time.Since(time.Unix(0, age(e))) < copying {
			break
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// Copy copies a data folder. Holes of files stay holes.
func Copy(to, from string) error {
	return filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case e.IsDir():
			return os.Mkdir(target, 0o700)
		case !e.Type().IsRegular(), e.Name() == "postmaster.pid":
			return nil
		}
		return copyFile(target, path)
	})
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(copyData(out, in, info), out.Close())
}

// sparse reports whether a file has less on disk than its size.
func sparse(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Blocks*512 < info.Size()
}

func copyData(out, in *os.File, info os.FileInfo) error {
	if !sparse(info) {
		_, err := out.ReadFrom(in)
		return err
	}
	for at := int64(0); ; {
		start, err := unix.Seek(int(in.Fd()), at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return out.Truncate(info.Size()) // the rest is a hole
		} else if err != nil {
			return err
		}
		end, err := unix.Seek(int(in.Fd()), start, unix.SEEK_HOLE)
		if err != nil {
			return err
		}
		block := make([]byte, 1<<16)
		for at = start; at < end; {
			n, err := in.ReadAt(block[:min(int64(len(block)), end-at)], at)
			if n == 0 && err != nil {
				return err
			}
			if _, err := out.WriteAt(block[:n], at); err != nil {
				return err
			}
			at += int64(n)
		}
	}
}
