package stats

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReadDump reads what "pg_dump --statistics-only" of PostgreSQL 18 and newer
// writes: calls of functions that take names and values in turn. Such a dump
// does not tell tables from indexes, and holds neither scans nor times. Values
// of columns are left out unless they are asked for: which of them are codes
// it does not tell either.
func ReadDump(r io.Reader, values bool) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("more than %d MiB", maxSize>>20)
	}
	f := &File{Version: Version, Taken: time.Now().UTC().Truncate(time.Second), Values: values}
	text := string(data)
	calls := 0
	tables := make(map[[2]string]*Table)
	for at := 0; ; calls++ {
		name, args, end, err := nextCall(text, at)
		switch {
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", line(data, int64(end)), err)
		case name == "" && calls == 0:
			return nil, errors.New("no statistics: want a dump made by pg_dump --statistics-only, as text, of PostgreSQL 18 or newer")
		case name == "":
			f.divide()
			return f, f.check()
		}
		at = end
		if v, err := strconv.Atoi(args["version"]); err == nil {
			f.Server = v
		}
		id := [2]string{args["schemaname"], args["relname"]}
		t := tables[id]
		if t == nil {
			t = &Table{Schema: id[0], Name: id[1], Rows: -1}
			tables[id] = t
			f.Tables = append(f.Tables, t)
		}
		if name == "relation" {
			t.Rows, t.Pages, t.AllVisible = decimal(args["reltuples"]), int64(decimal(args["relpages"])), int64(decimal(args["relallvisible"]))
		} else if c := dumped(args, values); args["inherited"] == "t" || t.Column(c.Name) == nil {
			t.Columns = append(slices.DeleteFunc(t.Columns, func(o *Column) bool { return o.Name == c.Name }), c)
		}
	}
}

// divide takes away what has the statistics of expressions only: indexes.
func (f *File) divide() {
	f.Tables = slices.DeleteFunc(f.Tables, func(t *Table) bool {
		return len(t.Columns) > 0 && !slices.ContainsFunc(t.Columns, func(c *Column) bool { return c.Name != "" })
	})
}

// dumped makes a column of a call's arguments.
func dumped(args map[string]string, values bool) *Column {
	c := &Column{Name: args["attname"], NullFraction: decimal(args["null_frac"]), Width: int(decimal(args["avg_width"])), Distinct: decimal(args["n_distinct"])}
	if text, ok := args["correlation"]; ok {
		n := decimal(text)
		c.Correlation = &n
	}
	c.Frequencies = decimals(args["most_common_freqs"])
	e := Elements{Frequencies: decimals(args["most_common_elem_freqs"]), Counts: decimals(args["elem_count_histogram"])}
	if values {
		c.Common, c.Histogram, e.Common = elements(args["most_common_vals"]), elements(args["histogram_bounds"]), elements(args["most_common_elems"])
	}
	if e.Frequencies != nil || e.Counts != nil {
		c.Elements = &e
	}
	return c
}

const restore = "pg_restore_"

// nextCall returns the next call at or behind an offset: "relation" or
// "attribute" and its arguments by name. name is "" if there is none. end is the
// offset behind it, or of the fault.
func nextCall(text string, at int) (name string, args map[string]string, end int, err error) {
	for {
		i := strings.Index(text[at:], restore)
		if i < 0 {
			return "", nil, len(text), nil
		}
		at += i + len(restore)
		for _, kind := range []string{"relation", "attribute"} {
			if strings.HasPrefix(text[at:], kind+"_stats(") {
				name = kind
			}
		}
		if name != "" {
			break // others are of extended statistics
		}
	}
	at += len(name) + len("_stats(")
	args = make(map[string]string)
	key, isKey := "", true
	for at < len(text) {
		switch c := text[at]; {
		case c == ')':
			return name, args, at, nil
		case c == ',':
			isKey = !isKey
			at++
		case c == '\'':
			value, after, ok := quoted(text, at)
			if !ok {
				return "", nil, at, errors.New("a text does not end: the file is cut off")
			}
			if isKey {
				key = value
			} else {
				args[key] = value
			}
			at = after
		default:
			at++ // a cast, a line break
		}
	}
	return "", nil, at, errors.New("a call does not end: the file is cut off")
}

// quoted reads the literal at an offset.
func quoted(text string, at int) (value string, after int, ok bool) {
	escapes := at > 0 && text[at-1] == 'E'
	var b strings.Builder
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' && i+1 < len(text) && text[i+1] == '\'', c == '\\' && escapes && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == '\'':
			return b.String(), i + 1, true
		default:
			b.WriteByte(c)
		}
	}
	return "", at, false
}

// elements reads the text of an array of one dimension; nil if it is none or
// holds a null.
func elements(text string) (out []string) {
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return nil
	}
	text = text[1 : len(text)-1]
	for i := 0; i < len(text); i++ {
		var b strings.Builder
		if text[i] == '"' {
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' && i+1 < len(text) {
					i++
				}
				b.WriteByte(text[i])
			}
			i++
		} else {
			for ; i < len(text) && text[i] != ','; i++ {
				b.WriteByte(text[i])
			}
			if b.String() == "NULL" {
				return nil
			}
		}
		out = append(out, b.String())
	}
	return out
}

func decimals(text string) (out []float64) {
	for _, s := range elements(text) {
		out = append(out, decimal(s))
	}
	return out
}

// decimal reads a number, 0 for what is none.
func decimal(text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	return n
}
