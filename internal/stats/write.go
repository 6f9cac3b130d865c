package stats

import (
	"bufio"
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"io"
	"slices"
)

// JSONSchema describes the file, as a JSON Schema of 2020-12.
//
//go:embed sqlvet.stats.schema.json
var JSONSchema []byte

// Write writes the file: a column or an index a line, in the order of their
// names, so that a diff of two snapshots shows what changed.
func (f *File) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	e := encoder{w: out}
	head := *f
	head.Version, head.Tables, head.Statements = Version, []*Table{}, nil
	e.open(head, "tables")
	tables := slices.SortedFunc(slices.Values(f.Tables), func(a, b *Table) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	for i, t := range tables {
		e.item(i, "\n ")
		e.table(t)
	}
	e.text("]")
	if len(f.Statements) > 0 {
		e.text(",\n\"statements\":[")
		for i, s := range f.Statements {
			e.item(i, "\n ")
			e.value(s)
		}
		e.text("]")
	}
	e.text("}\n")
	if e.err != nil {
		return e.err
	}
	return out.Flush()
}

type encoder struct {
	w   *bufio.Writer
	err error
}

func (e *encoder) text(s string) { e.w.WriteString(s) } // a bufio.Writer keeps its error

// item begins item i of a list on a line of its own.
func (e *encoder) item(i int, indent string) {
	if i > 0 {
		e.text(",")
	}
	e.text(indent)
}

func (e *encoder) json(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil && e.err == nil {
		e.err = err
	}
	return bytes.TrimSpace(buf.Bytes())
}

func (e *encoder) value(v any) { e.w.Write(e.json(v)) }

// open writes an object up to the list of the key, which it has empty or not
// at all, and which is written last.
func (e *encoder) open(v any, key string) {
	text := bytes.TrimSuffix(e.json(v), []byte("}"))
	text = bytes.TrimSuffix(text, []byte(`,"`+key+`":[]`))
	e.w.Write(text)
	e.text(",\n\"" + key + "\":[")
}

func (e *encoder) table(t *Table) {
	head := *t
	head.Columns, head.Indexes = nil, nil
	e.w.Write(bytes.TrimSuffix(e.json(head), []byte("}")))
	if len(t.Columns) > 0 {
		e.text(",\n  \"columns\":[")
		for i, c := range t.Columns {
			e.item(i, "\n   ")
			e.value(c)
		}
		e.text("]")
	}
	if len(t.Indexes) > 0 {
		e.text(",\n  \"indexes\":[")
		indexes := slices.SortedFunc(slices.Values(t.Indexes), func(a, b *Index) int { return cmp.Compare(a.Name, b.Name) })
		for i, x := range indexes {
			e.item(i, "\n   ")
			e.value(x)
		}
		e.text("]")
	}
	e.text("}")
}
