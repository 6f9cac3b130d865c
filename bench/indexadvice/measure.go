package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
)

// measure measures a tool's suggestions, or takes what was measured of the
// very same indexes, statements and database before: building an index takes
// longer than everything else.
func (b *bench) measure(p *prepared, tool string, list []score.Suggestion) (*score.Measurement, error) {
	key, err := fingerprint(p, list)
	if err != nil {
		return nil, err
	}
	folder := b.path(p.name, "measured")
	file := filepath.Join(folder, key+".json")
	text, err := os.ReadFile(file)
	if err == nil {
		m := &score.Measurement{}
		err := json.Unmarshal(text, m)
		m.Tool = tool
		return m, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	m, err := score.Measure(p.Session, p.good, tool, list)
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(m); err != nil {
		return nil, err
	}
	return m, errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(file, text, 0o644))
}

// fingerprint identifies what a measurement depends on. A database that was
// loaded anew has another OID, and other values in its statements.
func fingerprint(p *prepared, list []score.Suggestion) (string, error) {
	var database string
	if err := p.Scan("SELECT (SELECT system_identifier FROM pg_control_system()) || ' ' || oid FROM pg_database WHERE datname = current_database()", &database); err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, database)
	for _, q := range p.good {
		fmt.Fprintf(h, "%s\x00%s\x00", q.Name, q.Text)
	}
	for _, x := range list {
		fmt.Fprintf(h, "%s\x00", x.Def)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:12]), nil
}
