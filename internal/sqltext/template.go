package sqltext

import (
	"go/ast"
	"go/types"
	"strings"
	"text/template/parse"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// templateFunc evaluates the functions that make a template: its value is the
// text that it was parsed from.
func (fr *frame) templateFunc(st *state, fn *types.Func, call *ast.CallExpr) (value, bool) {
	switch fn.Name() {
	case "Must":
		if len(call.Args) == 1 {
			return fr.result(st, call.Args[0], 0), true
		}
	case "Parse":
		if fn.Signature().Recv() != nil && len(call.Args) == 1 {
			return fr.texts(st, call.Args[0]), true
		}
	}
	return nil, false
}

// executed returns what a template's Execute writes, and the argument that it
// writes to; nil if that is not known.
func (fr *frame) executed(st *state, fn *types.Func, call *ast.CallExpr) (to ast.Expr, out texts) {
	if fn.Pkg() == nil || fn.Name() != "Execute" || len(call.Args) != 2 || !strings.HasSuffix(fn.Pkg().Path(), "/template") {
		return nil, nil
	}
	recv := fn.Signature().Recv()
	if recv == nil || !isPointerTo(recv.Type(), fn.Pkg().Path(), "Template") {
		return nil, nil
	}
	ts, ok := fr.eval(st, receiver(call)).(texts)
	if !ok {
		return nil, nil
	}
	given, _ := fr.eval(st, call.Args[1]).(*record)
	for _, t := range ts {
		more := expandTemplate(t, given)
		if more == nil {
			return nil, nil
		}
		out = union(out, more)
	}
	return call.Args[0], limit(out, maxAlternatives)
}

// expandTemplate returns the texts that a template makes: with and without
// what a condition guards, and any number of times what a loop does. given has
// the fields that are known. It returns nil if the text is not known or no
// template.
func expandTemplate(t *Text, given *record) texts {
	s, ok := t.literal()
	if !ok {
		return nil
	}
	tree := parse.New("sql")
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(s, "", "", make(map[string]*parse.Tree)); err != nil || tree.Root == nil {
		return nil
	}
	x := template{text: t, given: given}
	return x.list(tree.Root)
}

type template struct {
	text  *Text
	given *record
}

func (x template) list(l *parse.ListNode) texts {
	out := texts{{}}
	if l == nil {
		return out
	}
	for _, n := range l.Nodes {
		out = limit(product(out, x.node(n)), maxAlternatives)
	}
	return out
}

func (x template) node(n parse.Node) texts {
	switch n := n.(type) {
	case *parse.TextNode:
		return texts{x.text.part(int(n.Pos), int(n.Pos)+len(n.Text))}
	case *parse.CommentNode:
		return texts{{}}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) > 0 {
			return texts{{}}
		}
		if v := x.field(n.Pipe); v != nil {
			return v
		}
		return texts{holeText(hole{name: n.Pipe.String()})}
	case *parse.IfNode:
		return union(x.list(n.List), x.list(n.ElseList))
	case *parse.WithNode:
		return union(template{text: x.text}.list(n.List), x.list(n.ElseList))
	}
	return texts{holeText(hole{kind: sqlscan.HoleFragment, name: n.String(), repeat: true})}
}

// field returns the value of {{.Name}}; nil if it is not known.
func (x template) field(p *parse.PipeNode) texts {
	if x.given == nil || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return nil
	}
	f, ok := p.Cmds[0].Args[0].(*parse.FieldNode)
	if !ok || len(f.Ident) != 1 {
		return nil
	}
	ts, _ := x.given.fields[f.Ident[0]].(texts)
	return ts
}

// part returns the bytes of a known text from start to end.
func (t *Text) part(start, end int) *Text {
	var ps []piece
	at := 0
	for _, p := range t.pieces {
		from, to := max(start-at, 0), min(end-at, len(p.text))
		if from < to {
			ps = append(ps, piece{text: p.text[from:to], from: p.from.slice(from)})
		}
		at += len(p.text)
	}
	return &Text{pieces: ps}
}
