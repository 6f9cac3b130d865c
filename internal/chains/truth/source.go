package truth

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A said is a statement as sqlvet knows it.
type said struct {
	Text, Fingerprint string
	Known, Parsed     bool
	Line              int
	in                string // the function around it
}

// ask runs sqlvet over folders of a module and returns what it says of each: the
// statements by folder. Clauses, and calls of which nothing is known, are left
// out.
func ask(sqlvet, module string, dirs []string) (map[string][]said, error) {
	args := []string{"queries", "-json"}
	for _, d := range dirs {
		args = append(args, "./"+d)
	}
	sqlvet, err := filepath.Abs(sqlvet)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(sqlvet, args...)
	cmd.Dir = module
	cmd.Stderr = new(strings.Builder)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("sqlvet queries: %w\n%s", err, cmd.Stderr)
	}
	var doc struct {
		Queries []struct {
			CallPos struct {
				File string
				Line int
			} `json:"call_pos"`
			Clause, Parsed               bool
			Knowledge, Text, Fingerprint string
		}
		Failures []json.RawMessage
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		return nil, err
	}
	if len(doc.Failures) > 0 {
		return nil, fmt.Errorf("sqlvet queries: %s", doc.Failures)
	}
	list := make(map[string][]said)
	for _, q := range doc.Queries {
		if q.Clause || q.Knowledge == "unknown" || q.Text == "" {
			continue
		}
		dir := filepath.Dir(q.CallPos.File)
		list[dir] = append(list[dir], said{
			Text: q.Text, Fingerprint: q.Fingerprint, Parsed: q.Parsed,
			Known: q.Knowledge == "known", Line: q.CallPos.Line,
			in: filepath.Base(q.CallPos.File),
		})
	}
	return list, nil
}

// A source is the chains' package as text: where its functions stand, and
// which name which.
type source struct {
	funcs map[string]*ast.FuncDecl
	fset  *token.FileSet
}

func parse(dir string) (*source, error) {
	s := &source{funcs: make(map[string]*ast.FuncDecl), fset: token.NewFileSet()}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(s.fset, name, text, 0)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if s.funcs[d.Name.Name] != nil {
					return nil, fmt.Errorf("%s: two functions named %s", dir, d.Name.Name)
				}
				s.funcs[d.Name.Name] = d
			}
		}
	}
	return s, nil
}

// at returns the function around a line of a file.
func (s *source) at(file string, line int) string {
	for name, d := range s.funcs {
		from, to := s.fset.Position(d.Pos()), s.fset.Position(d.End())
		if filepath.Base(from.Filename) == file && from.Line <= line && line <= to.Line {
			return name
		}
	}
	return ""
}

// reach returns the functions that a function names, itself and indirectly
// those that they name.
func (s *source) reach(name string) []string {
	out := []string{name}
	for i := 0; i < len(out); i++ {
		ast.Inspect(s.funcs[out[i]].Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && s.funcs[id.Name] != nil && !ast.IsExported(id.Name) && !slices.Contains(out, id.Name) {
				out = append(out, id.Name)
			}
			return true
		})
	}
	return out
}
