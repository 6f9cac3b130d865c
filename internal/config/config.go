// Package config answers what the user set in .sqlvet.yml: for one directory
// (Find, Load), and, as one hash, for every package that a run from one
// directory could analyse (Digest).
//
// It does not know which rules exist: Config.Check takes their names.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Name is the name of the configuration file.
const Name = ".sqlvet.yml"

// A Config is the content of one configuration file.
type Config struct {
	// Dialect is "postgres", "mysql" or "sqlite"; "" if it is to be found
	// out from what a package imports ("auto", "unknown" in the file).
	Dialect string
	// Rules holds the rules that the file names.
	Rules map[string]Setting
	// Generated asks for findings in generated files, too.
	Generated bool

	path string // for errors; "" if there is no file
}

// A Setting is what the file says of one rule.
type Setting struct {
	On   bool
	Line int // 1-based line in the file
}

// An Error is a fault of a configuration file.
type Error struct {
	Path    string
	Line    int // 1-based; 0 if the file as a whole is meant
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Path, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Message)
}

// Find returns the configuration for the Go files of dir, and the path of the
// file it came from. It looks in dir and the directories above, and takes the
// nearest file whole: files are not merged. The search ends after a directory
// that holds .git or go.work, so that one repository never gets settings of
// another; a go.mod does not end it, since a repository with several modules
// has one set of rules. Without a file the result is an empty Config and "".
func Find(dir string) (*Config, string, error) {
	for d := range upwards(dir) {
		path := filepath.Join(d, Name)
		cfg, err := Load(path)
		switch {
		case err == nil:
			return cfg, path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, path, err
		}
	}
	return &Config{}, "", nil
}

// Load reads one configuration file. The error is an *Error if the content is
// at fault.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

// Enabled reports whether the rule is on. A rule that the file does not name
// is.
func (c *Config) Enabled(rule string) bool {
	s, ok := c.Rules[rule]
	return !ok || s.On
}

// Check returns an *Error if the file names a rule that is not among known.
func (c *Config) Check(known []string) error {
	var first *Error
	for name, s := range c.Rules {
		if slices.Contains(known, name) || first != nil && first.Line < s.Line {
			continue
		}
		first = &Error{c.path, s.Line, fmt.Sprintf("unknown rule %q%s", name, Hint(name, known))}
	}
	if first != nil {
		return first
	}
	return nil
}

// A field reads the value of one key into a Config.
type field func(c *Config, key, value *yaml.Node) *Error

// fields holds every key of the file.
var fields = map[string]field{
	"dialect":   dialect,
	"generated": generated,
	"rules":     rules,
}

func parse(path string, data []byte) (*Config, error) {
	c := &Config{path: path}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, &Error{path, 0, strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if doc.Kind == 0 {
		return c, nil // empty, or comments only
	}
	if root := doc.Content[0]; root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return c, nil
	}
	known := make([]string, 0, len(fields))
	for name := range fields {
		known = append(known, name)
	}
	slices.Sort(known)
	err := pairs(doc.Content[0], func(key, value *yaml.Node) *Error {
		set, ok := fields[key.Value]
		if !ok {
			return fault(key, "unknown key %q%s", key.Value, Hint(key.Value, known))
		}
		return set(c, key, value)
	})
	if err != nil {
		err.Path = path
		return nil, err
	}
	return c, nil
}

func dialect(c *Config, _, value *yaml.Node) *Error {
	names := []string{"postgres", "mysql", "sqlite", "unknown", "auto"}
	switch v := value.Value; {
	case !slices.Contains(names, v):
		return fault(value, "dialect is %q, want one of %s", v, strings.Join(names, ", "))
	case v == "unknown" || v == "auto":
		c.Dialect = ""
	default:
		c.Dialect = v
	}
	return nil
}

func generated(c *Config, key, value *yaml.Node) *Error {
	on, err := onOff(key, value)
	c.Generated = on
	return err
}

func rules(c *Config, _, value *yaml.Node) *Error {
	c.Rules = make(map[string]Setting)
	if value.Tag == "!!null" {
		return nil // "rules:" with every line below commented out
	}
	return pairs(value, func(key, value *yaml.Node) *Error {
		on, err := onOff(key, value)
		c.Rules[key.Value] = Setting{On: on, Line: key.Line}
		return err
	})
}

// pairs calls f for each key of a mapping, until one fails.
func pairs(m *yaml.Node, f func(key, value *yaml.Node) *Error) *Error {
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
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		if err := f(key, value); err != nil {
			return err
		}
	}
	return nil
}

func onOff(key, value *yaml.Node) (bool, *Error) {
	switch value.Value {
	case "on", "true":
		return true, nil
	case "off", "false":
		return false, nil
	}
	return false, fault(value, "%s is %q, want on or off", key.Value, value.Value)
}

// fault returns an Error whose path the caller fills in.
func fault(at *yaml.Node, format string, args ...any) *Error {
	return &Error{Line: at.Line, Message: fmt.Sprintf(format, args...)}
}
