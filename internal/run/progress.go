package run

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/sqlvet/sqlvet/internal/cli"
	"github.com/sqlvet/sqlvet/internal/gocmd"
)

// A progress shows on a terminal how many packages are analysed.
type progress struct {
	mu   sync.Mutex
	bar  *progressbar.ProgressBar // nil if nothing is shown
	seen map[string]bool
	quit chan struct{}
}

// newProgress starts to show progress if standard error is a terminal.
func newProgress(c *cli.Command, g *gocmd.Command, opts *Options) *progress {
	p := &progress{seen: make(map[string]bool), quit: make(chan struct{})}
	if !cli.IsTerminal(os.Stderr) {
		return p
	}
	p.bar = cli.NewBar(-1, "reading dependencies", progressbar.OptionShowCount())
	go p.turn()
	go func() {
		// Beside the run: the total is worth having, not waiting for.
		args := append(append([]string{"list", "-e"}, opts.Build...), opts.Patterns...)
		out, err := g.Output(args)
		if total := strings.Count(string(out), "\n"); err == nil && total > 0 {
			p.mu.Lock()
			defer p.mu.Unlock()
			if !p.bar.IsFinished() {
				p.bar.ChangeMax(total)
			}
		}
	}()
	return p
}

// turn keeps the display alive while dependencies are read, of which the go
// command says nothing.
func (p *progress) turn() {
	for {
		select {
		case <-p.quit:
			return
		case <-time.After(200 * time.Millisecond):
			p.mu.Lock()
			if !p.bar.IsFinished() {
				p.bar.RenderBlank()
			}
			p.mu.Unlock()
		}
	}
}

// done counts a package.
func (p *progress) done(pkg string) {
	if p.bar == nil || p.seen[pkg] {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[pkg] = true
	p.bar.Describe(fmt.Sprintf("analysing %s", fit(pkg)))
	p.bar.Add(1)
}

// stop removes the display.
func (p *progress) stop() {
	if p.bar == nil {
		return
	}
	close(p.quit)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Finish()
}

// fit cuts a package path to what fits beside the bar.
func fit(path string) string {
	const width = 30
	if len(path) > width {
		return "…" + path[len(path)-width+1:]
	}
	return fmt.Sprintf("%-*s", width, path)
}
