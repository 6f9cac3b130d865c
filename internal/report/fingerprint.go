package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// Fingerprints fills in what the source around each finding says: the
// declaration and the fingerprint. The findings must be sorted; of several that
// look alike in one declaration, each gets a fingerprint of its own, by order.
// Files are read by their names, so the working directory must be the one that
// positions are relative to.
func Fingerprints(findings []Finding) {
	var src sources
	seen := make(map[string]int)
	for i := range findings {
		f := &findings[i]
		file := src.file(f.Pos.File)
		f.Func = file.declaration(f.Pos.Line)
		// No line numbers, and not the message, which may hold some.
		id := fmt.Sprintf("%q %q %q %q %q", f.Rule, f.Category, f.Package, f.Func, file.line(f.Pos.Line))
		seen[id]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", id, seen[id]))
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}

// Line returns the declaration that a line of a Go file is in, and its text
// with white space collapsed.
func Line(pos Position) (declaration, text string) {
	file := new(sources).file(pos.File)
	return file.declaration(pos.Line), file.line(pos.Line)
}

// sources holds the files read so far.
type sources struct {
	files map[string]*source
}

// A source is a Go file as its lines and declarations.
type source struct {
	lines []string
	decls []declaration
}

// readSource reads a file that a position names. A //line comment can name any:
// what is outside of the repository is not shown.
func readSource(name string) ([]byte, error) {
	return filetree.Read(filetree.Repository("."), name, filetree.MaxText)
}

type declaration struct {
	name     string
	from, to int // lines, both included
}

// file returns the file of a name; an empty one if it cannot be read.
func (s *sources) file(name string) *source {
	if f := s.files[name]; f != nil {
		return f
	}
	f := new(source)
	if data, err := readSource(name); err == nil {
		f.lines = strings.Split(string(data), "\n")
		fset := token.NewFileSet()
		// What can be parsed of a faulty file is good enough.
		if syntax, _ := parser.ParseFile(fset, name, data, parser.SkipObjectResolution); syntax != nil {
			f.decls = declarations(fset, syntax)
		}
	}
	if s.files == nil {
		s.files = make(map[string]*source)
	}
	s.files[name] = f
	return f
}

func declarations(fset *token.FileSet, syntax *ast.File) []declaration {
	var list []declaration
	add := func(n ast.Node, name string) {
		// As the finding's own place: without //line.
		list = append(list, declaration{name, fset.PositionFor(n.Pos(), false).Line, fset.PositionFor(n.End(), false).Line})
	}
	for _, d := range syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil && len(d.Recv.List) == 1 {
				name = receiver(d.Recv.List[0].Type) + "." + name
			}
			add(d, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					add(s, s.Names[0].Name)
				case *ast.TypeSpec:
					add(s, s.Name.Name)
				}
			}
		}
	}
	return list
}

// receiver returns the name of a receiver's type.
func receiver(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// declaration returns the name of the declaration that a line is in.
func (s *source) declaration(line int) string {
	for _, d := range s.decls {
		if d.from <= line && line <= d.to {
			return d.name
		}
	}
	return ""
}

// line returns a line with its white space collapsed.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return strings.Join(strings.Fields(s.lines[n-1]), " ")
}

// position returns the place of a byte offset, without the file.
func (s *source) position(offset int) Position {
	for i, line := range s.lines {
		if offset <= len(line) {
			return Position{Line: i + 1, Column: offset + 1}
		}
		offset -= len(line) + 1
	}
	return Position{Line: max(1, len(s.lines)), Column: 1}
}
