// Package pglog answers what statements a server's log holds, how often each
// ran and for how long: Read. It takes what PostgreSQL writes to stderr with any
// log_line_prefix (also by way of syslog), its csvlog and its jsonlog, compressed or not, of
// log_min_duration_statement, of log_statement with log_duration, and of
// auto_explain.
//
// A log is a stream of any bytes: what is broken, cut short or of another
// program costs the lines that it is on. Memory grows with the number of
// different statements and is bounded (table.go). Literals are taken from the
// texts as they are read, but for one sample of each statement, which a parser must see.
package pglog

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/sqlvet/sqlvet/internal/observed"
)

// Options say how logs are read.
type Options struct {
	// Prefix is the server's log_line_prefix; "" to find it out.
	Prefix string
	// Progress is called now and then, by several goroutines, with the number of bytes that
	// were read since the last call.
	Progress func(bytes int64)
	// Workers is how many files are read at a time; 0 for one a processor.
	Workers int
}

// Read reads log files, and returns what all of them hold together. A file that cannot be
// read is a note, if another one can be.
func Read(paths []string, o Options) (*observed.Load, error) {
	prefix, err := parsePrefix(o.Prefix)
	if err != nil {
		return nil, err
	}
	results := make([]*reader, len(paths))
	failed := make([]error, len(paths))
	var wg sync.WaitGroup
	slots := make(chan struct{}, cmp.Or(o.Workers, runtime.GOMAXPROCS(0)))
	for i, path := range paths {
		wg.Add(1)
		go func() {
			defer wg.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			r := newReader(prefix)
			failed[i] = r.file(path, o.Progress)
			results[i] = r
		}()
	}
	wg.Wait()
	m := newMerger()
	var notes []string
	for i, r := range results {
		if failed[i] != nil {
			notes = append(notes, failed[i].Error())
		}
		notes = append(notes, r.notes(paths[i])...)
		m.add(r)
	}
	if len(m.list) == 0 {
		if err := errors.Join(failed...); err != nil {
			return nil, err
		}
	}
	load := m.load()
	load.Notes = notes
	return load, nil
}

// A reader reads one file.
type reader struct {
	prefix   *prefix // given, or found out; nil if not known yet
	table    *table
	sessions *sessions
	e        entry
	form     form
	wrapped  bool // stderr's form, by way of syslog

	first, last time.Time // of entries
	when        []byte    // the text with the time of the entry read last
	entries     int64     // with a severity that is known
	timed       int64     // with a statement and a duration
	lost        int64     // durations whose statement is not known
	broken      int64     // lines that are no entry
	cut         int64     // entries that were too long to keep
	bytes       int64
}

func newReader(p *prefix) *reader {
	r := &reader{prefix: p, table: newTable()}
	r.sessions = &sessions{table: r.table, byID: make(map[uint64]*session)}
	return r
}

// A form is one of those that PostgreSQL writes logs in.
type form uint8

const (
	formStderr form = iota
	formCSV
	formJSON
)

func (f form) String() string { return [...]string{"stderr", "csvlog", "jsonlog"}[f] }

const bufferSize = 1 << 18

// file reads a file to its end, or to where it cannot be read.
func (r *reader) file(path string, progress func(int64)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a directory, not a log", path)
	}
	var in io.Reader = &counting{f, progress}
	b := bufio.NewReaderSize(in, bufferSize)
	if magic, _ := b.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		b = bufio.NewReaderSize(z, bufferSize)
	}
	if err := r.read(b); err != nil {
		return fmt.Errorf("%s: read up to byte %d of its text: %w", path, r.bytes, err)
	}
	return nil
}

// read reads a log to its end.
func (r *reader) read(b *bufio.Reader) error {
	head, err := b.Peek(1 << 16)
	if err != nil && err != io.EOF && len(head) == 0 {
		return err
	}
	r.form = formOf(head)
	r.wrapped = r.form == formStderr && isWrapped(head)
	if r.form == formStderr && r.prefix == nil {
		if r.wrapped {
			head = unwrapped(head)
		}
		r.prefix = guessPrefix(head)
	}
	l := &lines{in: b, read: &r.bytes}
	switch r.form {
	case formCSV:
		err = r.csv(l)
	case formJSON:
		err = r.json(l)
	default:
		err = r.stderr(l)
	}
	r.cut += l.cut
	r.last = timeIn(r.when)
	return err
}

// notes says what is wrong with what was read, a line each.
func (r *reader) notes(path string) (out []string) {
	say := func(format string, args ...any) { out = append(out, path+": "+fmt.Sprintf(format, args...)) }
	switch {
	case r.bytes == 0:
		say("it is empty")
	case r.entries == 0:
		say("no log of PostgreSQL: none of its lines is an entry of one")
	case r.timed == 0 && r.lost == 0:
		say("no statement with a duration in it: is log_min_duration_statement off, or lc_messages not English?")
	case r.timed == 0:
		say("%d durations without a statement: log_min_duration_statement = 0 logs both (and log_line_prefix needs %%p)", r.lost)
	}
	if r.entries > 0 && r.broken > 0 {
		say("%d lines are no part of an entry", r.broken)
	}
	if r.cut > 0 {
		say("%d lines were too long, and are known in part", r.cut)
	}
	if r.table.dropped > 0 {
		say("more than %d different statements: %d calls of the rest are summed up as one", maxStatements, r.table.dropped)
	}
	return out
}

// counting reports what is read.
type counting struct {
	io.Reader
	progress func(int64)
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.progress != nil {
		c.progress(int64(n))
	}
	return n, err
}

// A merger puts the tables of several files together.
type merger struct {
	byKey       map[string]*statement
	list        []*statement
	of          map[*statement]*statement // of a file to that of the whole
	first, last time.Time
}

func newMerger() *merger {
	return &merger{byKey: make(map[string]*statement), of: make(map[*statement]*statement)}
}

func (m *merger) add(r *reader) {
	if !r.first.IsZero() && (m.first.IsZero() || r.first.Before(m.first)) {
		m.first = r.first
	}
	if r.last.After(m.last) {
		m.last = r.last
	}
	for _, s := range r.table.list {
		if s.calls == 0 && s.total == 0 {
			continue // logged without a duration
		}
		to := m.byKey[s.key]
		if to == nil {
			to = s
			m.byKey[s.key] = to
			m.list = append(m.list, to)
		} else {
			to.merge(s)
		}
		m.of[s] = to
	}
	for _, s := range r.table.list {
		to := m.of[s]
		for other, n := range s.after {
			if from := m.of[other]; to != nil && from != nil && (to != s || from != other) {
				if to == s {
					delete(s.after, other)
				}
				to.follow(from, n.runs, n.calls)
			}
		}
	}
}

// load makes the result.
func (m *merger) load() *observed.Load {
	load := &observed.Load{From: m.first, Until: m.last, Each: true}
	of := make(map[*statement]*observed.Statement, len(m.list))
	for _, s := range m.list {
		o := s.observed()
		of[s] = o
		load.Statements = append(load.Statements, o)
	}
	for _, s := range m.list {
		for other, n := range s.after {
			if from := of[other]; from != nil && n.calls > n.runs {
				of[s].Follows = append(of[s].Follows, observed.Follow{Of: from, Runs: n.runs, Calls: n.calls})
			}
		}
		slices.SortFunc(of[s].Follows, func(a, b observed.Follow) int {
			return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Of.Text, b.Of.Text))
		})
	}
	load.Sort()
	return load
}
