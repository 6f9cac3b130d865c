package models

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// xorm reads a type as xorm.io/xorm does: tags/parser.go,
// https://xorm.io/docs/chapter-02/4.columns/. Where it is not known which mapper
// makes names of Go names, one that the two usual ones write differently is
// Unsure.
func xorm(t *types.Named, names Namer) *Model {
	naming, _ := names.Naming("xorm")
	m := &Model{Type: t}
	m.Table, m.Unsure = mapped(t.Obj().Name(), naming.Case)
	m.Table, m.Unsure = naming.Prefix+m.Table+naming.Suffix, m.Unsure || naming.OpenTables
	if fn := method(t, "TableName"); fn != nil {
		name, ok := names.TableName(fn)
		m.Table, m.Unsure = or(name, m.Table), !ok
	}
	m.xormFields(t.Underlying().(*types.Struct), naming.ColumnCase, "", 0)
	if len(m.Keys()) == 0 {
		for i, c := range m.Columns {
			if b, ok := c.Type.Underlying().(*types.Basic); ok && b.Kind() == types.Int64 && strings.EqualFold(c.Field, "id") {
				m.Columns[i].Key, m.Columns[i].Auto, m.Columns[i].NotNull = true, true, true
			}
		}
	}
	return m
}

func (m *Model) xormFields(st *types.Struct, mapper, prefix string, depth int) {
	if depth > 4 {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		words := xormWords(reflect.StructTag(st.Tag(i)).Get("xorm"))
		has := func(word string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
		}
		if has("-") {
			continue
		}
		inner, isStruct := golang.Deref(f.Type()).Underlying().(*types.Struct)
		if isStruct && !IsValue(f.Type()) && (has("extends") || f.Anonymous() && len(words) == 0) {
			m.xormFields(inner, mapper, prefix, depth+1)
			continue
		}
		if !f.Exported() || isStruct && !IsValue(f.Type()) && !has("json") && !has("jsonb") && !has("text") {
			continue
		}
		c := Column{Field: f.Name(), Type: f.Type(), Tag: reflect.StructTag(st.Tag(i))}
		c.Name, c.Unsure = mapped(f.Name(), mapper)
		if name := xormName(words); name != "" {
			c.Name, c.Unsure = name, false
		}
		c.Name = prefix + c.Name
		c.Key, c.Auto = has("pk"), has("autoincr")
		c.Created, c.Updated, c.Version = has("created"), has("updated"), has("version")
		c.ReadOnly, c.WriteOnly = has("<-"), has("->")
		c.NotNull = c.Key || has("notnull") || has("not")
		if has("deleted") {
			m.SoftDelete = c.Name
		}
		m.Columns = append(m.Columns, c)
	}
}

// mapped returns a Go name as a table or column, by one of xorm's mappers; if
// it is not known which, also whether the usual ones disagree about it.
func mapped(name, mapper string) (string, bool) {
	if mapper == "same" {
		return name, false
	}
	var snake strings.Builder
	for i := 0; i < len(name); i++ {
		if c := name[i]; 'A' <= c && c <= 'Z' {
			if i > 0 {
				snake.WriteByte('_')
			}
			snake.WriteByte(c | 0x20)
		} else {
			snake.WriteByte(c)
		}
	}
	gonic := gonicName(name)
	switch mapper {
	case "gonic":
		return gonic, false
	case "snake":
		return snake.String(), false
	}
	return gonic, gonic != snake.String()
}

// gonicName is what xorm's GonicMapper writes: a run of upper letters is one
// word.
func gonicName(name string) string {
	upper := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	var out []byte
	for i := range len(name) {
		c := name[i]
		if upper(c) && i > 0 && !upper(out[len(out)-1]) {
			out = append(out, '_')
		}
		if n := len(out); !upper(c) && i > 1 && upper(out[n-1]) && upper(out[n-2]) {
			out = append(out, out[n-1])
			out[n-1] = '_'
		}
		out = append(out, c)
	}
	return strings.ToLower(string(out))
}

// xormWords takes a tag apart at its spaces, those in quotes and brackets
// aside.
func xormWords(tag string) []string {
	var (
		out    []string
		quoted bool
		depth  int
		start  = 0
	)
	for i := 0; i <= len(tag); i++ {
		if i == len(tag) || tag[i] == ' ' && !quoted && depth == 0 {
			if i > start {
				out = append(out, tag[start:i])
			}
			start = i + 1
			continue
		}
		switch tag[i] {
		case '\'':
			quoted = !quoted
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return out
}

// xormName returns the word of a tag that is the name of the column: one in
// quotes, or one that means nothing else.
func xormName(words []string) string {
	for i, w := range words {
		if i > 0 && strings.EqualFold(words[i-1], "default") {
			continue
		}
		if strings.HasPrefix(w, "'") {
			return strings.Trim(w, "'")
		}
		word, _, _ := strings.Cut(strings.ToUpper(w), "(")
		if !xormKnown[word] {
			return w
		}
	}
	return ""
}

// xormKnown are the words of tags and the names of types: tags/tag.go,
// schemas/type.go.
var xormKnown = func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(`
		- <- -> PK NULL NOT AUTOINCR DEFAULT CREATED UPDATED DELETED VERSION UTC LOCAL NOTNULL INDEX UNIQUE CACHE NOCACHE
		COMMENT EXTENDS UNSIGNED COLLATE JSON JSONB BIT TINYINT SMALLINT MEDIUMINT INT INTEGER BIGINT NUMBER ENUM SET XML
		CHAR NCHAR VARCHAR VARCHAR2 NVARCHAR TINYTEXT TEXT NTEXT MEDIUMTEXT LONGTEXT UUID CLOB SYSNAME DATE DATETIME TIME
		TIMESTAMP TIMESTAMPZ SMALLDATETIME YEAR DECIMAL NUMERIC REAL FLOAT DOUBLE MONEY SMALLMONEY BINARY VARBINARY TINYBLOB
		BLOB MEDIUMBLOB LONGBLOB BYTEA UNIQUEIDENTIFIER BOOL BOOLEAN SERIAL BIGSERIAL ARRAY`) {
		m[w] = true
	}
	return m
}()
