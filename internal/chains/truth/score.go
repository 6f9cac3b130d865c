package truth

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
)

// A Scored is one finisher of a sample, with what it sends, what sqlvet says
// of it, and how the two compare: see verdict.
type Scored struct {
	File    string
	Line    int      // of the name of the method that sends
	Sent    []string `json:"sql"`
	Said    []string `json:"-"`
	Odd     []string `json:"-"` // of those said, what is not sent
	Verdict string   `json:"-"` // right, right with holes, unknown or wrong
}

// Score compares what sqlvet says of a module with its truth.jsonl: one
// finisher a line, with the statements that it was recorded to send.
func Score(sqlvet, module string) ([]Scored, error) {
	f, err := os.Open(filepath.Join(module, "truth.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	says, err := ask(sqlvet, module, []string{"..."})
	if err != nil {
		return nil, err
	}
	var out []Scored
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var s Scored
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return nil, err
		}
		s.judge(slices.DeleteFunc(slices.Clone(says[filepath.Dir(s.File)]), func(q said) bool {
			return q.in != filepath.Base(s.File) || q.Line != s.Line
		}))
		out = append(out, s)
	}
	return out, lines.Err()
}

func (s *Scored) judge(said []said) {
	v := right
	for _, sql := range s.Sent {
		v = max(v, covered(sql, said))
	}
	for _, q := range said {
		s.Said = append(s.Said, q.Text)
		if !slices.ContainsFunc(s.Sent, q.fits) {
			v = wrong
			s.Odd = append(s.Odd, q.Text)
		}
	}
	s.Verdict = v.String()
}
