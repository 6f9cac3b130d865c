package apis

import (
	"bytes"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Header is what a data file says of its library as a whole.
type Header struct {
	// Module is the import path prefix: the file speaks of all packages at
	// or below it, unless a longer path has a file of its own.
	Module  string `yaml:"module"`
	Version string `yaml:"version"` // the release that the entries were checked against; "" if there are none
	Source  string `yaml:"source"`  // where that release was read from
	// ForkOf is the module that this one is a copy of, under another path: all
	// that is known of that one holds here, too.
	ForkOf string `yaml:"fork_of"`
	// Dialect is the SQL dialect that importing the library implies:
	// "postgres", "mysql", "sqlite", …; "" if it serves several.
	Dialect string `yaml:"dialect"`
	// Placeholders names the forms that the library expands besides $1:
	// question, named, at, bun, dbx, sqlc; any if a driver decides.
	Placeholders []string `yaml:"placeholders"`
	// NoSignatureRules: functions of the library that have no entry are not
	// guessed, and its transactions are not those of an SQL database.
	NoSignatureRules bool `yaml:"no_signature_rules"`
	// TxSameAsDB are types that have Commit and Rollback but also are the
	// plain database handle.
	TxSameAsDB []string `yaml:"tx_same_as_db"`
	// Pools are types of handles that take another connection for each
	// statement; Conns those that are one connection.
	Pools []string `yaml:"pools"`
	Conns []string `yaml:"conns"`
	// SameReceivers are groups of types whose methods moved from one to the
	// other between releases: an entry for one holds for all.
	SameReceivers [][]string `yaml:"same_receivers"`
	// Chain is what the library builds statements from; nil if it takes text.
	Chain *Chain `yaml:"chain"`
	// Many says how the library sends one statement for many elements.
	Many Many `yaml:"many"`
	// Arguments says which arguments the library writes into its text where
	// their placeholder stands, by their type, an interface that they
	// implement, or the function that makes them: name, sql or list. It binds
	// the others.
	Arguments map[string]string `yaml:"arguments"`
	Notes     string            `yaml:"notes"`
}

// Many are a library's own ways to one statement for many elements, as words
// that follow "all at once with"; "" where it has none but those of SQL.
type Many struct {
	Read   string `yaml:"read"`
	Insert string `yaml:"insert"`
	// Related is how rows are loaded together with those at the other end of a
	// relation, {} for the relation's name.
	Related string `yaml:"related"`
	Keys    string `yaml:"keys"`  // the condition of an update or a delete on many keys
	Write   string `yaml:"write"` // by whatever verb
	// RowsAlone: many rows that get values of their own are updated one by one.
	RowsAlone bool `yaml:"rows_alone"`
}

// A Library is one data file: the catalogue's own, or a user's.
type Library struct {
	Header

	mu      sync.Mutex
	lines   map[string][]byte // entries not decoded yet, as YAML flow mappings
	entries map[string]API
}

// styles are the names of placeholder forms in data files.
var styles = map[string]sqlscan.Style{
	"question": sqlscan.StyleQuestion,
	"named":    sqlscan.StyleNamed,
	"at":       sqlscan.StyleAt,
	"bun":      sqlscan.StyleBun,
	"dbx":      sqlscan.StyleDbx,
	"sqlc":     sqlscan.StyleSqlc,
	"any":      sqlscan.StyleUnknown,
}

// Style returns the placeholder forms that the library expands besides $1.
func (l *Library) Style() sqlscan.Style {
	var set sqlscan.Style
	for _, name := range l.Placeholders {
		set |= styles[name]
	}
	return set
}

// Keys returns the keys of all entries in order.
func (l *Library) Keys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	keys := slices.Collect(maps.Keys(l.entries))
	for key := range l.lines {
		if _, ok := l.entries[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Entry returns the entry with exactly this key (see [Key]).
func (l *Library) Entry(key string) (API, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if api, ok := l.entries[key]; ok {
		return api, true
	}
	line, ok := l.lines[key]
	if !ok {
		return API{}, false
	}
	var e entry
	if err := yaml.Unmarshal(line, &e); err != nil {
		// Have: line is embedded, and TestData decodes every line.
		panic(fmt.Sprintf("apis: entry %s of %s: %v", key, l.Module, err))
	}
	delete(l.lines, key)
	return l.add(key, e), true
}

// add stores e. Have: l.mu is held, or l is not shared yet.
func (l *Library) add(key string, e entry) API {
	api := API(e)
	api.Key, api.Library = key, l.Module
	if l.entries == nil {
		l.entries = map[string]API{}
	}
	l.entries[key] = api
	return api
}

// Lookup returns the entry for fn, without signature rules.
func (l *Library) Lookup(fn *types.Func) (API, bool) {
	key := Key(fn)
	if api, ok := l.Entry(key); ok {
		return api, true
	}
	for _, group := range l.SameReceivers {
		recv, method, ok := splitKey(key)
		if !ok || !slices.Contains(group, recv) {
			continue
		}
		for _, other := range group {
			if api, ok := l.Entry("(" + other + ")." + method); ok {
				return api, true
			}
		}
	}
	return API{}, false
}

// Key returns the name under which data files list fn: the full name of its
// origin without type parameters, such as "(*database/sql.DB).QueryContext".
func Key(fn *types.Func) string {
	name := fn.Origin().FullName()
	open := strings.IndexByte(name, '[')
	if open < 0 {
		return name
	}
	// Have: a receiver like (*p.Client[TTx]). or (p.Pair[K, V]). whose
	// parameters are plain names.
	end := strings.IndexByte(name, ']')
	if end < open {
		return name
	}
	return name[:open] + name[end+1:]
}

// splitKey takes the key of a method apart: "(p.T).M" or "(*p.T).M".
func splitKey(key string) (recv, method string, ok bool) {
	rest, ok := strings.CutPrefix(key, "(")
	if !ok {
		return "", "", false
	}
	recv, method, ok = strings.Cut(rest, ").")
	return strings.TrimPrefix(recv, "*"), method, ok
}

// scan reads an embedded data file without decoding its entries: a vet tool
// is started once a package, and asks for a handful of functions.
//
// Have: the file is in the form that TestData enforces, each entry on a line
// of its own, "  KEY: {FIELDS}".
func scan(text []byte) (*Library, error) {
	const mark = "\nentries:\n"
	head, body := text, []byte(nil)
	if i := bytes.Index(text, []byte(mark)); i >= 0 {
		head, body = text[:i], text[i+len(mark):]
	}
	lib := &Library{lines: map[string][]byte{}}
	if err := yaml.Unmarshal(head, &lib.Header); err != nil {
		return nil, err
	}
	for line := range bytes.Lines(body) {
		line = bytes.TrimSpace(line)
		key, fields, ok := bytes.Cut(line, []byte(": "))
		if ok && line[0] != '#' {
			lib.lines[string(key)] = fields
		}
	}
	return lib, nil
}

// forked returns the text of a module's data file as it is of a copy at another
// path: the copies of the modules beside it have the same names.
func forked(text []byte, module, fork string) []byte {
	from, to := strings.Split(module, "/"), strings.Split(fork, "/")
	for len(from) > 1 && len(to) > 1 && from[len(from)-1] == to[len(to)-1] {
		from, to = from[:len(from)-1], to[:len(to)-1]
	}
	return bytes.ReplaceAll(text, []byte(strings.Join(from, "/")+"/"), []byte(strings.Join(to, "/")+"/"))
}
