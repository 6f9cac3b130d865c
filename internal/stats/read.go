package stats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// Bounds of what is read: a file may come from anyone who can open a pull
// request.
const (
	maxSize   = 64 << 20 // bytes
	maxValues = 10_001   // PostgreSQL's greatest statistics target, and one bound more
	maxName   = 1 << 10  // bytes
	maxPages  = math.MaxUint32
	maxRows   = 1e15
)

// Load reads the file at path.
func Load(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // to open a pipe may never end
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	got, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return got, nil
}

// Read reads a file. The error names the line where the text is at fault, or
// the table whose numbers are.
func Read(r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("more than %d MiB", maxSize>>20)
	}
	// The version first: a newer format has keys that this one does not know.
	var head struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, atLine(data, err)
	}
	switch {
	case head.Version == nil || *head.Version < 1:
		return nil, errors.New(`not a statistics file: it has no "version"`)
	case *head.Version > Version:
		return nil, fmt.Errorf("written by a newer sqlvet: its version is %d, want at most %d", *head.Version, Version)
	}
	var f File
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&f); err != nil {
		return nil, atLine(data, err)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return &f, nil
}

// atLine adds the line to an error of package json that knows its place.
func atLine(data []byte, err error) error {
	at := int64(-1)
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("empty")
	case errors.As(err, &syntax):
		at = syntax.Offset
		if at >= int64(len(data)) {
			return errors.New("the file is cut off")
		}
	case errors.As(err, &typ):
		return fmt.Errorf("line %d: %q is no %s", line(data, typ.Offset), typ.Field, typ.Type)
	}
	if at < 0 {
		return fmt.Errorf("%.200s", err.Error())
	}
	return fmt.Errorf("line %d: %.200s", line(data, at), err.Error())
}

func line(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}

// check reports the first table that no server can have.
func (f *File) check() error {
	if f.Tables == nil {
		return errors.New(`not a statistics file: it has no "tables"`)
	}
	seen := make(map[[2]string]bool)
	for _, t := range f.Tables {
		if t == nil {
			return errors.New("a table is null")
		}
		name := [2]string{t.Schema, t.Name}
		if seen[name] {
			return fmt.Errorf("table %.200q: given twice", t.Schema+"."+t.Name)
		}
		seen[name] = true
		if err := t.check(); err != nil {
			return fmt.Errorf("table %.200q: %w", t.Schema+"."+t.Name, err)
		}
	}
	for _, s := range f.Statements {
		if s.Fingerprint == "" || len(s.Fingerprint) > maxName || s.Calls < 0 {
			return fmt.Errorf("statement %.40q: no fingerprint, or a negative number of calls", s.Fingerprint)
		}
	}
	return nil
}

func (t *Table) check() error {
	switch {
	case !isName(t.Schema), !isName(t.Name):
		return errors.New("no name, or one that is too long")
	case !within(t.Rows, -1, maxRows):
		return fmt.Errorf("rows: %g is no number of rows", t.Rows)
	case t.Pages < 0 || t.Pages > maxPages:
		return fmt.Errorf("pages: %d is no number of pages", t.Pages)
	case t.AllVisible < 0 || t.AllVisible > maxPages:
		return fmt.Errorf("all_visible: %d is no number of pages", t.AllVisible)
	}
	if err := checkColumns(t.Columns); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for _, x := range t.Indexes {
		switch {
		case x == nil:
			return errors.New("an index is null")
		case !isName(x.Name) || seen[x.Name]:
			return fmt.Errorf("index %.200q: no name, or one that another has", x.Name)
		case !within(x.Rows, -1, maxRows):
			return fmt.Errorf("index %q: rows: %g is no number of rows", x.Name, x.Rows)
		case x.Pages < 0 || x.Pages > maxPages:
			return fmt.Errorf("index %q: pages: %d is no number of pages", x.Name, x.Pages)
		case x.Scans != nil && *x.Scans < 0:
			return fmt.Errorf("index %q: scans: %d is negative", x.Name, *x.Scans)
		}
		seen[x.Name] = true
		if err := checkColumns(x.Columns); err != nil {
			return fmt.Errorf("index %q: %w", x.Name, err)
		}
	}
	return nil
}

func checkColumns(list []*Column) error {
	seen := make(map[string]bool)
	for _, c := range list {
		switch {
		case c == nil:
			return errors.New("a column is null")
		case !isName(c.Name) || seen[c.Name]:
			return fmt.Errorf("column %.200q: no name, or one that another has", c.Name)
		}
		seen[c.Name] = true
		if err := c.check(); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	return nil
}

func (c *Column) check() error {
	switch {
	case len(c.Type) > maxName:
		return errors.New("type: too long")
	case !within(c.NullFraction, 0, 1):
		return fmt.Errorf("null_fraction: %g is no share", c.NullFraction)
	case c.Width < 0 || c.Width > math.MaxInt32:
		return fmt.Errorf("width: %d is no number of bytes", c.Width)
	case !within(c.Distinct, -1, maxRows):
		return fmt.Errorf("n_distinct: %g is neither a number of values nor minus a share", c.Distinct)
	case c.Correlation != nil && !within(*c.Correlation, -1, 1):
		return fmt.Errorf("correlation: %g is not between -1 and 1", *c.Correlation)
	case len(c.Histogram) > maxValues:
		return fmt.Errorf("histogram: more than %d bounds", maxValues)
	case len(c.Common) > 0 && len(c.Common) != len(c.Frequencies):
		return fmt.Errorf("common: %d values with %d frequencies", len(c.Common), len(c.Frequencies))
	}
	if err := checkShares(c.Frequencies); err != nil {
		return err
	}
	if sum(c.Frequencies)+c.NullFraction > 1.01 { // each is rounded
		return errors.New("frequencies: they are more than all rows")
	}
	if e := c.Elements; e != nil {
		if n := len(e.Frequencies); len(e.Common) > 0 && len(e.Common) != n-2 && len(e.Common) != n-3 {
			return fmt.Errorf("elements: %d values with %d frequencies", len(e.Common), n)
		}
		if len(e.Counts) > maxValues+1 {
			return fmt.Errorf("elements: counts: more than %d bounds", maxValues)
		}
		for _, n := range e.Counts {
			if !within(n, 0, maxRows) {
				return fmt.Errorf("elements: counts: %g is no number of elements", n)
			}
		}
		return checkShares(e.Frequencies)
	}
	return nil
}

func checkShares(list []float64) error {
	if len(list) > 10*maxValues { // elements have ten times the target
		return fmt.Errorf("frequencies: more than %d", 10*maxValues)
	}
	for _, n := range list {
		if !within(n, 0, 1) {
			return fmt.Errorf("frequencies: %g is no share", n)
		}
	}
	return nil
}

func sum(list []float64) (n float64) {
	for _, x := range list {
		n += x
	}
	return n
}

// within reports whether n is between low and high; what is no number is not.
func within(n, low, high float64) bool { return n >= low && n <= high }

func isName(s string) bool { return s != "" && len(s) <= maxName }
