package pglog

import (
	"bytes"

	"github.com/sqlvet/sqlvet/internal/observed"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// What is kept of a file at most. A program has some thousand statements; one
// that writes names or lists of columns into its texts has as many as it likes.
const (
	maxStatements = 20_000
	maxKey        = 16 << 10 // bytes of a statement's shape
	maxSample     = 16 << 10 // bytes of a statement as it was sent
	maxKeys       = 48 << 20 // bytes of all shapes and samples together
	maxNames      = 64       // applications, routes, or statements before, of one statement
	maxPlan       = 32 << 10 // bytes of a plan
)

// A statement is what a file holds of the calls that differ in values only.
type statement struct {
	key         string // its shape, with name and place
	sample      string
	name, place string // of comments
	calls       int64
	total, max  float64 // milliseconds
	times       observed.Histogram
	rows        int64 // -1 if not known
	planned     int64 // calls of which rows are known
	apps        map[string]int64
	routes      map[string]int64
	plan        string
	planTime    float64 // of the call with the plan
	after       map[*statement]runs
}

// runs is how a statement follows another one.
type runs struct{ runs, calls int64 }

// A table holds the statements of a file by their shapes.
type table struct {
	byKey   map[string]*statement
	list    []*statement
	kept    int    // bytes of keys and samples
	dropped int64  // calls of statements that found no room
	buf     []byte // of the shape at hand
	rest    *statement
}

func newTable() *table { return &table{byKey: make(map[string]*statement)} }

// statement returns that of a text as it was sent.
func (t *table) statement(sql []byte) *statement {
	c := commentsOf(sql)
	t.buf = sqlscan.AppendShape(t.buf[:0], sql[:min(len(sql), 4*maxKey)])
	if len(t.buf) > maxKey {
		t.buf = t.buf[:maxKey]
	}
	if len(c.name)+len(c.place) > 0 {
		t.buf = append(append(append(append(t.buf, 0), c.name...), 0), c.place...)
	}
	s := t.byKey[string(t.buf)]
	if s == nil {
		s = t.new(sql, c)
	}
	if len(c.route) > 0 {
		count(&s.routes, c.route)
	}
	return s
}

// new adds the statement whose key is in buf, if there is room.
func (t *table) new(sql []byte, c comments) *statement {
	n := len(t.buf) + min(len(sql), maxSample)
	if len(t.list) >= maxStatements || t.kept+n > maxKeys {
		t.dropped++
		if t.rest == nil {
			t.rest = &statement{key: "…", sample: "…", rows: -1}
			t.list = append(t.list, t.rest)
		}
		return t.rest
	}
	t.kept += n
	s := &statement{key: string(t.buf), name: string(c.name), place: string(c.place), rows: -1}
	s.sample = string(bytes.ToValidUTF8(sql[:min(len(sql), maxSample)], []byte("\uFFFD")))
	t.byKey[s.key] = s
	t.list = append(t.list, s)
	return s
}

// count adds one to a name's number, if there is room.
func count(m *map[string]int64, name []byte) {
	if *m == nil {
		*m = make(map[string]int64, 1)
	}
	if n, ok := (*m)[string(name)]; ok || len(*m) < maxNames {
		(*m)[string(bytes.ToValidUTF8(name, []byte("\uFFFD")))] = n + 1
	}
}

// call adds a call that took so many milliseconds.
func (s *statement) call(ms float64, app []byte) {
	s.calls++
	s.total += ms
	s.max = max(s.max, ms)
	s.times.Add(ms)
	if len(app) > 0 {
		count(&s.apps, app)
	}
}

// follow adds runs and calls after another statement.
func (s *statement) follow(other *statement, r, calls int64) {
	if s.after == nil {
		s.after = make(map[*statement]runs)
	}
	n, ok := s.after[other]
	if !ok && len(s.after) >= maxNames {
		return
	}
	s.after[other] = runs{n.runs + r, n.calls + calls}
}

// merge adds what another file holds of the statement. What it follows is
// added elsewhere.
func (s *statement) merge(o *statement) {
	s.calls += o.calls
	s.total += o.total
	s.max = max(s.max, o.max)
	s.times.Merge(&o.times)
	if o.rows >= 0 {
		s.rows = max(s.rows, 0) + o.rows
		s.planned += o.planned
	}
	s.apps, s.routes = merged(s.apps, o.apps), merged(s.routes, o.routes)
	if o.planTime > s.planTime {
		s.plan, s.planTime = o.plan, o.planTime
	}
}

func merged(to, from map[string]int64) map[string]int64 {
	if to == nil {
		return from
	}
	for name, n := range from {
		if _, ok := to[name]; ok || len(to) < maxNames {
			to[name] += n
		}
	}
	return to
}

// observed returns what others know a statement as.
func (s *statement) observed() *observed.Statement {
	o := observed.New(s.sample)
	o.Name, o.Place = s.name, s.place
	o.Calls, o.Total, o.Max = s.calls, s.total, s.max
	if o.Times = &s.times; s.rows >= 0 && s.planned == s.calls {
		o.Rows = s.rows
	}
	o.Applications, o.Routes, o.Plan = observed.Sorted(s.apps), observed.Sorted(s.routes), s.plan
	return o
}

// comments are what those of a statement say of where it comes from.
type comments struct{ name, place, route []byte }

// commentsOf reads the name that sqlc gives a statement, and tags in a comment at its end or its beginning, as
// sqlcommenter does: key='value',… with values escaped as in a URL.
func commentsOf(sql []byte) (c comments) {
	s := bytes.TrimLeft(sql, " \t\r\n")
	c.name = observed.Name(s)
	end := bytes.TrimRight(sql, " \t\r\n;")
	if bytes.HasSuffix(end, []byte("*/")) {
		if i := bytes.LastIndex(end, []byte("/*")); i >= 0 {
			c.tags(end[i+2 : len(end)-2])
		}
	}
	if bytes.HasPrefix(s, []byte("/*")) {
		if i := bytes.Index(s, []byte("*/")); i >= 0 {
			c.tags(s[2:i])
		}
	}
	return c
}

// tags reads the tags of a comment.
func (c *comments) tags(text []byte) {
	for pair := range bytes.SplitSeq(text, []byte(",")) {
		key, value, ok := bytes.Cut(bytes.TrimSpace(pair), []byte("="))
		value = bytes.Trim(value, "'")
		if !ok || len(value) == 0 || len(value) > 200 {
			continue
		}
		value = unescape(value)
		if i := bytes.Index(value, []byte(".go:")); i > 0 {
			j := i + len(".go:")
			for j < len(value) && '0' <= value[j] && value[j] <= '9' {
				j++
			}
			if j > i+len(".go:") {
				c.place = value[bytes.LastIndexByte(value[:i], ' ')+1 : j]
				continue
			}
		}
		switch string(key) {
		case "route", "action", "controller":
			c.route = value
		}
	}
}

// unescape takes %2F for /, and the backslash from a quote.
func unescape(v []byte) []byte {
	if bytes.IndexByte(v, '%') < 0 && bytes.IndexByte(v, '\\') < 0 {
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		switch {
		case v[i] == '%' && i+2 < len(v) && hexValue(v[i+1]) >= 0 && hexValue(v[i+2]) >= 0:
			out = append(out, byte(hexValue(v[i+1])<<4|hexValue(v[i+2])))
			i += 2
		case v[i] == '\\':
		default:
			out = append(out, v[i])
		}
	}
	return out
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
