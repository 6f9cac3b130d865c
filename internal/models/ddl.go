package models

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// DDL returns the statements that a library makes a model's table with on
// PostgreSQL, and the tables between it and others: gorm's AutoMigrate, bun's
// NewCreateTable, xorm's Sync. Foreign keys and checks are left out. A column
// whose type is decided at run time has the type unknown.
func (m *Model) DDL(naming string, names Namer) []string {
	d := ddl{m: m, table: ident(m.Table)}
	switch naming {
	case "gorm":
		d.gorm(naming, names)
	case "bun":
		d.tagged("bun", bunType)
	case "gopg":
		d.tagged("pg", gopgType)
	case "xorm":
		d.xorm()
	default:
		return nil
	}
	if len(d.columns) == 0 {
		return nil
	}
	if len(d.keys) > 0 {
		d.columns = append(d.columns, "PRIMARY KEY ("+strings.Join(d.keys, ", ")+")")
	}
	create := "CREATE TABLE " + d.table + " (" + strings.Join(append(d.columns, d.constraints...), ", ") + ")"
	return append(append([]string{create}, d.indexes...), d.others...)
}

// Indexed reports whether a tag of the model asks for an index: the program
// lets the library make its tables.
func (m *Model) Indexed() bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool {
		gorm := strings.ToLower(c.Tag.Get("gorm"))
		xorm := strings.ToLower(c.Tag.Get("xorm"))
		return strings.Contains(gorm, "index") || strings.Contains(xorm, "index") || strings.Contains(xorm, "unique")
	})
}

// NamesUnsure reports whether a column's name is decided when the program runs.
func (m *Model) NamesUnsure() bool {
	return m.Unsure || slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Unsure })
}

type ddl struct {
	m                                           *Model
	table                                       string
	columns, keys, constraints, indexes, others []string
}

func ident(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = sqlscan.QuoteIdent(p)
	}
	return strings.Join(parts, ".")
}

func (d *ddl) column(name, typ string, notNull, key bool, more string) {
	s := ident(name) + " " + typ
	if notNull || key {
		s += " NOT NULL"
	}
	if key {
		d.keys = append(d.keys, ident(name))
	}
	d.columns = append(d.columns, s+more)
}

// unknownType stands for the type of a column that is not known.
const unknownType = "unknown"

// A grouped index has columns from several fields.
type grouped struct {
	name   string
	unique bool
	where  string
	using  string
	keys   []groupKey
}

type groupKey struct {
	text     string
	priority int
}

// make adds the indexes that the fields' tags asked for.
func (d *ddl) make(groups []*grouped) {
	for _, g := range groups {
		slices.SortStableFunc(g.keys, func(a, b groupKey) int { return a.priority - b.priority })
		var keys []string
		for _, k := range g.keys {
			keys = append(keys, k.text)
		}
		s := "CREATE "
		if g.unique {
			s += "UNIQUE "
		}
		s += "INDEX " + ident(g.name) + " ON " + d.table
		if g.using != "" {
			s += " USING " + g.using
		}
		s += " (" + strings.Join(keys, ", ") + ")"
		if g.where != "" {
			s += " WHERE " + g.where
		}
		d.indexes = append(d.indexes, s)
	}
}

func group(groups []*grouped, name string) ([]*grouped, *grouped) {
	for _, g := range groups {
		if g.name == name {
			return groups, g
		}
	}
	g := &grouped{name: name}
	return append(groups, g), g
}

// sizeOf returns the bits of an integer type, 0 if t is none.
func sizeOf(t types.Type) int {
	b, ok := t.Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsInteger == 0 {
		return 0
	}
	switch b.Kind() {
	case types.Int8, types.Uint8:
		return 8
	case types.Int16, types.Uint16:
		return 16
	case types.Int32, types.Uint32:
		return 32
	}
	return 64
}

func basicInfo(t types.Type) types.BasicInfo {
	if b, ok := t.Underlying().(*types.Basic); ok {
		return b.Info()
	}
	return 0
}

