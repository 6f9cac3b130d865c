package pglog

import (
	"bytes"
	"hash/maphash"
	"io"
	"regexp"
	"time"
)

// maxMessage is how many bytes of a message are kept.
const maxMessage = 1 << 20

var markLog = []byte("LOG:  ")

// marks are what stands between prefix and message of the other lines.
var marks = [][]byte{
	[]byte("DETAIL:  "), []byte("STATEMENT:  "), []byte("ERROR:  "), []byte("HINT:  "), []byte("CONTEXT:  "), []byte("WARNING:  "),
	[]byte("FATAL:  "), []byte("NOTICE:  "), []byte("INFO:  "), []byte("PANIC:  "), []byte("QUERY:  "), []byte("LOCATION:  "), []byte("DEBUG"),
}

// longPrefix is how many bytes of a line are searched for its severity.
const longPrefix = 400

// stderr reads what PostgreSQL writes to the standard error output: entries of
// one or more lines, of which all but the first begin with a tab.
func (r *reader) stderr(l *lines) error {
	var message []byte // of the entry at hand
	open := false      // it is one of the severity LOG
	known := false     // the line before is part of an entry
	r.e = entry{}
	flush := func() {
		if open {
			r.e.message = message
			r.handle(&r.e)
		}
		open = false
	}
	defer flush()
	var process, number []byte // of the entry at hand, from syslog
	for {
		line, err := l.next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if r.wrapped {
			w, ok := unwrap(line)
			if !ok {
				continue // another program's
			}
			if !w.first {
				switch same := bytes.Equal(w.process, process) && bytes.Equal(w.number, number); {
				case !same:
					r.broken++ // another process has come in between
				case open && len(message)+len(w.text) < maxMessage:
					message = w.continues(message)
				}
				continue
			}
			line, process, number = w.text, append(process[:0], w.process...), append(number[:0], w.number...)
		}
		if len(line) > 0 && line[0] == '\t' || len(line) == 0 && open {
			if open && len(message)+len(line) < maxMessage {
				message = append(message, '\n')
				message = append(message, line[min(1, len(line)):]...)
			}
			if !known {
				r.broken++
			}
			continue
		}
		head := line[:min(len(line), longPrefix)]
		i := bytes.Index(head, markLog)
		if i < 0 {
			flush()
			if known = other(head); known {
				r.entries++
			} else {
				r.broken++
			}
			continue
		}
		flush()
		r.entries++
		open, known = true, true
		prefix := line[:i]
		text := line[i+len(markLog):]
		message = append(message[:0], text[:min(len(text), maxMessage)]...)
		r.e.session, r.e.app = 0, r.e.app[:0]
		if !r.prefix.read(prefix, &r.e) {
			guess(prefix, &r.e) // a line of another setting
		}
		if r.wrapped && r.e.session == 0 {
			r.e.session = sessionID(process)
		}
		r.seen(prefix)
	}
}

// other reports whether a line is an entry of another severity, or a field of
// one.
func other(head []byte) bool {
	for _, m := range marks {
		if bytes.Contains(head, m) {
			return true
		}
	}
	return false
}

var moment = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d`)

// seen notes the text that has the time of an entry: of all but the first and
// the last, nobody asks.
func (r *reader) seen(text []byte) {
	if r.first.IsZero() {
		r.first = timeIn(text)
	}
	r.when = append(r.when[:0], text[:min(len(text), 64)]...)
}

// timeIn returns the time in a text, zero if there is none.
func timeIn(text []byte) time.Time {
	m := moment.Find(text)
	if m == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.DateTime, string(m[:10])+" "+string(m[11:]))
	if err != nil {
		return time.Time{}
	}
	return t
}

var seed = maphash.MakeSeed()

// sessionID is what a session is known by: its process, or what the log calls
// it.
func sessionID(name []byte) uint64 {
	if len(name) == 0 {
		return 0
	}
	return maphash.Bytes(seed, name) | 1
}
