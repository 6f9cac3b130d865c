package settings

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/sqlvet/sqlvet/analyzers"
	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// Init writes a configuration file for the module of the working directory.
func Init(c *cli.Command, args []string) int {
	flags := cli.NewFlagSet()
	force := flags.Bool("force", false, "replace the file that is there")
	rest, err := cli.ParseFlags(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.VerbHelp("init", flags)
	case err != nil:
		return c.Fail("%v", err)
	case len(rest) > 0:
		return c.Fail("init takes no arguments: it writes to the working directory")
	}
	if _, err := os.Stat(config.Name); err == nil && !*force {
		return c.Fail("there is a %s already; -force replaces it", config.Name)
	}
	seen, err := survey(".")
	if err != nil {
		return c.Fail("%v", err)
	}
	for _, r := range c.Rules {
		title, _, _ := strings.Cut(r.Doc, "\n")
		seen.Rules = append(seen.Rules, titled{r.Name, title})
	}
	var buf bytes.Buffer
	if err := initial.Execute(&buf, seen); err != nil {
		return c.Fail("%v", err)
	}
	if err := filetree.Write(config.Name, buf.Bytes()); err != nil {
		return c.Fail("%v", err)
	}
	// What is written must be what is read.
	cfg, err := config.Load(config.Name)
	if err == nil {
		err = errors.Join(cfg.Check(analyzers.Configurable(c.Rules)), cfg.CheckFiles())
	}
	if err != nil {
		return c.Fail("%v", err)
	}
	fmt.Fprintf(c.Stdout, "wrote %s (%s)\n", config.Name, seen)
	return cli.ExitClean
}

// A module is what init sees of one.
type module struct {
	Dialects  []string // that its drivers imply
	Libraries []string // of the catalogue that it imports
	Found     string   // the schema that is found without settings; "" if none is
	Schemas   []string // directories and files with definitions of tables
	Rules     []titled
}

type titled struct{ Name, Title string }

func (m *module) String() string {
	if len(m.Libraries) == 0 {
		return "no database library of the catalogue is imported"
	}
	return "seen: " + strings.Join(m.Libraries, ", ")
}

// survey looks at the imports of the module's packages and its SQL files.
func survey(dir string) (*module, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("no go command on PATH: sqlvet needs Go installed (https://go.dev/dl)")
	}
	cmd := exec.Command(goTool, "list", "-e", "-deps", "-f", "{{.Standard}} {{.ImportPath}}", "./...")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		message, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("%s", cmp.Or(message, err.Error()))
	}
	libraries, dialects := make(map[string]bool), make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		path, ok := strings.CutPrefix(strings.TrimSpace(line), "false ")
		if !ok {
			continue
		}
		if lib, ok := apis.LibraryOf(path); ok && ofDatabase(lib) {
			libraries[lib.Module] = true
		}
		if d := apis.Dialect(path); d != "" {
			dialects[d] = true
		}
	}
	found := ""
	if s, err := schema.Load(dir, schema.Options{}); err == nil && s != nil {
		found = s.From
	}
	return &module{
		Found:     found,
		Dialects:  slices.Sorted(maps.Keys(dialects)),
		Libraries: slices.Sorted(maps.Keys(libraries)),
		Schemas:   definitions(dir),
	}, nil
}

// ofDatabase reports whether a library of the catalogue sends SQL or is a
// driver; others are there for their side effects.
func ofDatabase(lib *apis.Library) bool {
	return lib.Dialect != "" || slices.ContainsFunc(lib.Keys(), func(key string) bool {
		api, _ := lib.Entry(key)
		return api.HasText()
	})
}

var createTable = regexp.MustCompile(`(?i)\bcreate\s+(unlogged\s+)?table\b`)

// definitions lists the directories with files that create tables, as paths
// relative to dir: the topmost ones, and a file alone for itself.
func definitions(dir string) []string {
	byDir := make(map[string][]string)
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case e.IsDir() && path != dir && filetree.SkipsDir(e.Name()):
			return fs.SkipDir
		case e.IsDir() || filepath.Ext(path) != ".sql":
			return nil
		}
		if text, err := filetree.Read(dir, path, filetree.MaxText); err == nil && createTable.Match(text) {
			in := filepath.Dir(path)
			byDir[in] = append(byDir[in], path)
		}
		return nil
	})
	var found []string
	for _, in := range slices.Sorted(maps.Keys(byDir)) {
		place := in
		if len(byDir[in]) == 1 {
			place = byDir[in][0]
		}
		if rel, err := filepath.Rel(dir, place); err == nil {
			found = append(found, filepath.ToSlash(rel))
		}
	}
	return found
}

var initial = template.Must(template.New(config.Name).Funcs(template.FuncMap{"join": strings.Join, "list": yamlList}).Parse(
	`# yaml-language-server: $schema=https://raw.githubusercontent.com/sqlvet/sqlvet/main/internal/config/sqlvet.schema.json
# Settings of sqlvet for this directory and all below, unless one has a file of
# its own. "sqlvet config" prints what is in force.

# The SQL dialect: postgres, mysql, sqlite, or auto (by imports and placeholders).
{{- if eq (len .Dialects) 1}}
# The drivers that this module imports are for {{index .Dialects 0}}.
dialect: {{index .Dialects 0}}
{{- else if .Dialects}}
# This module imports drivers for {{join .Dialects ", "}}: say which one its queries are for.
dialect: auto
{{- else}}
dialect: auto
{{- end}}

# Where tables and indexes are defined: SQL files, directories of migrations, or
# globs, in any number. Without this key they are searched for; off reads none.
{{- if .Found}}
# Found here: {{.Found}}.
{{- end}}
{{- if .Schemas}}
# Tables are created in:
# schema: {{list .Schemas}}
{{- else}}
# schema: [db/migrations]
{{- end}}

# What is known of tables, for rules that weigh costs.
tables:
#   small: [countries]     # an index does not matter
#   orders: {rows: 5e7}    # about; "sqlvet snapshot" counts them
#   big: [events]          # reading all rows is never right
#   wide: [documents]      # reading all columns is dear

# How many copies of the program share the server's connections.
# pool: {replicas: 10, surge: 1, max_connections: 100, reserved: 3}

# Findings in generated files, too. Those of sqlc are always reported.
generated: off

# Findings in these files only, or not in these: paths or globs.
# paths: [internal, cmd]
# exclude: ["**/legacy/**"]

# Rules are on unless switched off. Or set more of one:
#   selectstar:
#     severity: info       # error, warning (the default), info, hint; the last two fail no run
#     min: certain         # leave out what is only likely
#     exclude: [internal/report]
rules:
{{- range .Rules}}
#   {{printf "%-20s" (print .Name ": off")}} # {{.Title}}
{{- end}}

# Functions of this project that no body explains: wrappers, side effects,
# transactions, caches. Entries have the form of sqlvet's catalogue; they may
# stand in files of their own: apis: [sqlvet-apis.yaml]
# apis:
# - entries:
#     (*example.com/app/db.DB).Ask: {role: query, sql_arg: 1, args_start: 2, roundtrip: true}
#     example.com/app/mail.Send: {role: side_effect, effect: email}
#     (*example.com/app/db.DB).InTx: {role: tx_closure, fn_arg: 1, tx_param: 0}
`))
