package selectstar

import (
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
	"github.com/sqlvet/sqlvet/internal/sqlmodel"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A star is a * through which base-table columns reach the client.
type star struct {
	projection *sqlmodel.Projection
	level      *sqlmodel.Level
	relations  []*sqlmodel.Relation // the base tables it covers
	covers     int                  // how many entries of FROM it covers
	table      *schema.Table        // the one of the schema, nil if it is not known
	wide       bool                 // the user calls it wide
	tables     []string             // their names; "" for one that the program computes
}

// find returns the stars of a statement through which base-table columns
// reach the client, in the order in which they are passed on. A cursor's query
// reaches it by FETCH.
func find(s *sqlmodel.Statement, holes []sqlscan.Hole, cursor bool) []star {
	if len(s.Levels) == 0 || s.Levels[0].Role != sqlmodel.RoleTop && !cursor {
		return nil
	}
	f := finder{holes: holes, seen: make(map[*sqlmodel.Level]bool)}
	f.judge(s.Levels[0])
	return f.stars
}

type finder struct {
	stars []star
	holes []sqlscan.Hole
	seen  map[*sqlmodel.Level]bool // a recursive WITH query reads itself
}

// judge looks for stars in a level all of whose columns reach the client.
func (f *finder) judge(l *sqlmodel.Level) {
	if l == nil || f.seen[l] || empty(l) {
		return
	}
	f.seen[l] = true
	for i, arm := range l.Arms {
		// The rows of an EXCEPT's right arm are compared, never sent.
		if i > 0 && !strings.HasPrefix(l.SetOp, "union") {
			break
		}
		f.judge(arm)
	}
	for i := range l.Projections {
		p := &l.Projections[i]
		rels := covered(l, p)
		if !p.Star {
			rel := composite(l, p)
			if rel == nil {
				continue
			}
			rels = []*sqlmodel.Relation{rel}
		}
		s := star{projection: p, level: l}
		for _, rel := range rels {
			s.covers++
			switch rel.Kind {
			case sqlmodel.RelTable, sqlmodel.RelUnknown:
				if f.isTable(rel) {
					s.relations = append(s.relations, rel)
					s.tables = append(s.tables, tableName(rel))
				}
			case sqlmodel.RelCTE, sqlmodel.RelSubquery:
				f.judge(rel.Level)
			}
		}
		if len(s.relations) > 0 {
			f.stars = append(f.stars, s)
		}
	}
}

// covered returns the entries of FROM whose columns a star stands for.
func covered(l *sqlmodel.Level, p *sqlmodel.Projection) []*sqlmodel.Relation {
	switch {
	case p.Rel != nil:
		return []*sqlmodel.Relation{p.Rel}
	case p.Qualifier != "":
		return nil // not resolved: a composite value, or a name of an outer level
	case l.Kind == sqlmodel.Insert && l.Target != nil:
		return []*sqlmodel.Relation{l.Target}
	}
	return l.Relations
}

// composite returns the relation t of a projection (t).*, nil if it is
// something else.
func composite(l *sqlmodel.Level, p *sqlmodel.Projection) *sqlmodel.Relation {
	e := p.Expr
	if e == nil || e.Kind != sqlmodel.ExprOther || e.Name != ".*" || len(e.Args) != 1 ||
		e.Args[0].Kind != sqlmodel.ExprColumn || e.Args[0].Qualifier != "" {
		return nil
	}
	for _, rel := range l.Relations {
		name := rel.Alias
		if name == "" {
			name = rel.Name
		}
		if name != "" && strings.EqualFold(name, e.Args[0].Name) {
			return rel
		}
	}
	return nil
}

// empty reports whether a level cannot return rows: such queries ask for the
// columns' names and types.
func empty(l *sqlmodel.Level) bool {
	if l.Limit != nil && l.Limit.Kind == sqlmodel.ExprConst && l.Limit.Const == "0" {
		return true
	}
	return slices.ContainsFunc(l.Predicates, func(p sqlmodel.Predicate) bool {
		if p.Place != sqlmodel.PlaceWhere || p.Or || p.Negated || p.Left == nil || p.Left.Kind != sqlmodel.ExprConst {
			return false
		}
		switch p.Op {
		case sqlmodel.OpBool:
			return p.Left.ConstKind == sqlmodel.ConstBool && strings.HasPrefix(strings.ToLower(p.Left.Const), "f")
		case sqlmodel.OpEq:
			return p.Right != nil && p.Right.Kind == sqlmodel.ExprConst &&
				p.Right.ConstKind == p.Left.ConstKind && p.Right.Const != p.Left.Const
		}
		return false
	})
}

// isTable reports whether rel is a table or view of the user's. A name that
// the program computes is one, unless it may as well be a subselect.
func (f *finder) isTable(rel *sqlmodel.Relation) bool {
	if rel.Kind == sqlmodel.RelTable {
		return !rel.System()
	}
	if !rel.Hole || rel.Range.Start != rel.Range.End {
		return false // a subselect whose text is not known, or a form not understood
	}
	for _, h := range f.holes {
		if h.At != rel.Range.Start {
			continue
		}
		name := strings.ToLower(h.Name)
		return h.Kind != sqlscan.HoleFragment && h.Kind != sqlscan.HoleValue &&
			!slices.ContainsFunc([]string{"quer", "sub", "sel", "sql", "from", "join", "inner", "source", "stmt"},
				func(word string) bool { return strings.Contains(name, word) })
	}
	return false
}

func tableName(rel *sqlmodel.Relation) string {
	switch {
	case rel.Hole || rel.Name == "":
		return ""
	case rel.Schema != "":
		return rel.Schema + "." + rel.Name
	}
	return rel.Name
}
