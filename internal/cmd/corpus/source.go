package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// A source is a Go file of some commit.
type source struct {
	lines []string
	fset  *token.FileSet
	file  *ast.File // as far as it parses
}

func newSource(text []byte) *source {
	s := &source{lines: strings.Split(string(text), "\n"), fset: token.NewFileSet()}
	// A file with a syntax error still has the functions before it.
	s.file, _ = parser.ParseFile(s.fset, "", text, parser.SkipObjectResolution)
	return s
}

// line returns the text of a line, 1-based, with its spaces made equal, so
// that it is found again after a move to another depth. "" if there is none.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return strings.Join(strings.Fields(s.lines[n-1]), " ")
}

// span returns the first and last line of a node.
func (s *source) span(n ast.Node) (first, last int) {
	return s.fset.PositionFor(n.Pos(), false).Line, s.fset.PositionFor(n.End(), false).Line
}

// function returns the name of the declared function that holds a line, with
// its receiver's type: "Name" or "Type.Name". "" if none does.
func (s *source) function(line int) string {
	for _, f := range s.functions() {
		if first, last := s.span(f); first <= line && line <= last {
			return functionName(f)
		}
	}
	return ""
}

// lookup returns the lines of a function, named as function does.
func (s *source) lookup(name string) (first, last int, ok bool) {
	for _, f := range s.functions() {
		if functionName(f) == name {
			first, last = s.span(f)
			return first, last, true
		}
	}
	return 0, 0, false
}

func (s *source) functions() []*ast.FuncDecl {
	var list []*ast.FuncDecl
	if s.file == nil {
		return nil
	}
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			list = append(list, f)
		}
	}
	return list
}

func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr: // type parameters
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + f.Name.Name
		default:
			return f.Name.Name
		}
	}
}

// callEnd returns the last line of the calls that start on a line. A call
// with a function literal counts as its line alone: the literal's body has
// places of its own.
func (s *source) callEnd(line int) int {
	end := line
	if s.file == nil {
		return end
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		first, last := s.span(n)
		if first > line || last < line {
			return false
		}
		if _, ok := n.(*ast.CallExpr); ok && first == line && !holdsLiteral(n) {
			end = max(end, last)
		}
		return true
	})
	return end
}

func holdsLiteral(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			found = true
		}
		return !found
	})
	return found
}
