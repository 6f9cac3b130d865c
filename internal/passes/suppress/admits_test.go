package suppress

import (
	"go/token"
	"testing"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/passes/settings"
)

// Two rules may leave the same call to the link step, without a message yet:
// each of them is asked for itself.
func TestAdmitsEachRule(t *testing.T) {
	r := &Result{Result: &settings.Result{Config: new(config.Config)}, reported: make(map[identity]bool), fset: token.NewFileSet()}
	for _, rule := range []string{"nplusone", "txsideeffect"} {
		if why := r.admit(Finding{Rule: rule, Pos: 7}); why != "" {
			t.Errorf("%s: not admitted: %s", rule, why)
		}
	}
	if why := r.admit(Finding{Rule: "nplusone", Pos: 7}); why != alreadyReported {
		t.Errorf("the second of nplusone: %q, want %q", why, alreadyReported)
	}
}
