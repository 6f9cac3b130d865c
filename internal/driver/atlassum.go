package driver

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sumFile is where atlas keeps the checksums of a folder's files.
const sumFile = "atlas.sum"

// A sumState says what the checksum file of a folder was like before anything
// was written.
type sumState int

const (
	noSum sumState = iota
	validSum
	staleSum // it was made from other files, or in a way that is not known
)

func readSum(dir string) (sumState, error) {
	have, err := os.ReadFile(filepath.Join(dir, sumFile))
	if errors.Is(err, fs.ErrNotExist) {
		return noSum, nil
	} else if err != nil {
		return noSum, err
	}
	want, err := sumOf(dir)
	if err != nil {
		return noSum, err
	}
	if strings.TrimSpace(string(have)) != strings.TrimSpace(want) {
		return staleSum, nil
	}
	return validSum, nil
}

// update writes the checksums anew if they were valid: atlas runs no folder
// whose files they do not fit, and a difference that was there before is for
// the user to judge.
func (s sumState) update(dir string) (wrote bool, err error) {
	if s != validSum {
		return false, nil
	}
	text, err := sumOf(dir)
	if err != nil {
		return false, err
	}
	return true, os.WriteFile(filepath.Join(dir, sumFile), []byte(text), 0o666)
}

// sumOf returns the text of a folder's checksum file: the hash of the lines
// that follow, then for each SQL file, in order of names, the hash of all
// names and texts up to it.
func sumOf(dir string) (string, error) {
	entries, err := os.ReadDir(dir) // in order of names
	if err != nil {
		return "", err
	}
	files, all := sha256.New(), sha256.New()
	var lines strings.Builder
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".sql") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		files.Write([]byte(name))
		files.Write(text)
		hash := base64.StdEncoding.EncodeToString(files.Sum(nil))
		all.Write([]byte(name + hash))
		fmt.Fprintf(&lines, "%s h1:%s\n", name, hash)
	}
	return "h1:" + base64.StdEncoding.EncodeToString(all.Sum(nil)) + "\n" + lines.String(), nil
}