// scanned returns the type that a value type of database/sql, or one that is
// made of another, holds.
func scanned(t types.Type) types.Type {
	t = golang.Deref(t)
	if isNamed(t, "gorm.io/gorm", "DeletedAt") || isNamed(t, "database/sql", "NullTime") {
		return timeType
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "database/sql" && strings.HasPrefix(n.Obj().Name(), "Null") {
		if st, ok := n.Underlying().(*types.Struct); ok && st.NumFields() > 0 {
			return scanned(st.Field(0).Type())
		}
	}
	if isNamed(t, "time", "Time") {
		return timeType
	}
	return t
}

// timeType stands for time.Time, which a package need not import.
var timeType = types.NewNamed(types.NewTypeName(0, types.NewPackage("time", "time"), "Time", nil), types.NewStruct(nil, nil), nil)

// gorm is what gorm.io/driver/postgres makes: DataTypeOf, and schema/index.go.
func (d *ddl) gorm(naming string, names Namer) {
	var groups []*grouped
	keys := len(d.m.Keys())
	for _, c := range d.m.Columns {
		if c.Unmigrated {
			continue
		}
		tag := gormTag(string(c.Tag))
		serial := keys == 1 && c.Counted || gormCounts(tag)
		d.column(c.Name, gormType(c, tag, serial, names), c.NotNull, c.Key, "")
		if tag.has("unique") {
			d.constraints = append(d.constraints, "CONSTRAINT "+ident("uni_"+d.m.Table+"_"+c.Name)+" UNIQUE ("+ident(c.Name)+")")
		}
		groups = gormIndexes(groups, d.m.Table, c)
	}
	d.make(groups)
	for _, r := range d.m.Relations {
		if r.Kind == ManyToMany {
			d.between(r, naming, names)
		}
	}
}

func gormCounts(tag gormTags) bool {
	v, ok := tag["autoincrement"]
	return ok && !strings.EqualFold(v, "false")
}

func gormType(c Column, tag gormTags, serial bool, names Namer) string {
	if t := tag["type"]; t != "" && !knownKinds[strings.ToLower(t)] {
		return t
	}
	t := scanned(c.Type)
	if fn := method(t, "GormDataType"); fn != nil {
		if s, ok := names.TableName(fn); ok {
			return s
		}
	}
	if isNamed(t, "gorm.io/datatypes", "JSON") || isNamed(t, "gorm.io/datatypes", "JSONMap") || isNamed(t, "gorm.io/datatypes", "JSONType") || isNamed(t, "gorm.io/datatypes", "JSONSlice") {
		return "jsonb"
	}
	size, _ := strconv.Atoi(tag["size"])
	switch info := basicInfo(t); {
	case tag.has("serializer"):
		return "text"
	case t == timeType:
		return "timestamptz"
	case info&types.IsBoolean != 0:
		return "boolean"
	case info&types.IsInteger != 0:
		return gormInteger(size, sizeOf(t), serial)
	case info&types.IsFloat != 0:
		if p := tag["precision"]; p != "" {
			return "numeric(" + p + ")"
		}
		return "decimal"
	case info&types.IsString != 0:
		if size > 0 {
			return "varchar(" + strconv.Itoa(size) + ")"
		}
		return "text"
	}
	if s, ok := t.Underlying().(*types.Slice); ok && basic(s.Elem()) {
		return "bytea"
	}
	return unknownType
}

// knownKinds are the words that gorm's tag type may have for a kind of value.
var knownKinds = map[string]bool{"bool": true, "int": true, "uint": true, "float": true, "string": true, "time": true, "bytes": true}

func gormInteger(tagged, bits int, serial bool) string {
	if tagged > 0 {
		bits = tagged
	}
	i := 2
	switch {
	case bits <= 16:
		i = 0
	case bits <= 32:
		i = 1
	}
	if serial {
		return [...]string{"smallserial", "serial", "bigserial"}[i]
	}
	return [...]string{"smallint", "integer", "bigint"}[i]
}

// gormIndexes adds the indexes that a field's tag asks for.
func gormIndexes(groups []*grouped, table string, c Column) []*grouped {
	for _, setting := range strings.Split(c.Tag.Get("gorm"), ";") {
		key, val, _ := strings.Cut(setting, ":")
		key = strings.ToUpper(strings.TrimSpace(key))
		if key != "INDEX" && key != "UNIQUEINDEX" {
			continue
		}
		name, rest, _ := strings.Cut(val, ",")
		opts := make(map[string]string)
		for _, o := range strings.Split(rest, ",") {
			k, v, _ := strings.Cut(o, ":")
			if k = strings.ToUpper(strings.TrimSpace(k)); k != "" {
				opts[k] = or(v, k)
			}
		}
		if name = strings.TrimSpace(name); name == "" {
			of := c.Field
			if comp, ok := opts["COMPOSITE"]; ok {
				of = comp
			}
			name = "idx_" + strings.ReplaceAll(table, ".", "_") + "_" + gormName(of)
		}
		var g *grouped
		groups, g = group(groups, name)
		g.unique = g.unique || key == "UNIQUEINDEX" || opts["UNIQUE"] != "" || strings.EqualFold(opts["CLASS"], "UNIQUE")
		g.where, g.using = or(g.where, opts["WHERE"]), or(g.using, opts["TYPE"])
		text := or(opts["EXPRESSION"], ident(c.Name))
		if opts["EXPRESSION"] != "" {
			text = "(" + text + ")"
		}
		if s := opts["SORT"]; s != "" {
			text += " " + s
		}
		priority, err := strconv.Atoi(opts["PRIORITY"])
		if err != nil {
			priority = 10
		}
		g.keys = append(g.keys, groupKey{text, priority})
	}
	return groups
}

// between makes the table between two.
func (d *ddl) between(r Relation, naming string, names Namer) {
	other := Columns(naming, r.Type, names)
	if other == nil || r.ThroughUnsure {
		return
	}
	var cols, keys []string
	add := func(m *Model, of, links []string) {
		for i, name := range of {
			c, _ := m.Column(name)
			typ := gormType(c, gormTag(string(c.Tag)), false, unnamed{})
			cols = append(cols, ident(links[i])+" "+typ+" NOT NULL")
			keys = append(keys, ident(links[i]))
		}
	}
	add(d.m, r.Own, r.LinkOwn)
	add(other, r.Other, r.LinkOther)
	d.others = append(d.others, "CREATE TABLE IF NOT EXISTS "+ident(r.Through)+" ("+strings.Join(cols, ", ")+", PRIMARY KEY ("+strings.Join(keys, ", ")+"))")
}

type unnamed struct{}

func (unnamed) TableName(*types.Func) (string, bool) { return "", false }
func (unnamed) Table(*types.Package) *Table          { return nil }
func (unnamed) Naming(string) (Naming, bool)         { return Naming{}, false }

// tagged is what bun's NewCreateTable and go-pg's CreateTable make:
// dialect/pgdialect/sqltype.go, orm/composite.go.
func (d *ddl) tagged(key string, typeOf func(Column, tag) string) {
	var order []string
	unique := make(map[string][]string)
	for _, c := range d.m.Columns {
		if c.ReadOnly {
			continue
		}
		tag := parseTag(c.Tag.Get(key))
		d.column(c.Name, or(tag.option("type"), typeOf(c, tag)), c.NotNull, c.Key, "")
		for _, u := range tag.options["unique"] {
			if u == "" {
				d.constraints = append(d.constraints, "UNIQUE ("+ident(c.Name)+")")
				continue
			}
			if unique[u] == nil {
				order = append(order, u)
			}
			unique[u] = append(unique[u], ident(c.Name))
		}
	}
	for _, u := range order {
		d.constraints = append(d.constraints, "CONSTRAINT "+ident(u)+" UNIQUE ("+strings.Join(unique[u], ", ")+")")
	}
}

func bunType(c Column, tag tag) string {
	t := scanned(c.Type)
	info := basicInfo(t)
	switch {
	case c.Auto && info&types.IsInteger != 0:
		return [...]string{"bigserial", "serial", "smallserial"}[indexOf(sizeOf(t))]
	case t == timeType:
		return "timestamptz"
	case tag.has("array"):
		if s, ok := t.Underlying().(*types.Slice); ok {
			return bunType(Column{Type: s.Elem()}, parseTag("")) + "[]"
		}
	case isNamed(t, "github.com/google/uuid", "UUID"):
		return "uuid"
	case info&types.IsBoolean != 0:
		return "boolean"
	case info&types.IsInteger != 0:
		return [...]string{"bigint", "integer", "smallint"}[indexOf(sizeOf(t))]
	case info&types.IsFloat != 0:
		if b, _ := t.Underlying().(*types.Basic); b.Kind() == types.Float32 {
			return "real"
		}
		return "double precision"
	case info&types.IsString != 0:
		return "varchar"
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		if basic(u.Elem()) {
			return "bytea"
		}
		return "jsonb"
	case *types.Map, *types.Struct:
		return "jsonb"
	}
	return unknownType
}

func indexOf(bits int) int {
	switch {
	case bits <= 16:
		return 2
	case bits <= 32:
		return 1
	}
	return 0
}

// xorm is what xorm's Sync makes: dialects/postgres.go, schemas/type.go.
func (d *ddl) xorm() {
	var groups []*grouped
	for _, c := range d.m.Columns {
		words := xormWords(c.Tag.Get("xorm"))
		d.column(c.Name, xormType(c, words), c.NotNull, c.Key, "")
		for i, w := range words {
			kind, name, _ := strings.Cut(strings.TrimSuffix(w, ")"), "(")
			if i > 0 && strings.EqualFold(words[i-1], "default") {
				continue
			}
			prefix := map[string]string{"INDEX": "IDX_", "UNIQUE": "UQE_"}[strings.ToUpper(kind)]
			if prefix == "" {
				continue
			}
			var g *grouped
			groups, g = group(groups, prefix+d.m.Table+"_"+or(name, c.Name))
			g.unique = prefix == "UQE_"
			g.keys = append(g.keys, groupKey{text: ident(c.Name)})
		}
	}
	d.make(groups)
}

func xormType(c Column, words []string) string {
	t := scanned(c.Type)
	for i, w := range words {
		kind, args, _ := strings.Cut(strings.ToUpper(w), "(")
		if i > 0 && strings.EqualFold(words[i-1], "default") {
			continue
		}
		if typ, ok := xormTypes[kind]; ok {
			if args != "" && typ == strings.ToLower(kind) && (strings.Contains(typ, "char") || typ == "numeric" || typ == "decimal") {
				typ += "(" + strings.ToLower(args)
			}
			if c.Auto && strings.Contains(typ, "int") {
				return map[string]string{"bigint": "bigserial"}[typ] + map[bool]string{true: "serial"}[typ != "bigint"]
			}
			return typ
		}
	}
	info := basicInfo(t)
	switch {
	case t == timeType:
		return "timestamp"
	case info&types.IsBoolean != 0:
		return "boolean"
	case info&types.IsInteger != 0:
		typ := "integer"
		if b := t.Underlying().(*types.Basic); b.Kind() == types.Int64 || b.Kind() == types.Uint64 || b.Kind() == types.Uint {
			typ = "bigint"
		}
		if c.Auto {
			return map[string]string{"bigint": "bigserial", "integer": "serial"}[typ]
		}
		return typ
	case info&types.IsFloat != 0:
		if b := t.Underlying().(*types.Basic); b.Kind() == types.Float32 {
			return "real"
		}
		return "double precision"
	case info&types.IsString != 0:
		return "varchar(255)"
	}
	if s, ok := t.Underlying().(*types.Slice); ok && basic(s.Elem()) {
		return "bytea"
	}
	return "text"
}

// xormTypes are the types that a tag names, as xorm writes them for PostgreSQL.
var xormTypes = map[string]string{
	"BIT": "boolean", "BOOL": "boolean", "BOOLEAN": "boolean", "TINYINT": "smallint", "SMALLINT": "smallint", "MEDIUMINT": "integer",
	"INT": "integer", "INTEGER": "integer", "BIGINT": "bigint", "SERIAL": "serial", "BIGSERIAL": "bigserial", "CHAR": "char", "VARCHAR": "varchar",
	"NVARCHAR": "varchar", "TINYTEXT": "text", "TEXT": "text", "MEDIUMTEXT": "text", "LONGTEXT": "text", "CLOB": "text", "UUID": "uuid",
	"DATE": "date", "DATETIME": "timestamp", "TIME": "time", "TIMESTAMP": "timestamp", "TIMESTAMPZ": "timestamptz", "DECIMAL": "decimal",
	"NUMERIC": "numeric", "REAL": "real", "FLOAT": "real", "DOUBLE": "double precision", "BLOB": "bytea", "TINYBLOB": "bytea", "MEDIUMBLOB": "bytea",
	"LONGBLOB": "bytea", "BYTEA": "bytea", "BINARY": "bytea", "VARBINARY": "bytea", "JSON": "json", "JSONB": "jsonb", "ENUM": "text", "SET": "text",
}
