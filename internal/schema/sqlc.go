package schema

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

func isSqlcConfig(base string) bool {
	return base == "sqlc.yaml" || base == "sqlc.yml" || base == "sqlc.json"
}

// oneOrMore is a YAML value that may be a list.
type oneOrMore []string

// UnmarshalYAML takes a text or a list of texts.
func (l *oneOrMore) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		var list []string
		err := n.Decode(&list)
		*l = list
		return err
	}
	*l = oneOrMore{n.Value}
	return nil
}

// sqlcConfig is what sqlc.yaml says of schemas, in both versions of the file.
// https://docs.sqlc.dev/en/latest/reference/config.html
type sqlcConfig struct {
	SQL []struct {
		Engine string    `yaml:"engine"`
		Schema oneOrMore `yaml:"schema"`
	} `yaml:"sql"`
	Packages []struct {
		Engine string    `yaml:"engine"`
		Schema oneOrMore `yaml:"schema"`
	} `yaml:"packages"`
}

// sqlc returns the candidates that one of sqlc's configurations names: one for
// each of its sets of queries that has a schema of its own.
func (t *tree) sqlc(rel string) []*candidate {
	data, err := os.ReadFile(t.path(rel))
	if err != nil {
		return nil
	}
	var cfg sqlcConfig
	if yaml.Unmarshal(data, &cfg) != nil {
		return nil // sqlc itself says what is wrong
	}
	var out []*candidate
	var seen []string
	for _, s := range append(cfg.SQL, cfg.Packages...) {
		if s.Engine != "" && s.Engine != "postgresql" {
			continue
		}
		if id := strings.Join(s.Schema, "\n"); slices.Contains(seen, id) {
			continue
		} else {
			seen = append(seen, id)
		}
		c := &candidate{Where: rel, Format: "sqlc", Class: classSqlc}
		for _, p := range s.Schema {
			c.inputs = append(c.inputs, t.below(path.Join(path.Dir(rel), p))...)
		}
		if len(c.inputs) == 0 {
			continue
		}
		if len(out) > 0 {
			c.Where = fmt.Sprintf("%s#%d", rel, len(out)+1)
		}
		c.judge()
		c.Owner = owner(path.Dir(rel) + "/x.y")
		out = append(out, c)
	}
	return out
}

// below returns the files that a path of sqlc's names, in the order in which
// sqlc reads them: a file, a folder, or a pattern.
func (t *tree) below(p string) []*input {
	groups := make(map[string][]*input)
	var order []string
	for _, s := range t.Files {
		if !strings.HasSuffix(strings.ToLower(s.Path), ".sql") {
			continue
		}
		dir := path.Dir(s.Path)
		match, _ := path.Match(p, s.Path)
		if s.Path != p && dir != p && !match {
			continue
		}
		if groups[dir] == nil {
			order = append(order, dir)
		}
		groups[dir] = append(groups[dir], &input{rel: s.Path})
	}
	var out []*input
	for _, dir := range order {
		for _, in := range groups[dir] {
			t.read(in)
		}
		_, ordered := t.arrange(dir, groups[dir], t.names(dir))
		out = append(out, ordered...)
	}
	return out
}

// names returns the names of the files in a folder.
func (t *tree) names(dir string) map[string]bool {
	out := make(map[string]bool)
	for _, s := range t.Files {
		if path.Dir(s.Path) == dir {
			out[path.Base(s.Path)] = true
		}
	}
	return out
}
