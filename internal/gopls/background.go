package gopls

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	// A build that takes longer has died with its machine.
	buildAge = 30 * time.Minute
	// What failed once is tried again when something may have been mended.
	failureAge = 12 * time.Hour
	// A gopls that nobody started for so long belongs to a sqlvet that is gone.
	unusedAge = 30 * 24 * time.Hour
)

// buildBeside builds gopls in a process of its own, which outlives this one,
// and tells the user how it went. Several editors build it once.
func buildBeside(version, target string, tell func(string)) {
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		tell(fmt.Sprintf("sqlvet cannot build gopls: %v", err))
		return
	}
	logFile := filepath.Join(dir, "build.log")
	failed := filepath.Join(dir, "failed")
	if info, err := os.Stat(failed); err == nil && time.Since(info.ModTime()) < failureAge {
		tell("sqlvet could not build gopls (see " + logFile + "): findings are updated when files are saved")
		return
	}
	lock := filepath.Join(dir, "building")
	if !acquire(lock) {
		return // another editor's
	}
	defer os.Remove(lock)
	err := runBuild(version, logFile)
	if err != nil {
		os.WriteFile(failed, []byte(err.Error()), 0o666)
		tell("sqlvet could not build gopls (see " + logFile + "): findings are updated when files are saved")
		return
	}
	os.Remove(failed)
	removeOld(filepath.Dir(dir), dir)
	tell("sqlvet has built its gopls: restart the language server for findings while you type")
}

func runBuild(version, logFile string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(logFile)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(exe, "gopls", "build", "-gopls", version)
	cmd.Stdout, cmd.Stderr = log, log
	detach(cmd)
	return cmd.Run()
}

// acquire makes the lock file; false if another process holds it.
func acquire(lock string) bool {
	if info, err := os.Stat(lock); err == nil && time.Since(info.ModTime()) > buildAge {
		os.Remove(lock)
	}
	f, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return false
	}
	f.Close()
	return true
}

// removeOld removes what other versions of sqlvet built and nobody uses.
func removeOld(dir, keep string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := e.Info(); err == nil && path != keep && time.Since(info.ModTime()) > unusedAge {
			os.RemoveAll(path)
		}
	}
}
