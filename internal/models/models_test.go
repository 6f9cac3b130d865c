package models

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// noNames knows no method's result.
type noNames struct{ naming *Naming }

func (noNames) Table(*types.Package) *Table { return nil }

func (n noNames) Naming(string) (Naming, bool) {
	if n.naming == nil {
		return Naming{}, false
	}
	return *n.naming, true
}

func (noNames) TableName(fn *types.Func) (string, bool) { return "named", fn.Pkg().Path() == "p" }

// read returns the model that the type T of a source stands for.
func read(t *testing.T, naming, src string) *Model {
	t.Helper()
	return readNamed(t, naming, src, nil)
}

func readNamed(t *testing.T, naming, src string, rules *Naming) *Model {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", "package p\n\nimport \"time\"\n\nvar _ time.Time\n\n"+src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Of(naming, pkg.Scope().Lookup("T").Type(), noNames{rules})
}

// show writes a model down: its table, the columns with their marks, and its
// relations.
func show(m *Model) string {
	if m == nil {
		return "none"
	}
	var b strings.Builder
	b.WriteString(m.Table)
	if m.Alias != "" {
		b.WriteString(" AS " + m.Alias)
	}
	for _, c := range m.Columns {
		b.WriteString(" " + c.Name)
		for _, mark := range []struct {
			is   bool
			sign string
		}{{c.Key, "!"}, {c.Auto, "+"}, {c.Nullzero, "0"}, {c.ReadOnly, "<"}, {c.Unsure, "?"}, {c.Updated, "u"}, {c.Version, "v"}, {c.Name == m.SoftDelete, "-"}} {
			if mark.is {
				b.WriteString(mark.sign)
			}
		}
	}
	for _, r := range m.Relations {
		b.WriteString("; " + r.Field + " " + [...]string{"", "belongs to", "has one", "has many", "many"}[r.Kind] + " " + strings.Join(r.Own, ",") + "=" + strings.Join(r.Other, ","))
		if r.Through != "" {
			b.WriteString(" through " + r.Through + " AS " + r.LinkAlias + " " + strings.Join(r.LinkOwn, ",") + "/" + strings.Join(r.LinkOther, ","))
		}
	}
	return b.String()
}

func TestOf(t *testing.T) {
	for _, c := range []struct{ naming, src, want string }{
		{"bun", "type T struct { ID int64 `bun:\",pk,autoincrement\"`; HTTPCode int; UserID, Ok bool; Memo string `bun:\"-\"`; x int }",
			"ts AS t id!+0 http_code user_id ok"},
		{"bun", "type T struct { A string `bun:\"b,type:decimal(10,2)\"`; C *int; D time.Time `bun:\",soft_delete,nullzero\"`; E int `bun:\"column:f,scanonly\"`; G int `bun:\",default:3\"` }",
			"ts AS t b c0 d0- f< g0"},
		{"bun", "type Base struct { ID int64 `bun:\",pk\"`; Kind string }\ntype Place struct { Town string }\ntype T struct { Base; Kind int; Home Place `bun:\"embed:home_\"` }",
			"ts AS t id! kind home_town"},
		{"bun", "type T struct { ID int `bun:\",pk\"`; OtherID int; Other *Other `bun:\"rel:belongs-to,join:other_id=nr\"`; Many []Other `bun:\"rel:has-many\"` }\ntype Other struct { Nr int `bun:\",pk\"`; TID int `bun:\"t_id\"` }",
			"ts AS t id! other_id; Other belongs to other_id=nr; Many has many id=t_id"},
		{"bun", "type T struct { ID int `bun:\",pk\"`; Us []U `bun:\"m2m:links,join:L=R\"` }\ntype U struct { Nr int `bun:\",pk\"` }\ntype Link struct { A int; B int; L *T `bun:\"rel:belongs-to,join:a=id\"`; R *U `bun:\"rel:belongs-to,join:b=nr\"` }",
			"ts AS t id!; Us many id=nr through links AS link a/b"},
		{"goqu", "type In struct { Zed int }\ntype T struct { B int `db:\"b\"`; In; A string; No int `db:\"-\"`; Read int `db:\"r\" goqu:\"skipinsert\"` }",
			"T a b r< zed"},
		{"xorm", "type T struct { Id int64; TownName string; Stamp time.Time `xorm:\"updated\"`; V int `xorm:\"version\"`; Gone time.Time `xorm:\"deleted\"`; Col int `xorm:\"'c_o l' default(0) notnull\"`; Word string `xorm:\"varchar(20) wrd index\"`; No int `xorm:\"-\"` }",
			"t id!+ town_name stampu vv gone- c_o l wrd"},
		{"xorm", "type T struct { ID int64 `xorm:\"pk autoincr\"`; OwnerID int64 `xorm:\"owner_id\"`; In `xorm:\"extends\"`; Sub Sub }\ntype In struct { HTML string }\ntype Sub struct { X int }\nfunc (T) TableName() string { return \"\" }",
			"named id!+? owner_id html?"},
		{"gorm", "type T struct { ID uint; UserName string; HTTPCode int; OtherID int; Other Other; Seen *time.Time }\ntype Other struct { ID int }",
			"ts id! user_name http_code other_id seen; Other belongs to other_id=id"},
		{"gorm", "type T struct { ID uint; A *int `gorm:\"default:3\"`; B string `gorm:\"default:made()\"`; C string `gorm:\"default:null\"`; D time.Time `gorm:\"default:2001-01-01\"`; E time.Time `gorm:\"default:current_timestamp\"` }",
			"ts id! a b+ c+ d e+"},
		{"gorm", "type Mark int\nfunc (Mark) QueryClauses() {}\ntype T struct { ID int; Gone Mark }", "none"},
		{"gopg", "type T struct { tableName struct{} `pg:\"rows,alias:r\"`; ID int; OtherID int; Other *Other `pg:\"rel:has-one\"`; Many []*Other `pg:\"rel:has-many\"`; Gone time.Time `pg:\",soft_delete\"`; N int `pg:\"nr,use_zero\"`; No int `pg:\"-\"` }\ntype Other struct { ID int `pg:\",pk\"`; TID int `pg:\"t_id\"` }",
			"rows AS r id!0 other_id0 gone0- nr; Other belongs to other_id=id; Many has many id=t_id"},
		{"bun", "type T []string", "none"},
		{"none", "type T struct{ ID int }", "none"},
	} {
		if got := show(read(t, c.naming, c.src)); got != c.want {
			t.Errorf("%s of %s:\n got %s\nwant %s", c.naming, c.src, got, c.want)
		}
	}
}

