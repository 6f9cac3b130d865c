package config

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v3"
)

// A field reads the value of one key into a T.
type field[T any] func(t *T, key, value *yaml.Node) *Error

// fields holds every key of the file.
var fields = map[string]field[Config]{
	"apis":      own,
	"dialect":   dialect,
	"exclude":   func(c *Config, _, v *yaml.Node) *Error { return globs(&c.Scope.Exclude, v) },
	"generated": func(c *Config, k, v *yaml.Node) *Error { return onOff(&c.Generated, k, v) },
	"paths":     func(c *Config, _, v *yaml.Node) *Error { return globs(&c.Scope.Paths, v) },
	"pool":      func(c *Config, _, v *yaml.Node) *Error { return mapping(&c.Pool, poolFields, v) },
	"rules":     rules,
	"schema":    tableSources,
	"stats":     statistics,
	"tables":    func(c *Config, _, v *yaml.Node) *Error { return tables(&c.Tables, v) },
}

// tableFields holds the keys below tables that are lists of names. Any other
// key there is the name of a table, if keys of oneTable stand below it.
var tableFields = map[string]field[Tables]{
	"big":   func(t *Tables, _, v *yaml.Node) *Error { return list(&t.Big, v) },
	"small": func(t *Tables, _, v *yaml.Node) *Error { return list(&t.Small, v) },
	"wide":  func(t *Tables, _, v *yaml.Node) *Error { return list(&t.Wide, v) },
}

// oneTable holds the keys below a table's name.
var oneTable = map[string]field[float64]{"rows": count}

// poolFields holds the keys below pool.
var poolFields = map[string]field[Pool]{
	"max_connections": func(p *Pool, k, v *yaml.Node) *Error { return whole(&p.MaxConnections, k, v) },
	"pooler":          func(p *Pool, k, v *yaml.Node) *Error { return oneOf(&p.Pooler, poolers, k, v) },
	"replicas":        func(p *Pool, k, v *yaml.Node) *Error { return whole(&p.Replicas, k, v) },
	"reserved":        func(p *Pool, k, v *yaml.Node) *Error { return whole(&p.Reserved, k, v) },
	"surge":           func(p *Pool, k, v *yaml.Node) *Error { return whole(&p.Surge, k, v) },
}

// ruleFields holds the keys below a rule's name.
var ruleFields = map[string]field[Setting]{
	"enabled":  func(s *Setting, k, v *yaml.Node) *Error { return onOff(&s.On, k, v) },
	"exclude":  func(s *Setting, _, v *yaml.Node) *Error { return globs(&s.Scope.Exclude, v) },
	"min":      func(s *Setting, k, v *yaml.Node) *Error { return oneOf(&s.Min, confidences, k, v) },
	"paths":    func(s *Setting, _, v *yaml.Node) *Error { return globs(&s.Scope.Paths, v) },
	"severity": func(s *Setting, k, v *yaml.Node) *Error { return oneOf(&s.Severity, severities, k, v) },
}

// What stands for each value in the file.
var (
	dialects    = []string{"postgres", "mysql", "sqlite", "unknown", "auto"}
	poolers     = []string{"transaction", "session"}
	confidences = []Confidence{Certain, Likely}
	severities  = []Severity{SeverityError, SeverityWarning, SeverityInfo, SeverityHint}
)

