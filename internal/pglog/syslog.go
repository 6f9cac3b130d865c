package pglog

import (
	"bytes"
	"regexp"
)

// This file reads what syslog has put around PostgreSQL's lines. PostgreSQL hands it
// each line of an entry by itself, and long ones in pieces that are cut before a
// space; [number-part] says what belongs together.

// A wrapped is one such line.
type wrapped struct {
	process, number []byte
	first           bool   // of its entry
	text            []byte // PostgreSQL's own
}

// header is the end of what syslog writes, in its old form and in that of RFC 5424, and
// PostgreSQL's number of the entry.
var header = regexp.MustCompile(`(?:\[(\d+)\]:|\s(\d+) (?:\S+ )?-) \[(\d+)-(\d+)\] ?`)

// unwrap reads a line of syslog; ok is false if it is none of PostgreSQL's.
func unwrap(line []byte) (w wrapped, ok bool) {
	m := header.FindSubmatchIndex(line[:min(len(line), longPrefix)])
	if m == nil {
		return w, false
	}
	part := func(i int) []byte {
		if m[2*i] < 0 {
			return nil
		}
		return line[m[2*i]:m[2*i+1]]
	}
	w.process = part(1)
	if w.process == nil {
		w.process = part(2)
	}
	w.number, w.first, w.text = part(3), string(part(4)) == "1", line[m[1]:]
	return w, true
}

// isWrapped reports whether the first line of a log that is an entry of PostgreSQL's
// comes from syslog.
func isWrapped(head []byte) bool {
	for line := range bytes.Lines(head) {
		if bytes.Contains(line, markLog) || other(line) {
			w, ok := unwrap(line)
			return ok && w.first
		}
	}
	return false
}

// unwrapped returns the lines of a text without what syslog has put around them.
func unwrapped(head []byte) (out []byte) {
	for line := range bytes.Lines(head) {
		if w, ok := unwrap(line); ok && w.first {
			out = append(out, w.text...)
		}
	}
	return out
}

// continues adds a further line of an entry to its message: a new line of the message
// begins with a tab, which some write as #011, all else is the rest of the line before.
func (w wrapped) continues(message []byte) []byte {
	for _, tab := range [...]string{"\t", "#011"} {
		if rest, ok := bytes.CutPrefix(w.text, []byte(tab)); ok {
			message = append(message, '\n')
			return append(message, bytes.ReplaceAll(rest, []byte("#011"), []byte("\t"))...)
		}
	}
	return append(message, w.text...)
}