// The names that a program has its library give.
func TestNaming(t *testing.T) {
	const row = "type T struct { ID int64; HTTPCode string; Tags []Tag `gorm:\"many2many:t_tags\"` }\ntype Tag struct { ID int64 }"
	const named = row + "\nfunc (T) TableName() string { return \"fixed\" }"
	const bunned = "type T struct { ID int64 `bun:\",pk\"` }"
	for _, test := range []struct {
		naming, src string
		rules       Naming
		want        string
		unsure      bool
	}{
		{"gorm", row, Naming{Prefix: "x_"}, "x_ts id! http_code; Tags many id=id through x_t_tags AS  t_id/tag_id", false},
		{"gorm", row, Naming{Singular: true, Replace: []string{"HTTP", "Web"}}, "t id! web_code; Tags many id=id through t_tags AS  t_id/tag_id", false},
		{"gorm", row, Naming{Case: "same"}, "TS ID! HTTPCode; Tags many ID=ID through t_tags AS  TID/TagID", false},
		{"gorm", row, Naming{OpenTables: true}, "ts id! http_code; Tags many id=id through t_tags AS  t_id/tag_id", true},
		{"gorm", row, Naming{Open: true}, "none", false},
		{"gorm", named, Naming{Prefix: "x_", OpenTables: true}, "named id! http_code; Tags many id=id through x_t_tags AS  t_id/tag_id", false},
		{"gorm1", named, Naming{Prefix: "x_"}, "x_named id! http_code; Tags many id=id through x_t_tags AS  t_id/tag_id", false},
		{"xorm", row, Naming{Prefix: "x_", Case: "snake", ColumnCase: "snake"}, "x_t i_d!+ h_t_t_p_code tags", false},
		{"xorm", row, Naming{Case: "gonic", ColumnCase: "gonic"}, "t id!+ http_code tags", false},
		{"bun", bunned, Naming{Singular: true}, "t AS t id!", false},
		{"bun", bunned, Naming{OpenTables: true}, "ts AS t id!", true},
	} {
		m := readNamed(t, test.naming, test.src, &test.rules)
		if got := show(m); got != test.want || m != nil && m.Unsure != test.unsure {
			t.Errorf("%s, %+v: have %q, want %q", test.naming, test.rules, got, test.want)
		}
	}
}