// parse reads the content of the file at path.
func parse(path string, data []byte) (*Config, error) {
	c := &Config{path: path, lines: make(map[string]int)}
	var doc yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(data))
	if err := in.Decode(&doc); err != nil && err != io.EOF {
		return nil, &Error{path, 0, strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if doc.Kind == 0 {
		return c, nil // empty, or comments only
	}
	var second yaml.Node
	if err := in.Decode(&second); err == nil {
		return nil, &Error{path, second.Line, "a second YAML document, of which nothing would be read"}
	} else if err != io.EOF {
		return nil, &Error{path, 0, strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	err := mapping(c, fields, doc.Content[0])
	if err != nil {
		err.Path = cmp.Or(err.Path, path)
		return nil, err
	}
	root, abs := filepath.Abs(filepath.Dir(path))
	if abs != nil {
		return nil, abs
	}
	c.locate(root)
	note(c.lines, "", doc.Content[0])
	return c, nil
}

// locate says where the paths of the file start.
func (c *Config) locate(root string) {
	c.Scope.root = root
	c.Schema.root = repository(c.path)
	for name, s := range c.Rules {
		s.Scope.root = root
		c.Rules[name] = s
	}
	for i, p := range c.Schema.Paths {
		c.Schema.Paths[i] = below(root, p)
	}
	if c.Stats.Path != "" {
		c.Stats.Path = below(root, c.Stats.Path)
	}
}

// below returns a path of the file, which starts at root, as an absolute one.
func below(root, path string) string {
	if path = filepath.FromSlash(path); filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}

// note records the line of each key of a mapping, and of those below.
func note(lines map[string]int, prefix string, m *yaml.Node) {
	if m.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		name := prefix + m.Content[i].Value
		lines[name] = m.Content[i].Line
		note(lines, name+".", m.Content[i+1])
	}
}

// mapping reads a mapping into t. A key that fields does not hold is an error,
// and nothing at all, with every line below a key commented out, is not.
func mapping[T any](t *T, fields map[string]field[T], m *yaml.Node) *Error {
	return pairs(m, func(key, value *yaml.Node) *Error { return entry(t, fields, key, value) })
}

func entry[T any](t *T, fields map[string]field[T], key, value *yaml.Node) *Error {
	set, ok := fields[key.Value]
	if !ok {
		known := slices.Sorted(maps.Keys(fields))
		return fault(key, "unknown key %q%s", key.Value, Hint(key.Value, known))
	}
	return set(t, key, value)
}

func tables(t *Tables, m *yaml.Node) *Error {
	return pairs(m, func(key, value *yaml.Node) *Error {
		if _, list := tableFields[key.Value]; list || value.Kind != yaml.MappingNode {
			return entry(t, tableFields, key, value)
		}
		var rows float64
		if err := mapping(&rows, oneTable, value); err != nil {
			return err
		}
		if t.Rows == nil {
			t.Rows = make(map[string]float64)
		}
		t.Rows[key.Value] = rows
		return nil
	})
}

// maxRows is the greatest number of rows that a table is believed to have.
const maxRows = 1e15

func count(to *float64, key, value *yaml.Node) *Error {
	n, err := strconv.ParseFloat(strings.ReplaceAll(value.Value, "_", ""), 64)
	if value.Kind != yaml.ScalarNode || err != nil || !(n >= 0 && n <= maxRows) {
		return fault(value, "%s is %q, want a number, such as 5e7", key.Value, value.Value)
	}
	*to = n
	return nil
}

// maxPool bounds what is written of pools: no server has more connections.
const maxPool = 1 << 18

// whole reads a whole number.
func whole(to *int, key, value *yaml.Node) *Error {
	n, err := strconv.Atoi(value.Value)
	if value.Kind != yaml.ScalarNode || err != nil || n < 0 || n > maxPool {
		return fault(value, "%s is %q, want a whole number", key.Value, value.Value)
	}
	*to = n
	return nil
}

func statistics(c *Config, key, value *yaml.Node) *Error {
	if value.Kind != yaml.ScalarNode || value.Value == "" {
		return fault(value, "want the path of a file that \"sqlvet snapshot\" wrote, or off")
	}
	if c.Stats.Off = value.Value == "off" || value.Value == "false"; !c.Stats.Off {
		c.Stats.Path = value.Value
	}
	return nil
}

func dialect(c *Config, key, value *yaml.Node) *Error {
	err := oneOf(&c.Dialect, dialects, key, value)
	if c.Dialect == "unknown" || c.Dialect == "auto" {
		c.Dialect = ""
	}
	return err
}

func tableSources(c *Config, _, value *yaml.Node) *Error {
	if value.Kind == yaml.ScalarNode && (value.Value == "off" || value.Value == "false") {
		c.Schema.Off = true
		return nil
	}
	return globs(&c.Schema.Paths, value)
}

func rules(c *Config, _, value *yaml.Node) *Error {
	c.Rules = make(map[string]Setting)
	return pairs(value, func(key, value *yaml.Node) *Error {
		s := Setting{On: true, Line: key.Line}
		var err *Error
		if value.Kind == yaml.MappingNode {
			err = mapping(&s, ruleFields, value)
		} else {
			err = onOff(&s.On, key, value)
		}
		c.Rules[key.Value] = s
		return err
	})
}

// pairs calls f for each key of a mapping, until one fails.
func pairs(m *yaml.Node, f func(key, value *yaml.Node) *Error) *Error {
	m = deref(m)
	if m.Tag == "!!null" {
		return nil
	}
	if m.Kind != yaml.MappingNode {
		return fault(m, "want keys with values (name: value)")
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		if seen[key.Value] {
			return fault(key, "key %q given twice", key.Value)
		}
		seen[key.Value] = true
		if err := f(key, deref(value)); err != nil {
			return err
		}
	}
	return nil
}

// list reads one text or a list of them.
func list(to *[]string, value *yaml.Node) *Error {
	items := []*yaml.Node{value}
	switch {
	case value.Tag == "!!null":
		return nil
	case value.Kind == yaml.SequenceNode:
		items = value.Content
	}
	for _, item := range items {
		item = deref(item)
		if item.Kind != yaml.ScalarNode || item.Value == "" {
			return fault(item, "want a name, or a list of names")
		}
		*to = append(*to, item.Value)
	}
	return nil
}

// globs reads one pattern of paths or a list of them.
func globs(to *[]string, value *yaml.Node) *Error {
	if err := list(to, value); err != nil {
		return err
	}
	for i, glob := range *to {
		if !doublestar.ValidatePattern(trimDir(glob)) {
			at := value
			if value.Kind == yaml.SequenceNode {
				at = value.Content[i]
			}
			return fault(at, "%q is not a pattern of paths", glob)
		}
	}
	return nil
}

// oneOf reads one of the known words.
func oneOf[T ~string](to *T, known []T, key, value *yaml.Node) *Error {
	*to = T(value.Value)
	if value.Kind == yaml.ScalarNode && slices.Contains(known, *to) {
		return nil
	}
	words := make([]string, len(known))
	for i, k := range known {
		words[i] = string(k)
	}
	return fault(value, "%s is %q, want one of %s", key.Value, value.Value, strings.Join(words, ", "))
}

func onOff(to *bool, key, value *yaml.Node) *Error {
	switch value.Value {
	case "on", "true":
		*to = true
		return nil
	case "off", "false":
		*to = false
		return nil
	}
	return fault(value, "%s is %q, want on or off", key.Value, value.Value)
}

// deref returns what an alias (*name) stands for.
func deref(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// fault returns an Error whose path the caller fills in.
func fault(at *yaml.Node, format string, args ...any) *Error {
	return &Error{Line: at.Line, Message: fmt.Sprintf(format, args...)}
}
