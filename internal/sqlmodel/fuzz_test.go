package sqlmodel

import (
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// FuzzParse checks that no text and no holes make the model panic or point
// outside the text.
func FuzzParse(f *testing.F) {
	for _, file := range goldenFiles(f) {
		for _, g := range readGolden(f, file) {
			f.Add(g.sql, string(g.frag), uint16(g.style))
		}
	}
	f.Fuzz(func(t *testing.T, sql, frag string, style uint16) {
		if len(sql) > 5000 {
			return
		}
		src := source(sql)
		res := Parse(src, sqlscan.Fragment(frag), sqlscan.Style(style))
		for _, msg := range checkRanges(src.Text, res) {
			t.Errorf("%q: %s", sql, msg)
		}
		if res.Err != nil && len(res.Statements) > 0 {
			t.Errorf("%q: both an error and statements", sql)
		}
		dump(src.Text, res)
	})
}
