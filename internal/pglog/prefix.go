package pglog

import (
	"bytes"
	"fmt"
	"strings"
)

// A prefix is a log_line_prefix, as its parts. nil stands for one that is not known: then a
// process number in brackets and app=NAME are looked for.
type prefix struct {
	parts []part
}

// A part is a field, and the text between it and the next one.
type part struct {
	// field is a letter of the format; 0 for the beginning, 'q' for where what is no
	// session ends: both have no value.
	field byte
	until []byte
}

// parsePrefix reads the setting.
func parsePrefix(format string) (*prefix, error) {
	if format == "" {
		return nil, nil
	}
	p := &prefix{parts: []part{{}}}
	for i := 0; i < len(format); i++ {
		last := &p.parts[len(p.parts)-1]
		if format[i] != '%' {
			last.until = append(last.until, format[i])
			continue
		}
		i++
		for i < len(format) && (format[i] == '-' || '0' <= format[i] && format[i] <= '9') {
			i++ // padding
		}
		switch {
		case i >= len(format):
			return nil, fmt.Errorf("log_line_prefix %q ends with %%", format)
		case format[i] == '%':
			last.until = append(last.until, '%')
		case strings.IndexByte("abcdehilLmnpPqQrstuvx", format[i]) >= 0:
			p.parts = append(p.parts, part{field: format[i]})
		default:
			return nil, fmt.Errorf("log_line_prefix %q: there is no %%%c", format, format[i])
		}
	}
	return p, nil
}

// usualPrefixes are tried where none is given: those of documentation, of
// packages, of providers and of pgbadger's pages.
var usualPrefixes = []string{
	"%m [%p] %q[user=%u,db=%d,app=%a] ",
	"%m [%p] %q[user=%u,db=%d,app=%a,client=%h] ",
	"%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
	"%m [%p] user=%u,db=%d,app=%a ",
	"%m [%p] user=%u,db=%d,app=%a,client=%h ",
	"%t [%p]: user=%u,db=%d,app=%a,client=%h ",
	"%t [%p-%l] %q%u@%d ",
	"%t:%r:%u@%d:[%p]:",
	"%m [%p] %q%u@%d/%a ",
	"%m [%p] %q%u@%d %a ",
	"%m [%p] %q%u@%d ",
	"%m [%p] %a ",
	"%m [%p] ",
	"%t [%p] ",
}

// guessPrefix finds out the prefix of the lines of head: one of the usual
// ones that all entries have, or nil.
func guessPrefix(head []byte) *prefix {
	var prefixes [][]byte
	for line := range bytes.Lines(head) {
		if i := bytes.Index(line[:min(len(line), longPrefix)], markLog); i >= 0 && line[0] != '\t' {
			prefixes = append(prefixes, line[:i])
		}
		if len(prefixes) == 200 {
			break
		}
	}
	for _, format := range usualPrefixes {
		p, _ := parsePrefix(format) // Have: they are well formed.
		all := len(prefixes) > 0
		for _, x := range prefixes {
			all = all && p.read(x, new(entry))
		}
		if all {
			return p
		}
	}
	return nil
}

// read takes what the prefix of a line says, and reports whether it is one of
// the form.
func (p *prefix) read(text []byte, e *entry) bool {
	if p == nil {
		guess(text, e)
		return true
	}
	for n, x := range p.parts {
		i := len(text)
		switch {
		case x.field == 'q' && len(text) == 0:
			return true
		case n == len(p.parts)-1 && x.field == 'q':
			i = 0 // what follows is a session's, and all of it
		case n == len(p.parts)-1:
			if i -= len(x.until); i < 0 || !bytes.Equal(text[i:], x.until) {
				return false
			}
		default:
			from := 0
			if x.field == 'm' || x.field == 't' || x.field == 's' {
				// Have: these hold spaces and colons: a date, a time, a zone.
				from = min(len("2006-01-02 15:04:05 "), len(text))
			}
			if i = bytes.Index(text[from:], x.until); i < 0 {
				return false
			}
			i += from
		}
		value := text[:i]
		text = text[min(i+len(x.until), len(text)):]
		if !x.take(value, e) {
			return false
		}
	}
	return len(text) == 0
}

// take takes the value of a field, and reports whether it can be one.
func (x part) take(value []byte, e *entry) bool {
	switch x.field {
	case 0, 'q':
		return len(value) == 0
	case 'p':
		if value = bytes.TrimSpace(value); !digits(value) {
			return false
		}
		if e.session == 0 {
			e.session = sessionID(value)
		}
	case 'c':
		e.session = sessionID(value)
	case 'a':
		e.app = append(e.app[:0], bytes.TrimSpace(value)...)
	case 'm', 't':
		return len(value) >= len("2006-01-02 15:04:05") && value[4] == '-' && value[13] == ':' && bytes.IndexByte(value, '[') < 0
	}
	return true
}

// guess takes what a prefix of a form that is not known says.
func guess(text []byte, e *entry) {
	e.session = sessionID(process(text))
	e.app = append(e.app[:0], application(text)...)
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// process finds the number of a process: in brackets, or behind pid=.
func process(text []byte) []byte {
	for _, mark := range []string{"[", "pid=", "process="} {
		rest := text
		for {
			i := bytes.Index(rest, []byte(mark))
			if i < 0 {
				break
			}
			rest = rest[i+len(mark):]
			j := 0
			for j < len(rest) && '0' <= rest[j] && rest[j] <= '9' {
				j++
			}
			if j > 0 {
				return rest[:j]
			}
		}
	}
	return nil
}

// application finds the name behind app=.
func application(text []byte) []byte {
	for _, mark := range []string{"app=", "application=", "application_name="} {
		if i := bytes.Index(text, []byte(mark)); i >= 0 {
			rest := text[i+len(mark):]
			if j := bytes.IndexAny(rest, ",]) "); j >= 0 {
				rest = rest[:j]
			}
			return rest
		}
	}
	return nil
}
