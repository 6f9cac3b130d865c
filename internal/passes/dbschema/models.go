package dbschema

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/models"
	"github.com/sqlvet/sqlvet/internal/passes/modules"
	"github.com/sqlvet/sqlvet/internal/passes/querysites"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// A Model is a struct type that a library makes a table of, or the tables of
// generated code.
type Model struct {
	Library string   `json:"library"` // the name of its rules: "gorm"
	Table   string   `json:"table,omitempty"`
	DDL     []string `json:"ddl"`
	File    string   `json:"file,omitempty"` // below the package's name
	Line    int      `json:"line,omitempty"`
	Indexed bool     `json:"indexed,omitempty"` // its tags ask for indexes
	Unsure  bool     `json:"unsure,omitempty"`  // a name of it is decided when the program runs
}

// seen returns the models of the package and of those that it imports and that
// are worked on with it.
func seen(pass *analysis.Pass) []Model {
	sites := pass.ResultOf[querysites.Analyzer].(*querysites.Result)
	ours := pass.ResultOf[modules.Analyzer].(*modules.Result)
	if ddl := querysites.Tables(pass); len(ddl) > 0 {
		indexed := slices.ContainsFunc(ddl, func(s string) bool { return !strings.HasPrefix(s, "CREATE TABLE") })
		return []Model{{Library: "ent", DDL: ddl, Indexed: indexed}}
	}
	names := sites.Namer()
	if names == nil {
		return nil
	}
	byTable := make(map[string]Model)
	used := libraries(pass.Pkg)
	taken := make(map[*types.TypeName]bool)
	var take func(tn *types.TypeName, naming string)
	take = func(tn *types.TypeName, naming string) {
		m := models.Of(naming, tn.Type(), names)
		if taken[tn] || m == nil || m.Unsure {
			return
		}
		taken[tn] = true
		at := pass.Fset.Position(tn.Pos())
		file := at.Filename[strings.LastIndexAny(at.Filename, `/\`)+1:]
		model := Model{naming, m.Table, m.DDL(naming, names), tn.Pkg().Name() + "/" + file, at.Line, m.Indexed(), m.NamesUnsure()}
		if old := byTable[m.Table]; len(model.DDL) > 0 && (len(old.DDL) == 0 || len(model.DDL[0]) > len(old.DDL[0])) {
			byTable[m.Table] = model // Have: others are parts of it.
		}
		for _, r := range m.Relations {
			if other, ok := types.Unalias(r.Type).(*types.Named); ok {
				take(other.Obj(), naming)
			}
		}
	}
	visited := make(map[*types.Package]bool)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if visited[p] || !ours.Ours(p) {
			return
		}
		visited[p] = true
		for _, name := range p.Scope().Names() {
			if tn, ok := p.Scope().Lookup(name).(*types.TypeName); ok && !tn.IsAlias() {
				if naming := models.NamingOf(tn.Type()); naming != "" && used[naming] {
					take(tn, naming)
				}
			}
		}
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	visit(pass.Pkg)
	var out []Model
	for _, m := range byTable {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Model) int { return strings.Compare(a.Table, b.Table) })
	return out
}

// libraries returns the names of the rules of those that a package imports,
// directly or not: gorm's first version reads the same tags in another way.
func libraries(pkg *types.Package) map[string]bool {
	out := make(map[string]bool)
	visited := make(map[*types.Package]bool)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if visited[p] {
			return
		}
		visited[p] = true
		if lib, ok := apis.LibraryOf(p.Path()); ok {
			if lib.Chain != nil {
				out[lib.Chain.Naming] = true
			}
			return
		}
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	visit(pkg)
	return out
}

// FromModels returns the schema that models make; nil if there are none. The
// indexes of a table are uncertain where nothing shows that the library makes
// them, as tags for indexes do.
func FromModels(list []Model) *schema.Schema {
	if len(list) == 0 {
		return nil
	}
	indexed := make(map[string]bool)
	for _, m := range list {
		indexed[m.Library] = indexed[m.Library] || m.Indexed
	}
	uncertain := make(map[string]bool)
	ent := false // Have: its statements name their tables alone.
	var text strings.Builder
	from := make(map[string]int)
	places := make(map[string]schema.Place)
	for _, m := range list {
		from[m.Library]++
		ent = ent || m.Library == "ent" && !m.Indexed
		uncertain[m.Table] = m.Unsure || !indexed[m.Library]
		places[m.Table] = schema.Place{File: m.File, Line: m.Line}
		for _, s := range m.DDL {
			text.WriteString(s + ";\n")
		}
	}
	s := schema.Parse("models", text.String())
	s.Complete = false // Have: the program may make other tables.
	for _, t := range s.Tables {
		place, ok := places[t.Name]
		if !ok {
			place = schema.Place{}
		}
		t.File, t.Line = place.File, place.Line
		t.Uncertain = t.Uncertain || uncertain[t.Name] || ent
		for _, x := range t.Indexes {
			x.File, x.Line = place.File, place.Line
		}
		for _, c := range t.Columns {
			if c.Type == "unknown" {
				s.Problems = append(s.Problems, schema.Problem{Place: place, Message: fmt.Sprintf("the type of column %s is decided when the program runs", c.Name), Tables: []string{t.Name}})
			}
		}
	}
	var libs []string
	for lib, n := range from {
		libs = append(libs, fmt.Sprintf("%s (%d)", lib, n))
	}
	slices.Sort(libs)
	s.From = "from models: " + strings.Join(libs, ", ")
	s.Sources = []schema.Source{{File: "models", Format: "models", Statements: strings.Count(text.String(), ";\n")}}
	return s
}
