package bring

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Find returns the recipe of a name.
func Find(name string) (*Recipe, bool) {
	i := slices.IndexFunc(Recipes, func(r Recipe) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	return &Recipes[i], true
}

// Write makes the files of a workload in dir: schema.sql, queries.sql,
// rows.txt, and keys.sql and data.sql where there are any. clone is a checkout
// of r.Repo; sqlvet is the command to run, wanted for r.GoQueries only.
func (r *Recipe) Write(clone, sqlvet, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	schema, err := r.schema(clone)
	if err != nil {
		return err
	}
	queries, err := r.queries(clone, sqlvet)
	if err != nil {
		return err
	}
	files := map[string]string{"schema.sql": schema, "queries.sql": queries}
	for _, own := range []string{"rows", "keys.sql", "data.sql"} {
		text, err := fs.ReadFile(data, "data/"+r.Name+"."+own)
		if err != nil {
			continue // not every workload needs every file
		}
		if own == "rows" {
			own = "rows.txt"
		}
		files[own] = string(text)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (r *Recipe) edit(text string) string {
	for _, e := range r.Edits {
		text = strings.ReplaceAll(text, e.Old, e.New)
	}
	return text
}

// read returns the text of each file that a glob names, by natural order of
// their names (2a before 10a).
func (r *Recipe) read(clone string, globs []string, each func(path, text string)) error {
	for _, g := range globs {
		files, err := filepath.Glob(filepath.Join(clone, g))
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("%s: no file %s in %s", r.Name, g, clone)
		}
		slices.SortFunc(files, func(a, b string) int { return strings.Compare(natural(a), natural(b)) })
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return err
			}
			each(f, r.edit(string(text)))
		}
	}
	return nil
}

var reNumber = regexp.MustCompile(`\d+`)

// natural pads the numbers of a name, so that names sort by value.
func natural(name string) string {
	return reNumber.ReplaceAllStringFunc(name, func(n string) string { return fmt.Sprintf("%020s", n) })
}

func (r *Recipe) schema(clone string) (string, error) {
	if text, err := fs.ReadFile(data, "data/"+r.Name+".schema.sql"); err == nil {
		return string(text), nil
	}
	var b strings.Builder
	err := r.read(clone, r.Schema, func(_, text string) {
		b.WriteString(upPart(text))
		b.WriteString("\n;\n") // the last statement of a file may lack its semicolon
	})
	if err != nil {
		return "", err
	}
	if len(r.SchemaGo) > 0 {
		statements, err := goMigrations(clone, r.SchemaGo)
		if err != nil {
			return "", err
		}
		b.WriteString(r.edit(statements))
	}
	return b.String(), nil
}

var reWay = regexp.MustCompile(`(?mi)^--\s*(?:\+migrate|\+goose|migrate:)\s*(up|down)\b`)

// upPart leaves the ways back out of a migration that has both ways in one
// file, in whatever order.
func upPart(text string) string {
	var b strings.Builder
	up, from := true, 0
	for _, m := range append(reWay.FindAllStringSubmatchIndex(text, -1), nil) {
		end := len(text)
		if m != nil {
			end = m[0]
		}
		if up {
			b.WriteString(text[from:end])
		}
		if m != nil {
			up, from = strings.EqualFold(text[m[2]:m[3]], "up"), m[0]
		}
	}
	return b.String()
}

var reNamed = regexp.MustCompile(`(?m)^--\s*name:`)

func (r *Recipe) queries(clone, sqlvet string) (string, error) {
	var b strings.Builder
	err := r.read(clone, r.Queries, func(path, text string) {
		if !reNamed.MatchString(text) {
			name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			text = "-- name: " + name + "\n" + text
		}
		b.WriteString(r.without(text))
		b.WriteString("\n")
	})
	if err != nil {
		return "", err
	}
	var texts []goText
	folders, err := goFiles(clone, r.GoTexts)
	if err != nil {
		return "", err
	}
	for _, files := range folders {
		list, err := goTexts(clone, files)
		if err != nil {
			return "", err
		}
		texts = append(texts, list...)
	}
	var list []found
	if r.GoQueries != "" {
		if list, err = goQueries(clone, sqlvet, r.GoQueries); err != nil {
			return "", err
		}
	}
	for _, q := range r.fromGo(texts, list) {
		fmt.Fprintf(&b, "-- name: %s\n%s;\n\n", q.name, strings.TrimRight(strings.TrimSpace(q.text), ";"))
	}
	return b.String(), nil
}

