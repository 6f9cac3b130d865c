package observed

import "bytes"

// Name reads the name that sqlc writes before a statement, "-- name: Name :kind", out
// of its text; it is empty if there is none.
func Name[T ~string | ~[]byte](sql T) T {
	s := bytes.TrimLeft([]byte(sql), " \t\r\n")
	rest, ok := bytes.CutPrefix(s[:min(len(s), 200)], []byte("-- name:"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	if f := bytes.Fields(line); ok && len(f) > 0 {
		return T(f[0])
	}
	return T([]byte{})
}
