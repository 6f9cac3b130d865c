package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkEdit measures the time from an edit to its diagnostic, in a module
// of more than 150 packages (golangci-lint's own), with the stock gopls and
// with sqlvet's. The diagnostic is one that both have.
//
//	go test -run '^$' -bench Edit -benchtime 20x
func BenchmarkEdit(b *testing.B) {
	// In turn, so that what else the machine does burdens both. On a busy one
	// the CPU time is the figure to compare.
	b.Run("stock", func(b *testing.B) { edits(b, buildStock) })
	b.Run("sqlvet", func(b *testing.B) { edits(b, buildGopls) })
	b.Run("stock-again", func(b *testing.B) { edits(b, buildStock) })
	b.Run("sqlvet-again", func(b *testing.B) { edits(b, buildGopls) })
}

func edits(b *testing.B, build func() (string, error)) {
	exe, err := build()
	if err != nil {
		b.Fatal(err)
	}
	src, err := command(b, ".", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/golangci/golangci-lint/v2").Output()
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Join(b.TempDir(), "golangci-lint")
	if err := os.CopyFS(dir, os.DirFS(strings.TrimSpace(string(src)))); err != nil {
		b.Fatal(err)
	}
	const name = "pkg/lint/context.go"
	c := connect(b, dir, nil, []string{"GOPLSCACHE=" + filepath.Join(bins, "goplscache")}, exe)
	text := read(b, filepath.Join(dir, name))
	uri := c.open(name)
	wrong := func(i int) string {
		return text + fmt.Sprintf("\nfunc wrong%d() string { return fmt.Sprintf(\"%%d\", \"x\") }\n", i)
	}
	c.edit(uri, wrong(0))
	c.wait(uri, "printf", count(1)) // all is loaded and analysed
	c.edit(uri, text)
	c.wait(uri, "printf", count(0))
	var times []time.Duration
	used := c.cpu()
	for b.Loop() {
		start := time.Now()
		c.edit(uri, wrong(len(times)+1))
		c.wait(uri, "printf", count(1))
		times = append(times, time.Since(start))
		c.edit(uri, text)
		c.wait(uri, "printf", count(0))
	}
	b.ReportMetric(float64((c.cpu()-used).Milliseconds())/float64(2*len(times)), "cpu-ms/edit") // as many edits back
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms/median-edit")
	b.ReportMetric(float64(times[len(times)*9/10].Microseconds())/1000, "ms/p90-edit")
}

// cpu returns the CPU time that the server has used; 0 where /proc does not
// tell.
func (c *client) cpu() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest) // from the third: state
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // at 100 ticks a second
}
