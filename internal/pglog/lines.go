package pglog

import (
	"bufio"
	"io"
)

// lines reads lines of any length: of one that is longer than the buffer of
// in, its beginning.
type lines struct {
	in   *bufio.Reader
	read *int64 // bytes
	cut  int64  // lines that are not whole
}

// next returns a line without its end, valid until the next call. The error
// is io.EOF after the last one.
func (l *lines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	*l.read += int64(len(line))
	switch {
	case err == bufio.ErrBufferFull:
		l.cut++
		// ReadSlice returns a part of the buffer, which the next read overwrites.
		line = append([]byte(nil), line...)
		for err == bufio.ErrBufferFull {
			var more []byte
			more, err = l.in.ReadSlice('\n')
			*l.read += int64(len(more))
		}
		if err == io.EOF {
			err = nil
		}
		return line, err
	case err != nil && len(line) == 0:
		return nil, err
	case err != nil && err != io.EOF:
		return line, nil // the error comes again
	}
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
	}
	if n > 0 && line[n-1] == '\r' {
		n--
	}
	return line[:n], nil
}
