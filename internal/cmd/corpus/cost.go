package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A spent is what one run cost.
type spent struct {
	cpu    time.Duration // user and system, of all processes
	memory int64         // bytes: the largest process
	out    []byte
}

// A bench runs commands in a module with a build cache of its own.
type bench struct {
	dir, cache string
	env        []string // besides the process's own
}

// run runs a command; findings are no failure.
func (b *bench) run(ctx context.Context, exe string, args ...string) (spent, error) {
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Dir = b.dir
	cmd.Env = append(append(environment(), "GOCACHE="+b.cache, "GOFLAGS=-mod=mod"), b.env...)
	killGroup(cmd)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); ctx.Err() != nil || err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 2 || exit.ExitCode() < 0) {
		return spent{}, fmt.Errorf("%s: %v: %s", exe, cmp.Or(ctx.Err(), err), stderr.Bytes())
	}
	return spent{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak(cmd.ProcessState), out.Bytes()}, nil
}

// median returns the middle of the costs by CPU, and the median of the peaks.
func median(list []spent) (time.Duration, int64) {
	var cpu []time.Duration
	var memory []int64
	for _, s := range list {
		cpu, memory = append(cpu, s.cpu), append(memory, s.memory)
	}
	slices.Sort(cpu)
	slices.Sort(memory)
	return cpu[len(cpu)/2], memory[len(memory)/2]
}

// costCommand compares what sqlvet costs with what plain go vet does: cold, that is
// with an empty build cache, warm, and after one file has changed.
func costCommand(ctx context.Context, args []string, stdout, notes io.Writer) error {
	var s scratch
	flags := flag.NewFlagSet("cost", flag.ContinueOnError)
	flags.SetOutput(notes)
	s.flags(flags)
	n := flags.Int("n", 3, "runs of each, alternating; medians are printed")
	grow := flags.String("grow", "", "comma-separated numbers of packages: CPU per package of generated modules")
	if err := flags.Parse(args); err != nil {
		return err
	}
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	if flags.NArg() > 0 {
		fmt.Fprintln(stdout, "| module | | go vet CPU | sqlvet CPU | ratio | go vet peak | sqlvet peak | ratio |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	}
	for _, dir := range flags.Args() {
		if err := w.cost(ctx, stdout, dir, *n); err != nil {
			return err
		}
	}
	if *grow != "" {
		return w.growth(ctx, stdout, strings.Split(*grow, ","))
	}
	return nil
}

func (w *opened) cost(ctx context.Context, out io.Writer, module string, n int) error {
	name := filepath.Base(module)
	tree := filepath.Join(w.dir, name)
	if err := copyTree(tree, module); err != nil {
		return err
	}
	edited, err := someFile(tree)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(edited)
	if err != nil {
		return err
	}
	tools := [2][]string{{"go", "vet", "./..."}, {w.exe, "./..."}}
	states := []string{"cold", "warm", "one file changed"}
	costs := make(map[string]*[2][]spent)
	for _, state := range states {
		costs[state] = new([2][]spent)
	}
	var facts string
	for i := range n {
		for k, tool := range tools {
			b := &bench{dir: tree, cache: filepath.Join(w.dir, fmt.Sprintf("cache-%s-%d-%d", name, i, k))}
			for _, state := range states {
				if state == "one file changed" {
					if err := os.WriteFile(edited, fmt.Appendf(slices.Clone(text), "\n// %d\n", time.Now().UnixNano()), 0o666); err != nil {
						return err
					}
				}
				got, err := b.run(ctx, tool[0], tool[1:]...)
				if err != nil {
					return err
				}
				costs[state][k] = append(costs[state][k], got)
			}
			if k == 1 {
				facts = factBytes(b.cache)
			}
			if err := errors.Join(os.WriteFile(edited, text, 0o666), os.RemoveAll(b.cache)); err != nil {
				return err
			}
		}
	}
	for _, state := range states {
		vetCPU, vetPeak := median(costs[state][0])
		cpu, peak := median(costs[state][1])
		fmt.Fprintf(out, "| %s | %s | %.1f s | %.1f s | %.2f | %d MB | %d MB | %.2f |\n", name, state, vetCPU.Seconds(), cpu.Seconds(),
			float64(cpu)/float64(vetCPU), vetPeak>>20, peak>>20, float64(peak)/float64(max(vetPeak, 1)))
	}
	fmt.Fprintf(out, "\n%s: %s\n\n", name, facts)
	return nil
}

// someFile returns the Go file in the middle of a module's.
func someFile(tree string) (string, error) {
	var files []string
	err := filepath.WalkDir(tree, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata" || e.Name() == "vendor"):
			return fs.SkipDir
		case filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go"):
			files = append(files, path)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no Go file below %s", tree)
	}
	if err != nil {
		return "", err
	}
	return files[len(files)/2], nil
}

// factBytes says how large the facts are that units have left in a build cache:
// their files begin with "vetx" and the lengths of types and facts.
func factBytes(cache string) string {
	units, with, sum := 0, 0, 0
	filepath.WalkDir(cache, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, "-d") {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return nil
		}
		defer f.Close()
		var head [12]byte
		if _, err := io.ReadFull(f, head[:]); err == nil && string(head[:4]) == "vetx" {
			n := int(binary.LittleEndian.Uint32(head[8:]))
			units, sum = units+1, sum+n
			if n > 0 {
				with++
			}
		}
		return nil
	})
	return fmt.Sprintf("%d packages, %d with facts, %d bytes of facts a package", units, with, sum/max(units, 1))
}

