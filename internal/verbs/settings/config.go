// Package settings is the verbs on .sqlvet.yml: config, init.
package settings

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
)

// Config prints the settings that hold in a directory, and where each came
// from.
func Config(c *cli.Command, args []string) int {
	fs := cli.NewFlagSet()
	schema := fs.Bool("schema", false, "print the JSON Schema of the file, for editors")
	dirs, err := cli.ParseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.VerbHelp("config", fs)
	case err != nil:
		return c.Fail("%v", err)
	case *schema:
		c.Stdout.Write(config.JSONSchema)
		return cli.ExitClean
	case len(dirs) > 1:
		return c.Fail("config takes one directory")
	}
	dir := "."
	if len(dirs) == 1 {
		dir = dirs[0]
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return c.Fail("%s is not a directory", dir)
	}
	cfg, _, err := config.Find(dir)
	if err == nil {
		err = cfg.Check(analyzers.Configurable(c.Rules))
	}
	if err == nil {
		err = cfg.CheckFiles()
	}
	if err != nil {
		return c.Fail("%v", err)
	}
	writeConfig(c.Stdout, cfg, c.Rules)
	return cli.ExitClean
}

// A setting is one line of sqlvet config.
type setting struct {
	key, value string
	from       string // the key it was set by
}

// writeConfig prints every key with its value, in the form of the file but for
// inline entries of functions.
func writeConfig(w io.Writer, cfg *config.Config, rules []analyzers.Rule) {
	root := filepath.Dir(cfg.Path())
	var lines []setting
	add := func(key, value, from string) { lines = append(lines, setting{key, value, from}) }
	add("dialect", cmp.Or(cfg.Dialect, "auto"), "dialect")
	if cfg.Schema.Off {
		add("schema", "off", "schema")
	} else {
		var paths []string
		for _, p := range cfg.Schema.Paths {
			if rel, err := filepath.Rel(root, p); err == nil && filepath.IsLocal(rel) {
				p = filepath.ToSlash(rel)
			}
			paths = append(paths, p)
		}
		add("schema", yamlList(paths), "schema")
	}
	add("generated", onOff(cfg.Generated), "generated")
	add("paths", yamlList(cfg.Scope.Paths), "paths")
	add("exclude", yamlList(cfg.Scope.Exclude), "exclude")
	add("apis", yamlList(cfg.APISources()), "apis")
	switch {
	case cfg.Stats.Off:
		add("stats", "off", "stats")
	case cfg.Stats.Path != "":
		path := cfg.Stats.Path
		if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
			path = filepath.ToSlash(rel)
		}
		add("stats", path, "stats")
	}
	if p := cfg.Pool; p != (config.Pool{}) {
		add("pool", fmt.Sprintf("{replicas: %d, surge: %d, max_connections: %d, reserved: %d, pooler: %s}", p.Replicas, p.Surge, p.MaxConnections, p.Reserved, cmp.Or(p.Pooler, "none")), "pool")
	}
	add("tables", "", "")
	add("  small", yamlList(cfg.Tables.Small), "tables.small")
	add("  big", yamlList(cfg.Tables.Big), "tables.big")
	add("  wide", yamlList(cfg.Tables.Wide), "tables.wide")
	for _, name := range slices.Sorted(maps.Keys(cfg.Tables.Rows)) {
		add("  "+name, "{rows: "+strconv.FormatFloat(cfg.Tables.Rows[name], 'f', -1, 64)+"}", "tables."+name)
	}
	add("rules", "", "")
	var optional []string
	for _, r := range rules {
		optional = append(optional, r.Optional...)
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(analyzers.Names(rules), optional...)))) {
		s := cfg.Rules[name]
		at := "rules." + name
		value := onOff(cfg.Enabled(name) && (cfg.Asks(name) || !slices.Contains(optional, name)))
		if s.Severity == "" && s.Min == "" && s.Scope.Paths == nil && s.Scope.Exclude == nil {
			add("  "+name, value, at)
			continue
		}
		add("  "+name, "", at)
		add("    enabled", value, at+".enabled")
		add("    severity", string(cfg.Severity(name)), at+".severity")
		add("    min", cmp.Or(string(s.Min), string(config.Likely)), at+".min")
		add("    paths", yamlList(s.Scope.Paths), at+".paths")
		add("    exclude", yamlList(s.Scope.Exclude), at+".exclude")
	}
	width := 0
	for _, l := range lines {
		width = max(width, len(l.key)+len(l.value)+2)
	}
	width = min(width, 100) // what is longer moves its own comment only
	fmt.Fprintf(w, "# %s\n", cmp.Or(cfg.Path(), "no "+config.Name+" here or above: all values are defaults"))
	for _, l := range lines {
		text := strings.TrimRight(l.key+": "+l.value, " ")
		if l.from == "" {
			fmt.Fprintln(w, text)
			continue
		}
		from := "default"
		if l.from == "schema" {
			from = "default: searched for (sqlvet schema)"
		}
		if line := cfg.Line(l.from); line > 0 {
			from = fmt.Sprintf("line %d", line)
		}
		fmt.Fprintf(w, "%-*s # %s\n", width, text, from)
	}
}

func yamlList(items []string) string {
	quoted := slices.Clone(items)
	for i, s := range quoted {
		if strings.ContainsAny(s, " ,:#[]{}&*!|>'\"%@`") {
			quoted[i] = "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
