package config

import (
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/stats"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, content string
		want          string // as show prints it, or the error after the path
	}{
		{"empty", "", ""},
		{"comments", "# nothing\n", ""},
		{"document", "---\n", ""},
		{"switches", "dialect: mysql\ngenerated: on\nrules:\n  selectstar: off\n  nonsargable: true\n", "dialect=mysql generated nonsargable=on selectstar=off"},
		{"auto", "dialect: auto\n", ""},
		{"rules empty", "rules:\n#  selectstar: off\n", ""},
		{"schema", "schema: db/migrations\n", "schema=db/migrations"},
		{"schema, several", "schema: [a.sql, 'b/*.sql', /c.sql]\n", "schema=a.sql,b/*.sql,/c.sql"},
		{"schema off", "schema: off\n", "schema=off"},
		{"schema commented out", "schema:\n# - a.sql\n", ""},
		{"tables", "tables: {small: [countries, geo.regions], big: events}\n", "small=countries,geo.regions big=events"},
		{"rows", "tables: {orders: {rows: 5e7}, shop.crew: {rows: 1_200}, small: a}\n", "small=a orders=5e+07 shop.crew=1200"},
		{"rows, not a number", "tables:\n  orders: {rows: many}\n", `:2: rows is "many", want a number, such as 5e7`},
		{"rows, too many", "tables:\n  orders: {rows: 1e300}\n", `:2: rows is "1e300", want a number, such as 5e7`},
		{"unknown key of a table", "tables:\n  orders: {row: 1}\n", `:2: unknown key "row" (did you mean "rows"?)`},
		{"stats as list", "stats: [a]\n", `:1: want the path of a file that "sqlvet snapshot" wrote, or off`},
		{"rule", "rules:\n  selectstar: {severity: error, min: certain, paths: [a, b/**], exclude: c}\n", "selectstar=on,error,certain,a b/**,c"},
		{"rule off", "rules:\n  selectstar:\n    enabled: off\n", "selectstar=off"},
		{"rule without settings", "rules:\n  selectstar: {}\n", "selectstar=on"},
		{"alias", "rules:\n  nonsargable: &r {severity: info}\n  selectstar: *r\n", "nonsargable=on,info selectstar=on,info"},
		{"scope", "paths: ./internal/...\nexclude: [gen/**]\n", "paths=./internal/... exclude=gen/**"},

		{"unknown key", "\n\nrulez: {}\n", `:3: unknown key "rulez" (did you mean "rules"?)`},
		{"unknown key, nothing near", "colour: red\n", `:1: unknown key "colour"`},
		{"unknown key of tables", "tables:\n  smal: [a]\n", `:2: unknown key "smal" (did you mean "small"?)`},
		{"unknown key of a rule", "rules:\n  a:\n    severty: error\n", `:3: unknown key "severty" (did you mean "severity"?)`},
		{"dialect", "dialect: oracle\n", `:1: dialect is "oracle", want one of postgres, mysql, sqlite, unknown, auto`},
		{"dialect as list", "dialect: [mysql]\n", `:1: dialect is "", want one of postgres, mysql, sqlite, unknown, auto`},
		{"severity", "rules:\n  a:\n    severity: fatal\n", `:3: severity is "fatal", want one of error, warning, info, hint`},
		{"confidence", "rules:\n  a:\n    min: sure\n", `:3: min is "sure", want one of certain, likely`},
		{"not on or off", "rules:\n  selectstar: maybe\n", `:2: selectstar is "maybe", want on or off`},
		{"glob", "exclude:\n- a\n- '[b'\n", `:3: "[b" is not a pattern of paths`},
		{"names", "tables:\n  big:\n  - {a: b}\n", `:3: want a name, or a list of names`},
		{"key twice", "dialect: mysql\ndialect: mysql\n", `:2: key "dialect" given twice`},
		{"list", "- dialect\n", `:1: want keys with values (name: value)`},
		{"rules as list", "rules:\n  - selectstar\n", `:2: want keys with values (name: value)`},
		{"not YAML", "rules: {\n", `: line 1: did not find expected node content`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, t.TempDir(), Name, test.content)
			cfg, err := Load(path)
			var got string
			if err != nil {
				got = strings.TrimPrefix(err.Error(), path)
			} else {
				got = show(cfg)
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func show(c *Config) string {
	var parts []string
	add := func(name string, values ...string) {
		if s := strings.Trim(strings.Join(values, ","), ","); s != "" {
			parts = append(parts, name+"="+s)
		}
	}
	add("dialect", c.Dialect)
	if c.Generated {
		parts = append(parts, "generated")
	}
	if c.Schema.Off {
		add("schema", "off")
	}
	var schema []string
	for _, p := range c.Schema.Paths {
		p = strings.TrimPrefix(p, filepath.Dir(c.Path())+string(filepath.Separator))
		schema = append(schema, filepath.ToSlash(p))
	}
	add("schema", schema...)
	add("small", c.Tables.Small...)
	add("big", c.Tables.Big...)
	add("wide", c.Tables.Wide...)
	for _, name := range slices.Sorted(maps.Keys(c.Tables.Rows)) {
		add(name, strconv.FormatFloat(c.Tables.Rows[name], 'g', -1, 64))
	}
	add("paths", c.Scope.Paths...)
	add("exclude", c.Scope.Exclude...)
	for _, name := range slices.Sorted(maps.Keys(c.Rules)) {
		s := c.Rules[name]
		on := map[bool]string{true: "on", false: "off"}[s.On]
		add(name, on, string(s.Severity), string(s.Min), strings.Join(s.Scope.Paths, " "), strings.Join(s.Scope.Exclude, " "))
	}
	return strings.Join(parts, " ")
}

// TestWants checks which findings the settings let through.
func TestWants(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, content, file string
		confidence          Confidence
		want                bool
	}{
		{"no settings", "", "a/a.go", Likely, true},
		{"off", "rules: {r: off}", "a/a.go", Certain, false},
		{"another off", "rules: {s: off}", "a/a.go", Certain, true},
		{"too unsure", "rules: {r: {min: certain}}", "a.go", Likely, false},
		{"sure enough", "rules: {r: {min: certain}}", "a.go", Certain, true},
		{"sure enough by default", "rules: {r: {min: certain}}", "a.go", "", true},
		{"excluded folder", "exclude: [a]", "a/b/x.go", "", false},
		{"folder of like name", "exclude: [a]", "ab/x.go", "", true},
		{"excluded file", "exclude: [a/x.go]", "a/x.go", "", false},
		{"excluded by name", "exclude: ['**/*_gen.go']", "a/b/x_gen.go", "", false},
		{"star stays in a folder", "exclude: ['a/*.go']", "a/b/x.go", "", true},
		{"in paths", "paths: [a, b]", "b/x.go", "", true},
		{"not in paths", "paths: [a, b]", "c/x.go", "", false},
		{"in paths, excluded", "paths: [a]\nexclude: [a/b]", "a/b/x.go", "", false},
		{"as package pattern", "paths: [./a/...]", "a/b/x.go", "", true},
		{"everything", "paths: [./...]", "x.go", "", true},
		{"of the rule", "rules: {r: {exclude: [a]}}", "a/x.go", "", false},
		{"of another rule", "rules: {s: {exclude: [a]}}", "a/x.go", "", true},
		{"outside", "paths: [a]", "../a/x.go", "", false},
		{"outside, excluded", "exclude: [a]", "../a/x.go", "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg, err := Load(write(t, dir, Name, test.content))
			if err != nil {
				t.Fatal(err)
			}
			if got := cfg.Wants("r", filepath.Join(dir, test.file), test.confidence); got != test.want {
				t.Errorf("got %t", got)
			}
			t.Chdir(dir)
			if got := cfg.Wants("r", filepath.FromSlash(test.file), test.confidence); got != test.want {
				t.Errorf("named from the working directory: got %t", got)
			}
		})
	}
}

