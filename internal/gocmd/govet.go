// Package gocmd calls the go command, with this binary as its vet tool or for
// lists of packages, tells what it failed on, and ends it and its children when
// this process is told to end.
package gocmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/sqlvet/sqlvet/internal/report"
)

// A Command runs the go command with this binary as the vet tool.
type Command struct {
	Dir   string   // where it runs; "" for the current directory
	exe   string   // the go command
	self  string   // this binary
	flags []string // the vet tool's and the go command's, the same for each run
	notes io.Writer
}

// New returns the go command on PATH; flags are given to each go vet, and what is
// no failure goes to notes. It fails if this binary cannot read that Go's code.
func New(notes io.Writer, flags []string) (*Command, error) {
	exe, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("no go command on PATH: sqlvet needs Go installed (https://go.dev/dl)")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	// If it cannot be told, go vet says why.
	goVersion, _ := exec.Command(exe, "env", "GOVERSION").Output()
	if err := TooOld(string(goVersion)); err != nil {
		return nil, err
	}
	return &Command{exe: exe, self: self, flags: flags, notes: notes}, nil
}

// Vet runs go vet on the packages with the extra flags, and passes its
// standard output to read while it runs. It returns what went wrong, as the
// go command tells it; ok is false if its exit code says that something did.
func (g *Command) Vet(extra, packages []string, read func(io.Reader) error) (failures []report.Failure, ok bool, err error) {
	args := append([]string{"vet", "-vettool=" + g.self}, extra...)
	args = append(append(args, g.flags...), packages...)
	cmd := exec.Command(g.exe, args...)
	cmd.Dir = g.Dir
	lines := &failureWriter{notes: g.notes}
	cmd.Stderr = lines
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, false, err
	}
	wait, err := start(cmd)
	if err != nil {
		return nil, false, err
	}
	readErr := read(out)
	io.Copy(io.Discard, out) // so that it can end
	err = wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return nil, false, err
	}
	if readErr != nil {
		return nil, false, fmt.Errorf("reading go vet's output: %v", readErr)
	}
	return lines.failures(), err == nil, nil
}

// Output runs the go command and returns its standard output.
func (g *Command) Output(args []string) ([]byte, error) {
	var out bytes.Buffer
	cmd := exec.Command(g.exe, args...)
	cmd.Dir = g.Dir
	cmd.Stdout = &out
	wait, err := start(cmd)
	if err != nil {
		return nil, err
	}
	err = wait()
	return out.Bytes(), err
}

// List returns the packages that match the patterns. Nil, and no error, if the
// go command cannot tell: go vet says why.
func (g *Command) List(build, patterns []string) (map[string]bool, error) {
	out, err := g.Output(append(append([]string{"list", "-e"}, build...), patterns...))
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return nil, err
	} else if err != nil {
		return nil, nil
	}
	set := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		set[strings.TrimSpace(line)] = true
	}
	return set, nil
}

// Complete lists the packages that match the patterns and that have no error
// that keeps the go command from analysing anything, such as a syntax error or
// an import that is not there; broken is how many have one.
func (g *Command) Complete(build, patterns []string) (whole []string, broken int, err error) {
	args := append([]string{"list", "-e", "-f", "{{.Incomplete}} {{.ImportPath}}"}, build...)
	out, err := g.Output(append(args, patterns...))
	if err != nil {
		return nil, 0, err
	}
	for line := range strings.Lines(string(out)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "false "); ok {
			whole = append(whole, path)
		} else {
			broken++
		}
	}
	return whole, broken, nil
}

// A failureWriter takes the go command's standard error apart.
type failureWriter struct {
	notes    io.Writer // gets at once what is no failure: downloads take time
	rest     string    // an unfinished line
	pkg      string    // of the lines that follow
	warnings []string
	list     []report.Failure
}

func (w *failureWriter) Write(p []byte) (int, error) {
	w.rest += string(p)
	for {
		line, rest, ok := strings.Cut(w.rest, "\n")
		if !ok {
			return len(p), nil
		}
		w.rest = rest
		w.line(line)
	}
}

func (w *failureWriter) line(line string) {
	switch {
	case strings.HasPrefix(line, "go: downloading "):
		fmt.Fprintln(w.notes, line)
	case strings.HasPrefix(line, "go: warning: "):
		w.warnings = append(w.warnings, strings.TrimPrefix(line, "go: warning: "))
	case line == "no packages to vet" && len(w.warnings) > 0:
		// Have: no pattern matched anything.
		w.list = append(w.list, report.Failure{Message: strings.Join(w.warnings, "; ")})
		w.warnings = nil
	case strings.HasPrefix(line, "# ["):
		// Of cgo or the vet tool: the line before named the package.
	case strings.HasPrefix(line, "# "):
		w.pkg, _, _ = strings.Cut(line[len("# "):], " ")
	case strings.TrimSpace(line) == "":
	default:
		line = withRemedy(strings.TrimPrefix(line, "vet: "))
		// Lines of one package are one failure; so are an error's lines.
		if n := len(w.list); n > 0 && w.list[n-1].Package == w.pkg && (w.pkg != "" || strings.HasPrefix(line, "\t")) {
			w.list[n-1].Message += "\n" + line
			return
		}
		w.list = append(w.list, report.Failure{Package: w.pkg, Message: line})
	}
}

func (w *failureWriter) failures() []report.Failure {
	if w.rest != "" {
		w.line(w.rest)
		w.rest = ""
	}
	for _, warning := range w.warnings {
		fmt.Fprintf(w.notes, "sqlvet: %s\n", warning)
	}
	return w.list
}
