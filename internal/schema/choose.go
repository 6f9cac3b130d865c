package schema

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/filetree"
	"github.com/sqlvet/sqlvet/internal/migrations"
)

// A candidate is a set of files that together may be the schema.
type candidate struct {
	Where    string // folder or file, as the tree names it
	Format   string
	Class    int      // the higher wins
	Sideline bool     // examples, tests, stubs
	Weight   int      // PostgreSQL statements that define things
	Foreign  string   // why it is not PostgreSQL's, "" if it may be
	Owner    string   // the folder whose packages it serves
	Tables   []string // that it makes; nil if there is nothing to compare with
	Columns  []string // of those: "table.column"
	Indexes  int
	Unread   bool     // it has files in other languages
	inputs   []*input // in order; nil if it comes from the cache
}

// Classes of candidates: the rule that decides among several.
const (
	classGo      = iota // a list in a Go file
	classFile           // schema.sql, structure.sql, a folder of loose files
	classFolder         // a migration folder
	classSqlc           // what sqlc.yaml names
	classSetting        // what .sqlvet.yml names
)

var classNames = [...]string{
	"the Go list with the most statements", "the schema file with the most statements", "the migration folder with the most statements", "named by sqlc's configuration", "named by .sqlvet.yml"}

// layout are the names of folders between a package and its migrations: they
// do not say whose migrations these are.
var layout = words(`migrations migration migrate migrator migrationdata db database databases sql schema schemas internal pkg store storage
	stores postgres postgresql pg pgsql psql pgx resources resource assets embed embedded data persistence repository repo repositories
	ddl scripts script deploy deployments server backend src app core infra infrastructure dal dao models model orm up main lib`)

var sidelines = regexp.MustCompile(`(?i)(^|[/_.-])(examples?|tests?|testing|e2e|integration|fixtures?|seeds?|seeders?|stubs?|mocks?|samples?|demo|bench(mark)?s?|legacy|docs?|testutils?|dev|devtools)([/_.-]|$)`)

// candidates finds the sets of files in a tree.
func (t *tree) candidates() []*candidate {
	dirs := make(map[string][]*input)
	names := make(map[string]map[string]bool)
	var order []string
	var configs []string
	for _, s := range t.Files {
		dir, base := path.Dir(s.Path), path.Base(s.Path)
		if isSqlcConfig(strings.ToLower(base)) {
			configs = append(configs, s.Path)
		}
		if names[dir] == nil {
			names[dir] = make(map[string]bool)
		}
		names[dir][base] = true
		if base == migrations.PrismaFile {
			dir = path.Dir(dir) // a folder for each migration
		}
		if !strings.HasSuffix(strings.ToLower(base), ".sql") && !strings.HasSuffix(strings.ToLower(base), ".fizz") &&
			!(strings.HasSuffix(base, ".go") && migrations.Numbered(base)) {
			continue
		}
		if dirs[dir] == nil {
			order = append(order, dir)
		}
		dirs[dir] = append(dirs[dir], &input{rel: s.Path})
	}
	var out []*candidate
	for _, dir := range order {
		out = append(out, t.folder(dir, dirs[dir], names[dir])...)
	}
	for _, c := range configs {
		out = append(out, t.sqlc(c)...)
	}
	return append(out, t.goCandidates()...)
}

// read gets the text of an input.
func (t *tree) read(in *input) {
	if in.text != "" || in.skipped != "" || !strings.HasSuffix(strings.ToLower(in.rel), ".sql") {
		return
	}
	info, err := os.Stat(t.path(in.rel))
	if err == nil && info.Size() > filetree.MaxText {
		in.skipped = fmt.Sprintf("larger than %d MB", filetree.MaxText>>20)
		return
	}
	data, err := os.ReadFile(t.path(in.rel))
	if err != nil {
		in.skipped = "cannot be read"
		return
	}
	if t.raw != nil {
		t.raw[in.rel] = data
	}
	in.text = strings.TrimPrefix(string(data), "\uFEFF")
	if strings.IndexByte(in.text, 0) >= 0 {
		in.text, in.skipped = "", "not text"
	}
}

var looseSchema = regexp.MustCompile(`(?i)(schema|structure|init|tables|ddl|setup|create)`)

