package selectstar

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// builder judges the chain that a select list with a star is part of: what
// tables it reads ("" if that is not known), and whether their columns reach
// Go at all.
func (u *use) builder() (tables []string, ok bool) {
	if u.nested() {
		return nil, false
	}
	// bun's Exec scans what RETURNING returns into the model; others drop it.
	returning := u.q.Callee.Name() == "Returning"
	suffix := u.q.Fragment() == sqlscan.Expression && !u.selected()
	reads, other := false, false
	for _, call := range u.chain() {
		fn, api, known := u.function(call)
		if fn == nil || !known {
			continue
		}
		switch {
		case api.Role == apis.BuilderTerminal:
			if returning || suffix && api.Result != "exec" || readsRows(fn, api) {
				reads = true
			} else {
				other = true
			}
		case fn.Name() == "FromSelect":
			return nil, false // its select list is judged by itself
		case isSource(fn, api):
			name, base := u.table(call, max(api.SQLArg, 0))
			if !base {
				return nil, false
			}
			if name != "" {
				tables = append(tables, name)
			}
		case fn.Name() == "Prefix" && u.wraps(call):
			return nil, false
		}
	}
	if other && !reads {
		return nil, false // counts, tests for existence, or writes
	}
	return tables, true
}

// selected reports whether the query's call is an argument of a call that
// takes the select list.
func (u *use) selected() bool {
	call, ok := u.parents[u.q.Call].(*ast.CallExpr)
	if !ok || call.Fun == ast.Expr(u.q.Call) {
		return false
	}
	fn, _, _ := u.function(call)
	return fn != nil && u.sameLibrary(fn) && (fn.Name() == "Select" || fn.Name() == "SelectAppend" || fn.Name() == "SelectDistinct")
}

// readsRows reports whether a finisher sends a SELECT whose columns are read.
func readsRows(fn *types.Func, api apis.API) bool {
	name := fn.Name()
	switch {
	case strings.HasPrefix(name, "Count"), strings.HasPrefix(name, "Exist"):
		return false
	case api.Result == "exec":
		return false
	}
	return api.Stmt == "" || strings.Contains(api.Stmt, "select")
}

// isSource reports whether fn says what a query selects from.
func isSource(fn *types.Func, api apis.API) bool {
	if api.Fragment == "table" {
		return true
	}
	return fn.Name() == "From" && (api.Role == apis.Builder || api.Role == apis.RawSQL)
}

// table returns the table that a call selects from, and reports false if it
// is no table of the user's.
func (u *use) table(call *ast.CallExpr, arg int) (name string, base bool) {
	if arg >= len(call.Args) {
		return "", true
	}
	e := call.Args[arg]
	if b, ok := u.info.TypeOf(e).Underlying().(*types.Basic); !ok || b.Info()&types.IsString == 0 {
		return "", false // a subquery as a value
	}
	text, ok := u.text(e)
	if !ok {
		return "", true // a name that the program computes
	}
	if strings.ContainsAny(text, "(?") {
		return "", false // a subquery, a function
	}
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n,`\"", r) })
	if len(fields) == 0 {
		return "", true
	}
	name = fields[0]
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, "pg_") || strings.HasPrefix(lower, "information_schema.") || u.with(lower) {
		return "", false
	}
	return name, true
}

// aliased returns the table that a name stands for in the texts of the chain,
// and reports false if it stands for a subquery.
func (u *use) aliased(alias string) (table string, ok bool) {
	def, err := regexp.Compile(`(?i)([\w."]+|\)|\?)\s+(?:as\s+)?` + regexp.QuoteMeta(alias) + `\b`)
	if err != nil {
		return alias, true
	}
	for _, call := range u.chain() {
		_, api, known := u.function(call)
		if !known || api.SQLArg < 0 || api.SQLArg >= len(call.Args) || api.Fragment != "table" && api.Fragment != "join" {
			continue
		}
		text, _ := u.text(call.Args[api.SQLArg])
		switch m := def.FindStringSubmatch(text); {
		case m == nil:
		case m[1] == ")" || m[1] == "?":
			return "", false
		case !strings.EqualFold(m[1], "join") && !strings.EqualFold(m[1], "lateral") && !strings.EqualFold(m[1], "only"):
			return m[1], true
		}
	}
	return alias, true
}

// with reports whether the chain defines name as a WITH query.
func (u *use) with(name string) bool {
	for _, call := range u.chain() {
		fn, _, _ := u.function(call)
		if fn == nil || len(call.Args) == 0 || !strings.HasPrefix(fn.Name(), "With") {
			continue
		}
		if text, ok := u.text(call.Args[0]); ok && strings.EqualFold(text, name) {
			return true
		}
	}
	return false
}

// wraps reports whether a call puts text before a SELECT that makes something
// else of it.
func (u *use) wraps(call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	text, ok := u.text(call.Args[0])
	if !ok {
		return true // unknown
	}
	text = strings.ToLower(text)
	for _, word := range []string{"exists", "insert", "with", "explain", "create", "(", "copy", "declare"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// nested reports whether the query becomes a part of another one, which does
// not hand the star's columns on.
func (u *use) nested() bool {
	if u.consumed(u.top) {
		return true
	}
	v := u.assigned(u.top)
	if v == nil {
		return false
	}
	found := false
	ast.Inspect(u.root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && u.info.Uses[id] == v {
			found = found || u.consumed(u.climb(id))
		}
		return !found
	})
	return found
}

// consumed reports whether e is an argument of a call of the same library
// that takes a query as part of another one.
func (u *use) consumed(e ast.Expr) bool {
	var child ast.Node = e
	for {
		p := u.parents[child]
		switch x := p.(type) {
		case *ast.ParenExpr, *ast.KeyValueExpr, *ast.CompositeLit, *ast.UnaryExpr:
			child = p
			continue
		case *ast.CallExpr:
			if ast.Node(x.Fun) == child {
				return false
			}
			fn, api, _ := u.function(x)
			if fn == nil || !u.sameLibrary(fn) || api.Role == apis.BuilderTerminal || api.QueryArg != apis.None && api.RoundTrip {
				return false
			}
			return !u.handsOn(x, fn)
		}
		return false
	}
}

// handsOn reports whether a call selects from its argument with a star.
func (u *use) handsOn(call *ast.CallExpr, fn *types.Func) bool {
	if fn.Name() != "FromSelect" && fn.Name() != "From" && fn.Name() != "Table" && fn.Name() != "TableExpr" {
		return false
	}
	star := false
	visit := func(c *ast.CallExpr) {
		_, api, known := u.function(c)
		if !known || api.Fragment != "select" {
			return
		}
		for _, arg := range c.Args {
			if text, ok := u.text(arg); ok && (text == "*" || strings.HasSuffix(text, ".*")) {
				star = true
			}
		}
	}
	u.descend(u.climb(call), visit)
	return star
}