// growth prints the CPU per package of generated modules.
func (w *opened) growth(ctx context.Context, out io.Writer, sizes []string) error {
	fmt.Fprintln(out, "| packages | CPU | CPU per package |\n| ---: | ---: | ---: |")
	b := &bench{cache: filepath.Join(w.dir, "cache-grow")}
	for i, size := range append([]string{"1"}, sizes...) { // the first fills the cache with the standard library
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		b.dir = filepath.Join(w.dir, fmt.Sprintf("grow%d", i))
		if err := generate(b.dir, n, i); err != nil {
			return err
		}
		got, err := b.run(ctx, w.exe, "./...")
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprintf(out, "| %d | %.1f s | %.0f ms |\n", n, got.cpu.Seconds(), got.cpu.Seconds()*1000/float64(n))
		}
	}
	return nil
}

// generate writes a module of n packages: each sends queries, in a loop as well,
// and has three of those before it as imports.
func generate(dir string, n, seed int) error {
	files := map[string]string{
		"go.mod": fmt.Sprintf("module grown%d\n\ngo 1.26\n", seed),
		"migrations/1.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, note text);\n" +
			"CREATE TABLE customers (id bigint PRIMARY KEY, name text);\n",
	}
	for i := range n {
		var b strings.Builder
		fmt.Fprintf(&b, "package p%d\n\nimport (\n\t\"context\"\n\t\"database/sql\"\n", i)
		calls := ""
		for _, back := range []int{1, 7, 23} {
			if j := i - back; j >= 0 {
				fmt.Fprintf(&b, "\t\"grown%d/p%d\"\n", seed, j)
				calls += fmt.Sprintf("\t\tif err := p%d.Note(ctx, s.db, id); err != nil {\n\t\t\treturn err\n\t\t}\n", j)
			}
		}
		fmt.Fprintf(&b, ")\n\ntype Store struct{ db *sql.DB }\n\n"+
			"func Note(ctx context.Context, db *sql.DB, id int64) error {\n\t_, err := db.ExecContext(ctx, \"UPDATE orders SET note = $1 WHERE id = $2\", \"n%d\", id)\n\treturn err\n}\n\n"+
			"func (s *Store) All(ctx context.Context, ids []int64) error {\n\tfor _, id := range ids {\n%s\t\tif err := Note(ctx, s.db, id); err != nil {\n\t\t\treturn err\n\t\t}\n\t}\n\treturn nil\n}\n\n"+
			"func (s *Store) Of(ctx context.Context, customer int64) (*sql.Rows, error) {\n\treturn s.db.QueryContext(ctx, \"SELECT * FROM orders WHERE customer = $1\", customer)\n}\n", i, calls)
		files[fmt.Sprintf("p%d/p.go", i)] = b.String()
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			return err
		}
	}
	return nil
}
