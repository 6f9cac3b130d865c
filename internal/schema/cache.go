package schema

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
	"time"
)

// cacheFormat is part of each key: raise it when what is stored, or how a
// schema is read, changes.
const cacheFormat = 1

// maxCacheFiles bounds the cache's folder; the oldest go.
const maxCacheFiles = 200

func clock() int64 { return time.Now().UnixNano() }

// build tells apart the binaries that read schemas in different ways.
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

func cacheKey(kind string, parts ...any) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q", cacheFormat, build(), kind)
	for _, p := range parts {
		fmt.Fprintf(h, " %q", fmt.Sprint(p))
	}
	return kind + "-" + hex.EncodeToString(h.Sum(nil))[:40] + ".json"
}

func treeKey(top string, opts Options) string { return cacheKey("tree", top, opts.Files) }

// cacheDir returns the folder of the cache; "" if there is none to be had.
var cacheDir = sync.OnceValue(func() string {
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

// readCache reads an entry; false if there is none.
func readCache(key string, v any) bool {
	dir := cacheDir()
	if dir == "" {
		return false
	}
	data, err := os.ReadFile(filepath.Join(dir, key))
	return err == nil && json.Unmarshal(data, v) == nil
}

// writeCache stores an entry. Without a place to store it the next process
// does the work again.
func writeCache(key string, v any) {
	dir := cacheDir()
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
	if err != nil || len(list) <= maxCacheFiles {
		return
	}
	age := func(e os.DirEntry) int64 {
		if info, err := e.Info(); err == nil {
			return info.ModTime().UnixNano()
		}
		return 0
	}
	slices.SortFunc(list, func(a, b os.DirEntry) int { return int((age(a) - age(b)) >> 20) })
	for _, e := range list[:len(list)-maxCacheFiles/2] {
		os.Remove(filepath.Join(dir, e.Name()))
	}
}

// loaded keeps the schemas of this process: programs that live long ask for
// the same one for each package.
var loaded struct {
	sync.Mutex
	schemas map[string]*Schema
}

// maxLoaded bounds the schemas that a process keeps.
const maxLoaded = 16

// cached returns the schema of what was chosen, from this process or from
// disk if it was made before.
func cached(t *tree, mod, where string, opts Options, load func() *Schema) *Schema {
	key := cacheKey("schema", t.Top, t.Digest, mod, where, opts.Files)
	loaded.Lock()
	defer loaded.Unlock()
	if s, ok := loaded.schemas[key]; ok {
		return s
	}
	s := new(Schema)
	if readCache(key, s) {
		s.relink()
	} else {
		s = load()
		writeCache(key, s)
	}
	if loaded.schemas == nil || len(loaded.schemas) >= maxLoaded {
		loaded.schemas = make(map[string]*Schema)
	}
	loaded.schemas[key] = s
	return s
}

// relink sets the pointers that JSON does not keep.
func (s *Schema) relink() {
	for _, t := range s.Tables {
		for _, x := range t.Indexes {
			if x.Primary {
				t.Primary = x
			}
		}
	}
}
