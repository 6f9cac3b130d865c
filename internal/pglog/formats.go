package pglog

import (
	"bytes"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// formOf tells the form of a log by its beginning.
func formOf(head []byte) form {
	for line := range bytes.Lines(head) {
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case line[0] == '{':
			return formJSON
		case beginsRecord(line):
			return formCSV
		default:
			if bytes.Contains(line, markLog) || other(line) {
				return formStderr
			}
		}
	}
	return formStderr
}

// beginsRecord reports whether a line begins a record of a csvlog: a time with
// milliseconds and zone, and a comma.
func beginsRecord(line []byte) bool {
	const layout = "2006-01-02 15:04:05.000 "
	if len(line) < len(layout)+2 {
		return false
	}
	for i := range len(layout) {
		c, want := line[i], layout[i]
		if '0' <= want && want <= '9' {
			if c < '0' || c > '9' {
				return false
			}
		} else if c != want {
			return false
		}
	}
	i := bytes.IndexByte(line[:min(len(line), len(layout)+10)], ',')
	return i > 0
}

// The columns of a csvlog; later versions added some at the end.
const (
	csvTime     = 0
	csvProcess  = 3
	csvSession  = 5
	csvSeverity = 11
	csvMessage  = 13
	csvApp      = 22
)

// csv reads a csvlog. A record that is not closed ends where the next one
// begins.
func (r *reader) csv(l *lines) error {
	var record []byte
	quotes, open := 0, false
	flush := func() {
		if open && quotes%2 == 0 {
			r.record(record)
		} else if open {
			r.broken++
		}
		record, quotes, open = record[:0], 0, false
	}
	for {
		line, err := l.next()
		if err == io.EOF {
			flush()
			return nil
		} else if err != nil {
			flush()
			return err
		}
		starts := beginsRecord(line)
		switch {
		case starts:
			flush()
			open = true
		case !open:
			r.broken++
			continue
		default:
			record = append(record, '\n')
		}
		quotes += bytes.Count(line, []byte{'"'})
		if len(record)+len(line) < 2*maxMessage {
			record = append(record, line...)
		} else if open {
			r.cut++
			open = false // what it is about stands at its end
		}
		if open && quotes%2 == 0 {
			flush()
		}
	}
}

// record reads a record of a csvlog. It unquotes in place.
func (r *reader) record(text []byte) {
	var fields [csvApp + 1][]byte
	n := 0
	for i := 0; n < len(fields) && i <= len(text); n++ {
		if i < len(text) && text[i] == '"' {
			from, to := i+1, i+1
			for i++; i < len(text); i++ {
				if text[i] == '"' {
					if i+1 >= len(text) || text[i+1] != '"' {
						break
					}
					i++
				}
				text[to] = text[i]
				to++
			}
			fields[n] = text[from:to]
			i += 2 // the quote and the comma
			continue
		}
		j := bytes.IndexByte(text[i:], ',')
		if j < 0 {
			j = len(text) - i
		}
		fields[n] = text[i : i+j]
		i += j + 1
	}
	if n <= csvMessage {
		r.broken++
		return
	}
	r.entries++
	r.seen(fields[csvTime])
	if string(fields[csvSeverity]) != "LOG" {
		return
	}
	r.e.session, r.e.app, r.e.message = sessionID(fields[csvSession]), fields[csvApp], fields[csvMessage]
	r.handle(&r.e)
}

// json reads a jsonlog: an object a line.
func (r *reader) json(l *lines) error {
	for {
		line, err := l.next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if len(line) > 0 {
			r.object(line)
		}
	}
}

// object reads a line of a jsonlog. It unquotes in place.
func (r *reader) object(text []byte) {
	var severity, session, pid, message, app, moment []byte
	i := 0
	if text[0] != '{' {
		r.broken++
		return
	}
	for i = 1; i < len(text) && text[i] != '}'; {
		if text[i] == ',' || text[i] == ' ' {
			i++
			continue
		}
		key, next, ok := jsonString(text, i)
		if !ok || next >= len(text) || text[next] != ':' {
			break
		}
		var value []byte
		if i = next + 1; i < len(text) && text[i] == '"' {
			if value, i, ok = jsonString(text, i); !ok && string(key) != "message" {
				break
			}
		} else {
			j := i
			for j < len(text) && text[j] != ',' && text[j] != '}' {
				j++
			}
			value, i = text[i:j], j
		}
		switch string(key) {
		case "timestamp":
			moment = value
		case "pid":
			pid = value
		case "session_id":
			session = value
		case "error_severity":
			severity = value
		case "message":
			message = value
		case "application_name":
			app = value
		}
	}
	if severity == nil {
		r.broken++
		return
	}
	r.entries++
	r.seen(moment)
	if string(severity) != "LOG" {
		return
	}
	if session == nil {
		session = pid
	}
	r.e.session, r.e.app, r.e.message = sessionID(session), app, message
	r.handle(&r.e)
}

// jsonString returns the string at i, which it unquotes in place, and the
// offset after it. A string that does not end is what there is of it.
func jsonString(text []byte, i int) (value []byte, next int, ok bool) {
	if text[i] != '"' {
		return nil, i, false
	}
	from := i + 1
	j := bytes.IndexByte(text[from:], '"')
	if j >= 0 && bytes.IndexByte(text[from:from+j], '\\') < 0 {
		return text[from : from+j], from + j + 1, true
	}
	to := from
	for i = from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return text[from:to], i + 1, true
		case c == '\\' && i+1 < len(text):
			i++
			switch text[i] {
			case 'n':
				text[to] = '\n'
			case 't':
				text[to] = '\t'
			case 'r':
				text[to] = '\r'
			case 'b', 'f':
				text[to] = ' '
			case 'u':
				n := 0
				to, n = unicodeEscape(text, to, i)
				i += n
				continue
			default:
				text[to] = text[i]
			}
			to++
		default:
			text[to] = c
			to++
		}
	}
	return text[from:to], len(text), false
}

// unicodeEscape writes the character of uXXXX at i to offset to, and returns
// the offset behind it and how many bytes after the u were read.
func unicodeEscape(text []byte, to, i int) (int, int) {
	read := func(i int) rune {
		if i+5 > len(text) || text[i] != 'u' {
			return -1
		}
		n := rune(0)
		for _, c := range text[i+1 : i+5] {
			v := hexValue(c)
			if v < 0 {
				return -1
			}
			n = n<<4 | rune(v)
		}
		return n
	}
	c := read(i)
	if c < 0 {
		text[to] = 'u'
		return to + 1, 0
	}
	n := 4
	if utf16.IsSurrogate(c) && i+6 < len(text) && text[i+5] == '\\' {
		if low := read(i + 6); low >= 0 {
			c, n = utf16.DecodeRune(c, low), 10
		}
	}
	// Have: six bytes or more of text become four or fewer.
	return to + utf8.EncodeRune(text[to:to+utf8.UTFMax], c), n
}
