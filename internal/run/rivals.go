package run

import (
	"slices"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/inventory"
	"github.com/sqlvet/sqlvet/internal/report"
)

// oneOfRivals leaves one of the findings that ask for much the same index of a
// table: each package sees its own queries only, and proposes (a, b) where
// another does (b, a), or (a). The one that is kept names the others' places.
func (c *Collection) oneOfRivals() {
	detail := func(f report.Finding) inventory.Detail { return c.details[findingID{f.Pos, f.Rule, f.Message}] }
	var kept []report.Finding
	for _, f := range c.Findings {
		i := slices.IndexFunc(kept, func(g report.Finding) bool { return f.Rule == g.Rule && rivals(detail(f), detail(g)) })
		if i < 0 {
			kept = append(kept, f)
			continue
		}
		winner, loser := kept[i], f
		if better(detail(f), detail(kept[i])) {
			winner, loser = f, kept[i]
		}
		for _, r := range append([]report.Related{{Pos: loser.Pos, Message: "an index for it serves here, too"}}, loser.Related...) {
			if r.Pos != winner.Pos && !slices.Contains(winner.Related, r) {
				winner.Related = append(winner.Related, r)
			}
		}
		// Details are kept by place and message, which stay.
		kept[i] = winner
	}
	c.Findings = report.Sort(kept)
}

// rivals reports whether two findings ask for indexes of which one will do.
func rivals(a, b inventory.Detail) bool {
	if a.Index == nil || b.Index == nil || a.Index.Rest != b.Index.Rest || !slices.Equal(a.Tables, b.Tables) {
		return false
	}
	return permuted(a.Index.Keys, b.Index.Keys) || begins(a.Index.Keys, b.Index.Keys) || begins(b.Index.Keys, a.Index.Keys)
}

// better reports whether a is the one to keep: the wider index, else the surer
// finding.
func better(a, b inventory.Detail) bool {
	if n, m := len(a.Index.Keys), len(b.Index.Keys); n != m {
		return n > m
	}
	return a.Confidence != config.Likely && b.Confidence == config.Likely
}

func permuted(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func begins(a, with []string) bool { return len(a) > len(with) && slices.Equal(a[:len(with)], with) }