// TestAPIs checks entries of the project's own, in the file and beside it,
// and where their faults are said to be.
func TestAPIs(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "own.yaml", "module: example.com/db\nentries:\n  (*example.com/db.DB).Find: {role: query, sql_arg: 1, roundtrip: true}\n")
	write(t, dir, "bad.yaml", "module: example.com/db\nentries:\n  (*example.com/db.DB).Find: {rol: query}\n")
	pkg := types.NewPackage("example.com/db", "db")
	named := types.NewNamed(types.NewTypeName(0, pkg, "DB", nil), types.NewStruct(nil, nil), nil)
	method := func(name string) *types.Func {
		recv := types.NewVar(0, pkg, "", types.NewPointer(named))
		return types.NewFunc(0, pkg, name, types.NewSignatureType(recv, nil, nil, nil, nil, false))
	}
	tests := []struct{ name, content, want string }{
		{"file", "apis: own.yaml", "Find:query Mail:"},
		{"here", "apis:\n- entries:\n    (*example.com/db.DB).Mail: {role: side_effect, effect: email}\n- own.yaml", "Find:query Mail:side_effect"},
		{"first wins", "apis:\n- entries:\n    (*example.com/db.DB).Find: {role: builder}\n- own.yaml", "Find:builder Mail:"},
		{"none", "apis:\n", "Find: Mail:"},
		{"field", "apis:\n- entries:\n    (*example.com/db.DB).Mail:\n      role: side_effect\n      efect: email\n", `.sqlvet.yml:5: unknown field "efect" (did you mean "effect"?)`},
		{"header", "apis:\n- modul: x\n", `.sqlvet.yml:2: unknown field "modul" (did you mean "module"?)`},
		{"role", "apis:\n- entries:\n\n    a.F: {role: qery}\n", `.sqlvet.yml:4: a.F: unknown role "qery"`},
		{"number", "apis:\n- entries:\n    a.F: {role: builder,\n      sql_arg: one}\n", ".sqlvet.yml:4: cannot unmarshal !!str `one` into int"},
		{"in the file", "apis: bad.yaml", `bad.yaml:3: unknown field "rol" (did you mean "role"?)`},
		{"no such file", "apis: [none.yaml]", `.sqlvet.yml:1: apis: stat none.yaml: no such file or directory`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got string
			if cfg, err := Load(write(t, dir, Name, test.content)); err != nil {
				got = strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
			} else {
				find, _ := cfg.APIs.Lookup(method("Find"))
				mail, _ := cfg.APIs.Lookup(method("Mail"))
				got = "Find:" + string(find.Role) + " Mail:" + string(mail.Role)
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestHas(t *testing.T) {
	list := []string{"users", "geo.regions"}
	for table, want := range map[string]bool{
		"users": true, "Users": true, "app.users": true, "geo.regions": true, "GEO.Regions": true,
		"regions": false, "other.regions": false, "user": false, "": false,
	} {
		if got := Has(list, table); got != want {
			t.Errorf("%q: %t", table, got)
		}
	}
}

// TestSchemaFiles checks what the schema's paths name.
func TestSchemaFiles(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, "db/m/sub")
	mkdir(t, top, "db/m/.git")
	for _, f := range []string{"db/m/1.sql", "db/m/sub/2.sql", "db/m/.git/3.sql", "db/x.sql", "db/y.txt"} {
		write(t, top, f, "")
	}
	tests := []struct{ schema, want string }{
		{"db/m", "db/m/1.sql db/m/sub/2.sql"},
		{"[db/x.sql, db/m/1.sql, db/m]", "db/m/1.sql db/m/sub/2.sql db/x.sql"},
		{"db/*.sql", "db/x.sql"},
		{"db/**/*.sql", "db/m/.git/3.sql db/m/1.sql db/m/sub/2.sql db/x.sql"},
		{"off", ""},
		{"db/none.sql", "error"},
		{"db/*.none", "error"},
	}
	for _, test := range tests {
		cfg, err := Load(write(t, top, Name, "schema: "+test.schema+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		files, err := cfg.Schema.Files()
		for i, f := range files {
			rel, _ := filepath.Rel(top, f)
			files[i] = filepath.ToSlash(rel)
		}
		got := strings.Join(files, " ")
		if err != nil {
			got = "error"
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.schema, got, test.want)
		}
		if check := cfg.CheckFiles(); (check != nil) != (test.want == "error") {
			t.Errorf("%s: CheckFiles: %v", test.schema, check)
		}
	}
}

func TestCheck(t *testing.T) {
	path := write(t, t.TempDir(), Name, "rules:\n  selectstar: off\n  nonsargible: off\n  zzz: off\n")
	cfg, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	err = cfg.Check([]string{"nonsargable", "selectstar"})
	if want := path + `:3: unknown rule "nonsargible" (did you mean "nonsargable"?)`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := cfg.Check([]string{"nonsargible", "selectstar", "zzz"}); err != nil {
		t.Error(err)
	}
	if cfg.Enabled("selectstar") || !cfg.Enabled("another") {
		t.Error("selectstar is enabled, or another rule is not")
	}
}

func TestFind(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, "repo/.git")
	mkdir(t, top, "repo/mod/pkg/deep")
	mkdir(t, top, "repo/plain")
	write(t, top, Name, "dialect: sqlite\n")
	write(t, top, "repo/mod/go.mod", "module m\n")
	find := func(dir string) string {
		t.Helper()
		_, path, err := Find(filepath.Join(top, dir))
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(top, path)
		return filepath.ToSlash(rel)
	}
	// A repository never gets the settings of what it lies in.
	for _, dir := range []string{"repo/plain", "repo/mod/pkg/deep"} {
		if _, path, err := Find(filepath.Join(top, dir)); path != "" || err != nil {
			t.Errorf("%s: found %s, %v", dir, path, err)
		}
	}
	mkdir(t, top, "cache/example.com/m@v1.0.0/pkg")
	if _, path, err := Find(filepath.Join(top, "cache/example.com/m@v1.0.0/pkg")); path != "" || err != nil {
		t.Errorf("module cache: found %s, %v", path, err)
	}
	write(t, top, "repo/"+Name, "dialect: postgres\n")
	write(t, top, "repo/mod/pkg/"+Name, "dialect: mysql\n")
	tests := []struct{ dir, want string }{
		{"repo/plain", "repo/.sqlvet.yml"},
		{"repo/mod", "repo/.sqlvet.yml"}, // across go.mod
		{"repo/mod/pkg/deep", "repo/mod/pkg/.sqlvet.yml"},
		{".", ".sqlvet.yml"},
	}
	for _, test := range tests {
		if got := find(test.dir); got != test.want {
			t.Errorf("%s: got %s, want %s", test.dir, got, test.want)
		}
	}
	write(t, top, "repo/mod/pkg/"+Name, "dialct: mysql\n")
	if _, _, err := Find(filepath.Join(top, "repo/mod/pkg/deep")); err == nil {
		t.Error("no error for a faulty nearest file")
	}
}

func TestDigest(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top, ".git")
	for _, dir := range []string{"m/a", "m/b", "m/.hidden", "m/testdata", "m/vendor", "m/node_modules", "m/db", "m/migrations"} {
		mkdir(t, top, dir)
	}
	write(t, top, "m/go.mod", "module m\n")
	from := filepath.Join(top, "m/a")
	last := Digest(from)
	// change reports whether the digest differs from what it was.
	change := func(file, content string) bool {
		write(t, top, file, content)
		was := last
		last = Digest(from)
		return last != was
	}
	steps := []struct {
		file, content string
		want          bool
	}{
		{"m/a/" + Name, "dialect: mysql\n", true},
		{"m/a/" + Name, "dialect: mysql\n", false},
		{"m/a/" + Name, "dialect: sqlite\n", true},
		{"m/b/" + Name, "", true}, // beside: ../b is a pattern, too
		{Name, "", true},          // above
		{"m/a/other.yml", "", false},
		{"m/.hidden/" + Name, "", false},
		{"m/testdata/" + Name, "", false},
		{"m/b/" + stats.Name, "{}", true},
		{"m/b/" + stats.Name, "[]", true},
		{"m/b/" + stats.Name, "[]", false},
		{stats.Name, "{}", true},
		{"m/testdata/" + stats.Name, "{}", false},
		{"m/db/numbers.json", "{}", false},
		{"m/vendor/" + Name, "", false},
		{"m/node_modules/" + Name, "", false},
		{"m/db/1.sql", "create table a ();", true}, // a schema is searched for
		{Name, "schema: m/db", true},               // now it counts
		{"m/db/1.sql", "create table b ();", true},
		{"m/db/1.sql", "create table b ();", false},
		{"m/db/2.sql", "", true},
		{Name, "schema: off", true},
		{Name, "schema: off\nstats: m/db/numbers.json", true},
		{"m/db/numbers.json", "[]", true},
		{Name, "schema: off", true},
		{"m/a/" + Name, "schema: off", true},
		{"m/b/" + Name, "schema: off", true}, // no file of a schema counts
		{"m/db/2.sql", "create table c ();", false},
		{"m/a/" + Name, "", true}, // here it is searched for
		{"m/migrations/000001_a.up.sql", "create table d ();", true},
		{"m/migrations/000001_a.up.sql", "create table e ();", true},
		{"own.yaml", "entries: {}", false},
		{Name, "apis: own.yaml", true},
		{"own.yaml", "module: x", true},
	}
	for _, step := range steps {
		if got := change(step.file, step.content); got != step.want {
			t.Errorf("%s %q: changed = %t", step.file, step.content, got)
		}
	}
}

func TestHint(t *testing.T) {
	known := []string{"nonsargable", "selectstar", "sqlparse"}
	tests := []struct{ name, want string }{
		{"selectstr", ` (did you mean "selectstar"?)`},
		{"select-star", ` (did you mean "selectstar"?)`},
		{"slqparse", ` (did you mean "sqlparse"?)`},
		{"x", ""},
		{"", ""},
		{"unrelated", ""},
	}
	for _, test := range tests {
		if got := Hint(test.name, known); got != test.want {
			t.Errorf("Hint(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func mkdir(t *testing.T, elem ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(elem...), 0o777); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStats checks where statistics are found, and what is said of faulty ones.
func TestStats(t *testing.T) {
	top := t.TempDir()
	for _, dir := range []string{".git", "m/a", "m/db"} {
		mkdir(t, top, dir)
	}
	from := filepath.Join(top, "m", "a")
	find := func(settings string) (*Config, string) {
		write(t, top, Name, settings)
		cfg, _, err := Find(from)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(top, cfg.StatsPath(from))
		return cfg, filepath.ToSlash(rel)
	}
	if cfg, _ := find(""); cfg.StatsPath(from) != "" {
		t.Errorf("there are none, and %s is found", cfg.StatsPath(from))
	}
	write(t, top, stats.Name, `{"version":1,"tables":[{"schema":"public","name":"boats","rows":7,"pages":1}]}`)
	write(t, top, "m/db/numbers.json", "{}")
	if _, got := find(""); got != stats.Name {
		t.Errorf("have %q, want the one at the root", got)
	}
	if cfg, _ := find("stats: off"); cfg.StatsPath(from) != "" {
		t.Error("they are switched off, and found")
	}
	cfg, got := find("stats: m/db/numbers.json")
	if got != "m/db/numbers.json" {
		t.Errorf("have %q, want the one that is set", got)
	}
	if err := cfg.CheckFiles(); err == nil || !strings.Contains(err.Error(), Name+":1: stats: ") || !strings.Contains(err.Error(), "not a statistics file") {
		t.Errorf("a faulty file: %v", err)
	}
	cfg, _ = find("tables: {boats: {rows: 9}}")
	known, err := cfg.Known(from)
	if err != nil || known.Stats.Table("", "boats").Rows != 7 || known.Rows["boats"] != 9 {
		t.Errorf("have %+v, %v", known, err)
	}
}