// folder makes candidates of one folder's files: one of a migration folder,
// one for each file that looks like a whole schema otherwise.
func (t *tree) folder(dir string, files []*input, names map[string]bool) []*candidate {
	for _, in := range files {
		t.read(in)
	}
	tool, ordered := t.arrange(dir, files, names)
	for _, in := range ordered {
		if in.skipped == goNotRead {
			t.goFile(in)
		}
	}
	c := &candidate{Where: dir, Format: tool.Name, inputs: ordered, Class: classFolder}
	if tool.Plain() {
		runs := 0
		for _, in := range files {
			if migrations.Numbered(in.base()) || in.base() == migrations.PrismaFile || strings.Contains(strings.ToLower(dir), "migration") {
				runs++
			}
		}
		if runs < 2 && runs < len(files) || runs == 0 {
			return t.loose(dir, files)
		}
	}
	c.judge()
	return []*candidate{c}
}

// loose makes a candidate of each file that defines tables.
func (t *tree) loose(dir string, files []*input) []*candidate {
	var out []*candidate
	for _, in := range files {
		if !strings.HasSuffix(strings.ToLower(in.base()), ".sql") {
			continue
		}
		c := &candidate{Where: in.rel, Format: in.format, inputs: []*input{in}, Class: classFile}
		c.judge()
		if c.Weight > 0 && createsTable.MatchString(in.up) {
			out = append(out, c)
		}
	}
	// Files that are nothing but parts of one schema: tables/users.sql, ….
	if len(out) > 1 && !slices.ContainsFunc(out, func(c *candidate) bool { return looseSchema.MatchString(path.Base(c.Where)) }) {
		all := &candidate{Where: dir, Format: "sql", Class: classFile}
		for _, c := range out {
			all.inputs = append(all.inputs, c.inputs...)
		}
		all.judge()
		return []*candidate{all}
	}
	return out
}

var (
	defines      = regexp.MustCompile(`(?i)\b(create|alter|drop)\s+(unlogged\s+|unique\s+|materialized\s+)?(table|index|type|view)\b`)
	createsTable = regexp.MustCompile(`(?i)\bcreate\s+(unlogged\s+|foreign\s+)?table\b`)
)

// looksLike begins the reason to skip a file for what stands in it.
const looksLike = "not for postgres by its text: "

// judge fills in what the files say of a candidate.
func (c *candidate) judge() {
	c.Sideline = sidelines.MatchString(c.Where)
	c.Owner = owner(c.Where)
	byPath := dialectOfPath(c.Where)
	other, mine := 0, 0
	for _, in := range c.inputs {
		c.Unread = c.Unread || strings.HasSuffix(in.skipped, notRead)
		if in.skipped != "" || in.up == "" {
			continue
		}
		d := dialectOfPath(path.Dir(in.rel))
		if own := dialectOfMigration(in.base()); own != "" {
			d = own
		} else if own = dialectOfName(in.base()); own != "" && c.Class == classFile {
			d = own
		}
		if d != "" && d != postgresName {
			in.skipped = "written for " + d
			other++
			continue
		}
		if why := foreign(in.up); why != "" && d == "" {
			in.skipped = looksLike + why
			other++
			continue
		}
		mine++
		c.Weight += len(defines.FindAllStringIndex(in.up, -1))
	}
	switch {
	case byPath != "" && byPath != postgresName:
		c.Foreign = "written for " + byPath
	case other > mine:
		for _, in := range c.inputs {
			if strings.HasPrefix(in.skipped, "written for ") || strings.HasPrefix(in.skipped, looksLike) {
				c.Foreign = in.skipped
				break
			}
		}
	}
}

// fits reports whether a candidate is for PostgreSQL and defines anything.
func (c *candidate) fits() bool { return c.Foreign == "" && c.Weight > 0 }

// compare fills in what the candidates make, if there are several that can be
// chosen.
func compare(all []*candidate) {
	fit := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return !c.fits() || c.Sideline })
	if len(fit) < 2 {
		return
	}
	for _, c := range fit {
		for _, t := range c.replay(".").Tables {
			c.Tables = append(c.Tables, t.Name)
			for _, col := range t.Columns {
				c.Columns = append(c.Columns, t.Name+"."+col.Name)
			}
			c.Indexes += len(t.Indexes)
		}
	}
}

