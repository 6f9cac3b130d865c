package schema

import (
	"sync"

	"github.com/sqlvet/sqlvet/internal/diskcache"
)

func treeKey(top string, opts Options) string { return diskcache.Key("tree", top, opts.Files) }

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
	key := diskcache.Key("schema", t.Top, t.Digest, mod, where, opts.Files)
	loaded.Lock()
	defer loaded.Unlock()
	if s, ok := loaded.schemas[key]; ok {
		return s
	}
	s := new(Schema)
	if diskcache.Read(key, s) {
		s.relink()
	} else {
		s = load()
		diskcache.Write(key, s)
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
