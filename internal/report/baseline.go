package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A Baseline is the findings that a code base had when it began to use
// sqlvet, by their fingerprints.
type Baseline struct {
	Version  int   `json:"version"` // 1
	Findings []Old `json:"findings"`
}

// Old is a finding of a baseline. All but the fingerprint is for readers.
type Old struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Package     string `json:"package"`
	Func        string `json:"func,omitempty"`
}

// NewBaseline returns the baseline of findings with fingerprints.
func NewBaseline(findings []Finding) *Baseline {
	b := &Baseline{Version: 1}
	for _, f := range findings {
		b.Findings = append(b.Findings, Old{f.Fingerprint, f.Rule, f.Package, f.Func})
	}
	return b
}

// ReadBaseline reads what Write has written.
func ReadBaseline(r io.Reader) (*Baseline, error) {
	b := new(Baseline)
	d := json.NewDecoder(r)
	if err := d.Decode(b); err != nil {
		return nil, err
	}
	if b.Version != 1 {
		return nil, fmt.Errorf("version %d is not known, want 1", b.Version)
	}
	return b, nil
}

// Write prints the baseline with one finding a line, so that a version
// control system shows and merges changes well.
func (b *Baseline) Write(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "{\"version\": %d, \"findings\": [", b.Version)
	for i, f := range b.Findings {
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n" + string(line))
	}
	out.WriteString("\n]}\n")
	_, err := io.WriteString(w, out.String())
	return err
}

// Split returns the findings that are not in the baseline, and how many of
// the baseline's are no more.
func (b *Baseline) Split(findings []Finding) (fresh []Finding, gone int) {
	left := make(map[string]int)
	for _, f := range b.Findings {
		left[f.Fingerprint]++
	}
	gone = len(b.Findings)
	for _, f := range findings {
		if left[f.Fingerprint] > 0 {
			left[f.Fingerprint]--
			gone--
			continue
		}
		fresh = append(fresh, f)
	}
	return fresh, gone
}
