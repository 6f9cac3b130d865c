package sqltext

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
)

// valueLit evaluates a literal of a type that is a part of statements.
func (fr *frame) valueLit(st *state, lib *apis.Library, t types.Type, lit *ast.CompositeLit) (value, bool) {
	effect, listed := lib.Value(t)
	switch t.Underlying().(type) {
	case *types.Map:
		if listed {
			v := fr.pairsLit(st, lit)
			if m, ok := v.(maps); ok {
				m[0].op = effect.Op
			}
			return v, true
		}
	case *types.Slice:
		return fr.exprList(st, lib, lit), true
	case *types.Struct, *types.Array:
		if listed && effect.Expr != "" {
			return fr.filled(st, lib, effect, t, lit), true
		}
	}
	return nil, false
}

// gormTable and gormKey are gorm's clause.CurrentTable and clause.PrimaryKey.
const (
	gormTable = "~~~ct~~~"
	gormKey   = "~~~py~~~"
)

// filled fills the template of a struct type with the fields of a literal.
func (fr *frame) filled(st *state, lib *apis.Library, effect apis.Effect, t types.Type, lit *ast.CompositeLit) texts {
	at := origin{pos: lit.Pos(), end: lit.End()}
	field := func(name string) ast.Expr {
		if n, err := strconv.Atoi(name); err == nil {
			if n < len(lit.Elts) {
				return lit.Elts[n]
			}
			return nil
		}
		for i, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
					return kv.Value
				}
			} else if st := structOf(t); st != nil && i < st.NumFields() && st.Field(i).Name() == name {
				return e
			}
		}
		return nil
	}
	return fr.fill(effect.Expr, at, func(name, form string) texts {
		e := field(name)
		form, def, _ := strings.Cut(form, " or ")
		switch {
		case e == nil && form == "text":
			return texts{fr.hole(lit)} // a zero value: nothing, or set later
		case e == nil && def != "":
			return texts{known(def, at)}
		case e == nil:
			return texts{{}}
		case form == "name":
			if name, _ := fr.constantValue(e); name == gormKey {
				return texts{{pieces: []piece{{text: "id", from: at, stands: ownKey}}}}
			}
			return fr.names(st, e)
		case form == "qualifier":
			if name, _ := fr.constantValue(e); name == gormTable {
				return texts{{pieces: []piece{{text: "t", from: at, stands: ownTable}, {text: ".", from: at}}}}
			}
			return product(fr.names(st, e), texts{known(".", at)})
		case form == "word":
			return fr.boundText(st, lib, e, nil, false)
		case form == "columns":
			return fr.columnNames(st, e, at)
		case form == "and" || form == "list":
			sep := map[string]string{"and": " AND ", "list": ", "}[form]
			ls, ok := fr.eval(st, e).(lists)
			if !ok {
				return texts{fr.some(e)}
			}
			return fr.listed(ls, apis.Effect{Op: sep}, e)
		case form == "of":
			return product(texts{known(" OF ", at)}, fr.names(st, e))
		case form == "then":
			return product(texts{known(" ", at)}, fr.boundText(st, lib, e, nil, false))
		case form == "where":
			return product(texts{known(" WHERE ", at)}, fr.expression(st, lib, e))
		case form == "constraint":
			return product(texts{known("ON CONSTRAINT ", at)}, fr.texts(st, e))
		case form == "sql":
			return product(texts{known(" ", at)}, fr.expression(st, lib, e))
		case form == "cond":
			return fr.expression(st, lib, e)
		case form == "text":
			if v := field("Vars"); v != nil {
				if vals, ok := ast.Unparen(v).(*ast.CompositeLit); ok {
					return fr.boundText(st, lib, e, vals.Elts, false)
				}
			}
			return fr.boundText(st, lib, e, nil, false)
		case len(form) > 2 && form[:2] == "if":
			if tv := fr.prog.info.Types[e]; tv.Value != nil && tv.Value.String() == "true" {
				return texts{known(form[2:], at)}
			}
			return texts{{}}
		}
		return fr.operand(st, e).texts
	})
}

// fill fills the slots {name} and {name:form} of a template.
func (fr *frame) fill(template string, at origin, slot func(name, form string) texts) texts {
	out := texts{{}}
	for template != "" {
		before, rest, ok := strings.Cut(template, "{")
		if before != "" {
			out = product(out, texts{known(before, at)})
		}
		if !ok {
			break
		}
		inner, after, _ := strings.Cut(rest, "}")
		name, form, _ := strings.Cut(inner, ":")
		out = product(out, slot(name, form))
		template = after
	}
	return out
}

// columnNames is a list of columns in brackets.
func (fr *frame) columnNames(st *state, e ast.Expr, at origin) texts {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return texts{fr.gap(fragmentHole, e)}
	}
	out := texts{known("(", at)}
	for i, el := range lit.Elts {
		if i > 0 {
			out = product(out, texts{known(", ", at)})
		}
		out = product(out, fr.names(st, el))
	}
	return product(out, texts{known(")", at)})
}
