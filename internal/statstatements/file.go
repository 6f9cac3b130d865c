package statstatements

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sqlvet/sqlvet/internal/filetree"
)

// ReadFile reads what somebody has saved of the view: CSV with a header, as
// psql's \copy … TO … CSV HEADER and --csv write it, or JSON: an array of objects, or an
// object a line, with the view's names.
func ReadFile(path string) (*Snapshot, error) {
	f, err := filetree.OpenGiven(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := new(Snapshot)
	if info, err := f.Stat(); err == nil {
		s.Taken = info.ModTime().UTC()
	}
	if err := s.read(bufio.NewReaderSize(&bounded{f, maxFile}, 1<<16)); err != nil && len(s.Rows) == 0 {
		return nil, fmt.Errorf("%s: %w", path, err)
	} else if err != nil {
		s.Notes = append(s.Notes, fmt.Sprintf("%s: %v; what stands before is counted", path, err))
	}
	return s, nil
}

// maxFile bounds a file, in bytes: the view has some thousand rows, and a device
// has no end.
const maxFile = 256 << 20

// A bounded reader fails after left bytes.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("larger than %d MB", maxFile>>20)
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// read reads CSV or JSON. With an error stand the rows before it.
func (s *Snapshot) read(b *bufio.Reader) error {
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	head, _ := b.Peek(512)
	if head = bytes.TrimLeft(head, " \t\r\n"); len(head) == 0 {
		return errors.New("the file is empty")
	}
	if head[0] == '[' || head[0] == '{' {
		return s.json(b)
	}
	return s.csv(b, head)
}

// A record is a row of the view by the names of its columns.
type record map[string]string

func (r record) get(name string) string {
	for _, c := range columns[name] {
		if v, ok := r[c]; ok {
			return v
		}
	}
	return ""
}

// add adds a row. One that was hidden from the role who saved the view, or
// that is none, is left out.
func (s *Snapshot) add(r record) {
	row := Row{
		Query: r.get("query"), Role: r.get("role"), Calls: integer(r.get("calls")), Total: number(r.get("total")),
		Max: number(r.get("max")), Rows: integer(r.get("rows")),
	}
	row.ID = strings.Join([]string{r.get("userid"), r.get("dbid"), r.get("queryid"), r.get("toplevel"), row.Query}, " ")
	if row.Query != "" && row.Query != unseen && row.Calls > 0 {
		s.Rows = append(s.Rows, row)
	}
}

var errColumns = errors.New("want the columns of pg_stat_statements: query, calls, and total_exec_time (or total_time)")

func (s *Snapshot) csv(in io.Reader, head []byte) error {
	c := csv.NewReader(in)
	c.LazyQuotes, c.FieldsPerRecord = true, -1
	first, _, _ := bytes.Cut(head, []byte("\n"))
	for _, comma := range ";\t|" {
		if bytes.ContainsRune(first, comma) && !bytes.ContainsRune(first, ',') {
			c.Comma = comma
		}
	}
	names, err := c.Read()
	if err != nil {
		return err
	}
	have := make(record)
	for i, n := range names {
		names[i] = strings.ToLower(strings.TrimSpace(n))
		have[names[i]] = "x"
	}
	if have.get("query") == "" || have.get("calls") == "" || have.get("total") == "" {
		return errColumns
	}
	for {
		fields, err := c.Read()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		r := make(record, len(fields))
		for i, v := range fields[:min(len(fields), len(names))] {
			r[names[i]] = v
		}
		s.add(r)
	}
}

func (s *Snapshot) json(in io.Reader) error {
	d := json.NewDecoder(in)
	d.UseNumber()
	seen := false
	for {
		var value any
		err := d.Decode(&value)
		if err == io.EOF {
			if seen && len(s.Rows) == 0 {
				return errColumns
			}
			return nil
		} else if err != nil {
			return err
		}
		seen = true
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, x := range list {
			object, _ := x.(map[string]any)
			r := make(record, len(object))
			for k, v := range object {
				switch v := v.(type) {
				case string:
					r[strings.ToLower(k)] = v
				case nil:
				default:
					r[strings.ToLower(k)] = fmt.Sprint(v)
				}
			}
			s.add(r)
		}
	}
}
