// Package diskcache keeps what was costly to make of files for the next process:
// "go vet" starts one for each package. It lies in the user's cache folder, and
// what is in it was made by this very build. It does not say whether an entry is
// still true: its key or its content has to.
package diskcache

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
)

// maxFiles bounds the cache's folder; the oldest go.
const maxFiles = 200

// build tells apart the binaries that read files in different ways.
var build = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	out := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" || s.Key == "vcs.time" {
			out += " " + s.Value
		}
	}
	if exe, err := os.Executable(); err == nil {
		if st, err := os.Stat(exe); err == nil {
			out += fmt.Sprint(" ", st.Size(), st.ModTime().UnixNano())
		}
	}
	return out
})

// Key returns the name of an entry of a kind (lower-case letters) that depends
// on parts.
func Key(kind string, parts ...any) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", build(), kind)
	for _, p := range parts {
		fmt.Fprintf(h, " %q", fmt.Sprint(p))
	}
	return kind + "-" + hex.EncodeToString(h.Sum(nil))[:40] + ".json"
}

// dir returns the folder of the cache; "" if there is none to be had.
var dir = sync.OnceValue(func() string {
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(base, "sqlvet")
	if os.MkdirAll(dir, 0o777) != nil {
		return ""
	}
	return dir
})

// Read reads an entry; false if there is none.
func Read(key string, v any) bool {
	dir := dir()
	if dir == "" {
		return false
	}
	data, err := os.ReadFile(filepath.Join(dir, key))
	return err == nil && json.Unmarshal(data, v) == nil
}

// Write stores an entry. Without a place to store it the next process
// does the work again.
func Write(key string, v any) {
	dir := dir()
	if dir == "" {
		return
	}
	data, err := json.Marshal(v)
	if err != nil {
		return
	}
	f, err := os.CreateTemp(dir, "tmp-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err != nil || cerr != nil || os.Rename(f.Name(), filepath.Join(dir, key)) != nil {
		os.Remove(f.Name())
		return
	}
	trim(dir)
}

// trim removes the oldest entries of a full cache.
func trim(dir string) {
	list, err := os.ReadDir(dir)
	if err != nil || len(list) <= maxFiles {
		return
	}
	age := func(e os.DirEntry) int64 {
		if info, err := e.Info(); err == nil {
			return info.ModTime().UnixNano()
		}
		return 0
	}
	slices.SortFunc(list, func(a, b os.DirEntry) int { return int((age(a) - age(b)) >> 20) })
	for _, e := range list[:len(list)-maxFiles/2] {
		os.Remove(filepath.Join(dir, e.Name()))
	}
}

// Aside runs tests with a cache of their own: what they leave is not the user's.
// It returns what run does.
func Aside(run func() int) int {
	folder, err := os.MkdirTemp("", "sqlvet-cache-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	dir = func() string { return folder }
	return run()
}
