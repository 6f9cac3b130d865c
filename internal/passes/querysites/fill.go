package querysites

import (
	"go/ast"
	"go/types"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
	"github.com/sqlvet/sqlvet/internal/sqltext"
)

// fill returns the texts of a site, with the arguments that the library
// writes out in the place of their placeholders, and notes the others.
func (f *finder) fill(s *Site, at sqltext.At) []*sqltext.Text {
	ts := f.given(s, at)
	first := s.API.ArgsStart
	if first == apis.None || first >= len(s.Call.Args) {
		return ts
	}
	var (
		args    []sqltext.Argument
		written bool // one of them is
		style   = s.API.Placeholders()
	)
	s.Args, s.Open = nil, false
	for i, e := range s.Call.Args[first:] {
		a := sqltext.Argument{Expr: e}
		t := f.pass.TypesInfo.TypeOf(e)
		if s.Call.Ellipsis.IsValid() && first+i == len(s.Call.Args)-1 {
			slice, _ := t.Underlying().(*types.Slice)
			s.Open = s.Open || slice == nil || f.mayBeWritten(s, slice.Elem())
			s.Args = append(s.Args, e)
			break
		}
		var made *types.Func
		if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
			made = golang.Callee(f.pass.TypesInfo, call)
		}
		switch s.API.Writes(s.Callee.Pkg(), t, made) {
		case apis.ArgName:
			a.As = sqltext.Name
		case apis.ArgSQL:
			a.As = sqltext.Code
		case "":
			s.Open = s.Open || f.mayBeWritten(s, t)
		}
		if written = written || a.As != sqltext.Bound; a.As == sqltext.Bound {
			s.Args = append(s.Args, e)
		}
		args = append(args, a)
	}
	if !written || style&(sqlscan.StyleQuestion|sqlscan.StyleBun) == 0 {
		return ts
	}
	return at.Fill(ts, args, style&sqlscan.StyleBun != 0)
}

// given returns the texts that the function of a site sends.
func (f *finder) given(s *Site, at sqltext.At) []*sqltext.Text {
	if w := f.wrapper(s.Callee); w != nil {
		for _, p := range w.Params {
			if p.Around != nil && p.Index == s.API.SQLArg {
				return at.Framed(p.Around, s.Call)
			}
		}
	}
	return at.Text(s.Arg)
}

// mayBeWritten reports whether a value of type t may be one that the library
// writes into its text.
func (f *finder) mayBeWritten(s *Site, t types.Type) bool {
	return types.IsInterface(t) && s.API.WritesSome()
}
