package sqlparse

import (
	"go/ast"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/passes/oneoff"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// Place returns the kind of code that sends the query. Code that also defines
// tables or indexes is a migration, whatever it is called: it runs once, and
// before there are many rows.
func (q *Query) Place() oneoff.Place { return q.place() }

// places answers Place for a package.
type places struct {
	pass *analysis.Pass
	// defining are the functions, declared or literal, that send statements
	// which define something.
	defining func() map[ast.Node]bool
}

func newPlaces(pass *analysis.Pass, sites []*querysites.Site) *places {
	p := &places{pass: pass}
	p.defining = sync.OnceValue(func() map[ast.Node]bool {
		temporary := make(map[ast.Node]bool)
		found := make(map[ast.Node]bool)
		for _, s := range sites {
			for _, t := range s.Texts {
				switch definesWhat(t.Source().Text) {
				case definesSchema:
					found[p.function(s)] = true
				case definesTemporary:
					temporary[p.function(s)] = true
				}
			}
		}
		// Who works with temporary tables alters and indexes those.
		for f := range temporary {
			delete(found, f)
		}
		delete(found, nil)
		return found
	})
	return p
}

func (p *places) of(s *querysites.Site) oneoff.Place {
	f := p.file(s)
	if f == nil {
		return oneoff.Production
	}
	place := oneoff.Of(p.pass, f, s.Call.Pos())
	// What is prepared beside the definition of its table is run elsewhere.
	if place == oneoff.Production && s.API.Role != apis.Prepare && p.defining()[p.function(s)] {
		return oneoff.Migration
	}
	return place
}

func (p *places) file(s *querysites.Site) *ast.File {
	for _, f := range p.pass.Files {
		if f.FileStart <= s.Call.Pos() && s.Call.Pos() < f.FileEnd {
			return f
		}
	}
	return nil
}

// function returns the innermost function around a call, nil if there is none.
func (p *places) function(s *querysites.Site) ast.Node {
	f := p.file(s)
	if f == nil {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(f, s.Call.Pos(), s.Call.End())
	for _, n := range path {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return n
		}
	}
	return nil
}

// What a text defines.
const (
	definesNothing   = iota
	definesSchema    // tables or indexes that stay
	definesTemporary // a temporary table
)

// definesWhat says what the statements of a text define. Partitions come and
// go while the program works, and so do triggers that are switched off for a
// while, tables that are made of a query, and those that are dropped: none of
// these is a sign.
func definesWhat(text string) int {
	var words []string
	for i := 0; ; {
		tok, ok := sqlscan.Next(text, i)
		i = tok.End
		if ok && tok.Kind == sqlscan.Comment {
			continue
		}
		if word := ""; ok {
			if word = strings.ToLower(tok.Text(text)); word != ";" {
				words = append(words, word)
				continue
			}
		}
		if what := statementDefines(words); what != definesNothing {
			return what
		}
		if words = words[:0]; !ok {
			return definesNothing
		}
	}
}

// statementDefines is definesWhat for one statement's tokens, in lower case.
func statementDefines(words []string) int {
	if len(words) < 3 {
		return definesNothing
	}
	var object string
	for i, w := range words[1:min(len(words), 5)] {
		switch w {
		case "temp", "temporary":
			return definesTemporary
		case "table", "index":
			object, words = w, append(words[:1:1], words[i+2:]...)
		default:
			continue
		}
		break
	}
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	switch words[0] + " " + object {
	case "create table":
		if !has("select", "execute", "partition") {
			return definesSchema
		}
	case "create index", "drop index":
		return definesSchema
	case "alter table":
		if has("add", "drop", "alter", "rename") && !has("partition", "trigger") {
			return definesSchema
		}
	}
	return definesNothing
}
