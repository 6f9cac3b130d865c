package migrations

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// SumFile is where atlas keeps the checksums of a folder's files.
const SumFile = "atlas.sum"

// atlas: https://atlasgo.io/concepts/migration-directory-integrity and
// https://atlasgo.io/versioned/checkpoint
var atlas = &Tool{
	Name: "atlas", Wraps: Each, Outside: "-- atlas:txmode none",
	Tables:  []string{"atlas_schema_revisions"},
	holds:   func(f *Folder) bool { return f.Names[SumFile] },
	arrange: arrangeAtlas,
	write:   func(m Migration) []Text { return []Text{{m.base() + ".sql", "-- atlas:txmode none\n\n" + m.Up}} },
}

// arrangeAtlas orders by name, and begins with the last checkpoint.
func arrangeAtlas(files []*File) {
	slices.SortStableFunc(files, func(a, b *File) int { return cmp.Compare(a.Name, b.Name) })
	from := 0
	for i, in := range files {
		in.Up = in.Text
		head := in.Text[:min(len(in.Text), 4096)]
		if strings.Contains(head, "-- atlas:checkpoint") {
			from = i
		}
		in.NoTransaction = strings.Contains(head, "-- atlas:txmode none")
	}
	for _, in := range files[:from] {
		in.Skipped = "before the checkpoint"
	}
}

// A SumState says what the checksum file of a folder was like before anything
// was written.
type SumState int

// The states of a checksum file.
const (
	NoSum SumState = iota
	validSum
	staleSum // it was made from other files, or in a way that is not known
)

// ReadSum looks at the checksum file of a folder.
func ReadSum(dir string) (SumState, error) {
	have, err := filetree.Read(dir, filepath.Join(dir, SumFile), filetree.MaxText)
	if errors.Is(err, fs.ErrNotExist) {
		return NoSum, nil
	} else if err != nil {
		return NoSum, err
	}
	want, err := sumOf(dir)
	if err != nil {
		return NoSum, err
	}
	if strings.TrimSpace(string(have)) != strings.TrimSpace(want) {
		return staleSum, nil
	}
	return validSum, nil
}

// Update writes the checksums anew if they were valid: atlas runs no folder
// whose files they do not fit, and a difference that was there before is for
// the user to judge.
func (s SumState) Update(dir string) (wrote bool, err error) {
	if s != validSum {
		return false, nil
	}
	text, err := sumOf(dir)
	if err != nil {
		return false, err
	}
	return true, os.WriteFile(filepath.Join(dir, SumFile), []byte(text), 0o666)
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
		text, err := filetree.Read(dir, filepath.Join(dir, name), filetree.MaxText)
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