// without leaves out the named blocks that the recipe drops.
func (r *Recipe) without(text string) string {
	locs := reNamed.FindAllStringIndex(text, -1)
	var b strings.Builder
	for i, l := range locs {
		end := len(text)
		if i+1 < len(locs) {
			end = locs[i+1][0]
		}
		block := text[l[0]:end]
		if !slices.ContainsFunc(r.Drops, func(d string) bool { return strings.Contains(block, d) }) {
			b.WriteString(block)
		}
	}
	return b.String()
}

// A found query is an entry of "sqlvet queries -json".
type found struct {
	Pos struct {
		File string
		Line int
	}
	Clause    bool
	Knowledge string
	Text      string
	Dialect   string
	Parsed    bool
}

func goQueries(clone, sqlvet, pattern string) ([]found, error) {
	// A relative path would be looked up in the clone.
	command, err := exec.LookPath(sqlvet)
	if err == nil {
		command, err = filepath.Abs(command)
	}
	if err != nil {
		return nil, err
	}
	c := exec.Command(command, append([]string{"queries", "-json"}, strings.Fields(pattern)...)...)
	c.Dir, c.Stderr = clone, os.Stderr
	out, err := c.Output()
	var doc struct{ Queries []found }
	if jerr := json.Unmarshal(out, &doc); jerr != nil {
		return nil, fmt.Errorf("sqlvet queries in %s: %v, %v", clone, err, jerr)
	}
	return doc.Queries, nil
}

// fromGo keeps the complete PostgreSQL statements of an application's own
// code, each text once, and the expansions of those with holes.
func (r *Recipe) fromGo(texts []goText, list []found) []goText {
	var out []goText
	seen := map[string]bool{}
	add := func(name, text string) {
		key := strings.Join(strings.Fields(text), " ")
		if !seen[key] {
			seen[key] = true
			out = append(out, goText{name, text})
		}
	}
	drops := func(text string) bool {
		return slices.ContainsFunc(r.Drops, func(d string) bool { return strings.Contains(text, d) })
	}
	for _, t := range texts {
		if text, ok := statement(r.edit(t.text)); ok && !drops(t.text) {
			add(t.name, text)
		}
	}
	for _, q := range list {
		skip := strings.HasSuffix(q.Pos.File, "_test.go") || q.Clause || !q.Parsed || q.Dialect != "postgres" ||
			slices.ContainsFunc(r.SkipGo, func(p string) bool { return strings.HasPrefix(q.Pos.File, p) }) ||
			drops(q.Text)
		name, text := placeName(q.Pos.File, q.Pos.Line), r.edit(q.Text)
		if m := reSqlcName.FindStringSubmatch(text); m != nil {
			name, text = m[1], text[len(m[0]):]
		}
		if !skip && (q.Knowledge == "known" || q.Knowledge == "holes" && !strings.Contains(text, "{")) {
			add(name, text)
		}
	}
	for _, e := range r.Expands {
		i := slices.IndexFunc(list, func(q found) bool {
			return strings.HasSuffix(q.Pos.File, e.File) && strings.Contains(q.Text, e.Has) && strings.Contains(q.Text, e.Cut)
		})
		if i < 0 {
			fmt.Fprintf(os.Stderr, "%s: no text of %s contains %q and %q\n", r.Name, e.File, e.Has, e.Cut)
			continue
		}
		head := list[i].Text
		for _, ed := range e.Edits {
			head = strings.ReplaceAll(head, ed.Old, ed.New)
		}
		head = head[:strings.Index(head, e.Cut)]
		for k, tail := range e.Tails {
			add(fmt.Sprintf("%s-%d", e.Name, k+1), head+tail)
		}
	}
	return out
}

// reSqlcName matches the first line of a text that sqlc generated.
var reSqlcName = regexp.MustCompile(`^\s*-- name: (\w+)[^\n]*\n`)

var reNotName = regexp.MustCompile(`[^A-Za-z0-9]+`)

func placeName(file string, line int) string {
	return reNotName.ReplaceAllString(strings.TrimSuffix(file, ".go"), "_") + fmt.Sprintf("-%d", line)
}