// replay returns the schema that a candidate makes. Files are named relative
// to a folder.
func (c *candidate) replay(from string) *Schema {
	r := newReplayer()
	for _, in := range c.inputs {
		src := Source{File: relativeTo(from, in.rel), Format: in.format, Skipped: in.skipped}
		if in.skipped != "" {
			r.s.Sources = append(r.s.Sources, src)
			r.unread = r.unread || strings.HasSuffix(in.skipped, notRead) || strings.HasPrefix(in.skipped, looksLike)
			continue
		}
		r.file(src, in.up)
		for _, n := range in.notes {
			r.problem(n.line, n.tables, "%s", n.message)
		}
	}
	return r.finish()
}

// owner returns the folder whose packages a schema serves: its own less the
// names that only say what it is.
func owner(where string) string {
	dir := where
	if strings.Contains(path.Base(where), ".") {
		dir = path.Dir(where)
	}
	for dir != "." && (layout[strings.ToLower(path.Base(dir))] || dialectOfName(path.Base(dir)) != "") {
		dir = path.Dir(dir)
	}
	return dir
}

// within reports whether a path lies in a folder.
func within(rel, dir string) bool {
	return dir == "." || rel == dir || strings.HasPrefix(rel, dir+"/")
}

// module returns the folder of the nearest go.mod above a folder.
func (t *tree) module(rel string) string {
	mods := make(map[string]bool)
	for _, s := range t.Files {
		if path.Base(s.Path) == "go.mod" {
			mods[path.Dir(s.Path)] = true
		}
	}
	for d := rel; ; d = path.Dir(d) {
		if mods[d] {
			return d
		}
		if d == "." || d == "/" {
			return "."
		}
	}
}

// outdoneBy reports whether a migration folder says more than what sqlc's
// configuration names: all of its tables, and indexes, which sqlc does not
// need.
func (c *candidate) outdoneBy(m *candidate) bool {
	if c.Class != classSqlc || m.Class != classFolder || m.Sideline || m.Unread || m.Indexes <= c.Indexes {
		return false
	}
	for _, t := range c.Tables {
		if !slices.Contains(m.Tables, t) {
			return false
		}
	}
	return true
}

// A choice is the schema of one folder's packages.
type choice struct {
	taken *candidate   // nil if there is none
	other []*candidate // that would have been possible, the best first
	why   string
}

// choose picks the candidate for the packages of a folder. Of those for
// PostgreSQL: the module's own before those around it, what serves the
// folder's part of the module before the rest, those that are no examples or
// tests, by class, by number of statements.
func (t *tree) choose(rel string) choice {
	mod := t.module(rel)
	rank := func(c *candidate) []int {
		r := []int{0, 0, 0, c.Class, c.Weight, -strings.Count(c.Where, "/")}
		if !c.Sideline {
			r[0] = 1
		}
		if within(c.Where, mod) {
			r[1] = 1
		}
		if within(rel, c.Owner) && c.Owner != "." && (c.Class > classFile || looseSchema.MatchString(path.Base(c.Where))) {
			r[2] = len(c.Owner)
		}
		return r
	}
	fit := slices.DeleteFunc(slices.Clone(t.Candidates), func(c *candidate) bool { return !c.fits() })
	slices.SortStableFunc(fit, func(a, b *candidate) int { return slices.Compare(rank(b), rank(a)) })
	if len(fit) == 0 {
		return choice{}
	}
	// Those that serve other parts of the repository are for this one only if
	// there is no doubt which.
	i := slices.IndexFunc(fit, func(c *candidate) bool { return within(rel, c.Owner) })
	if i < 0 {
		if slices.ContainsFunc(fit, func(c *candidate) bool { return c.Owner != fit[0].Owner && c.Sideline == fit[0].Sideline }) {
			return choice{}
		}
		i = 0
	}
	toFront(fit, i)
	if i := slices.IndexFunc(fit, fit[0].outdoneBy); i > 0 {
		toFront(fit, i)
		return choice{fit[0], fit[1:], "the migration folder that makes sqlc's tables and more indexes"}
	}
	return choice{fit[0], fit[1:], classNames[fit[0].Class]}
}

// toFront moves the element at i to the front.
func toFront[T any](list []T, i int) {
	x := list[i]
	copy(list[1:i+1], list[:i])
	list[0] = x
}
