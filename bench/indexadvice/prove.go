package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/sqlvet/sqlvet/bench/indexadvice/score"
	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/snapshot"
	"github.com/sqlvet/sqlvet/internal/stats"
)

// A prover is sqlvet index -prove: what it is told of the tables.
type prover struct {
	tool     string
	snapshot bool // what sqlvet snapshot writes of the filled database; else it assumes
	values   bool // with snapshot -values
}

var provers = []prover{
	{tool: "proved", snapshot: true},
	{tool: "proved-values", snapshot: true, values: true},
	{tool: "proved-assumed"},
}

// A proposal is what sqlvet index -json prints.
type proposal struct {
	Indexes []struct {
		SQL    string
		Serves []struct{ Pos struct{ Line int } }
	}
	Doubts []doubt
}

// A doubt is an index that is said not to be needed, or one that lacks.
type doubt struct {
	Kind, Table, Index, Instead string
	Columns                     []string
}

// ask runs the command on a schema and a file of statements, both in the
// workload's folder.
func (pr prover) ask(ctx context.Context, b *bench, database, name, schema string) (*proposal, error) {
	command, err := filepath.Abs(b.sqlvet)
	if _, there := os.Stat(command); err != nil || there != nil {
		command = b.sqlvet // on the PATH
	}
	args := []string{"index", "-prove=on", "-json", "-schema=" + schema, "-queries=queries.sql", "-budget=" + b.budget.String()}
	if pr.snapshot {
		file, err := b.snapshot(ctx, database, name, pr.values)
		if err != nil {
			return nil, err
		}
		args = append(args, "-stats="+file)
	}
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Dir = b.dir(name)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("sqlvet index: %w: %s", err, &said)
	}
	user, system := cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
	fmt.Fprintf(os.Stderr, "%s, %s: %s(%.1f s of CPU beside the server's)\n", name, pr.tool, &said, (user + system).Seconds())
	answer := new(proposal)
	return answer, json.Unmarshal(out, answer)
}

// snapshot writes the statistics of a database into the workload's folder, if
// they are not there, and returns the file's name.
func (b *bench) snapshot(ctx context.Context, database, name string, values bool) (string, error) {
	file := fmt.Sprintf("snapshot_%s_%t.json", database, values)
	path := b.path(name, file)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	f, _, err := snapshot.Take(ctx, snapshot.Options{DSN: b.server.Conn(database), Values: values})
	if err != nil {
		return "", err
	}
	return file, writeStats(path, f)
}

func writeStats(path string, f *stats.File) error {
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}

// proved is the competitor that a prover is, on the stripped schema.
func (b *bench) proved(ctx context.Context, p *prepared, pr prover, origin map[string][]string) (competitor, error) {
	c := competitor{tool: pr.tool}
	answer, err := pr.ask(ctx, b, p.name+filled, p.name, "stripped.sql")
	if err != nil {
		return c, err
	}
	queries, err := os.ReadFile(b.path(p.name, "queries.sql"))
	if err != nil {
		return c, err
	}
	names := make(map[int]string)
	for _, n := range indexadvice.ReadQueries(string(queries)) {
		names[n.Line] = n.Name
	}
	for _, x := range answer.Indexes {
		list, refused := score.Parse(p.Catalog, x.SQL)
		c.list, c.refused = append(c.list, list...), append(c.refused, refused...)
		if pr.tool != b.of {
			continue
		}
		for _, s := range list {
			origin[s.Def] = nil
			for _, u := range x.Serves {
				if n := names[u.Pos.Line]; !slices.Contains(origin[s.Def], n) {
					origin[s.Def] = append(origin[s.Def], n)
				}
			}
		}
	}
	return c, nil
}
