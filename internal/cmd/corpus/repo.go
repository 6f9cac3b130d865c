package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// A checkout is a scratch work tree of a repository: a git directory of our
// own that borrows the objects of the given one, which is never written to.
type checkout struct {
	dir  string // absolute, symbolic links resolved
	head string // the commit checked out; "" if not known
}

// mark is the setting that says that a work tree is ours to change and remove.
const mark = "sqlvet.scratch"

// gitDir returns the git directory of owner/name below repos.
func gitDir(ctx context.Context, repos, repo string) (string, error) {
	flat := strings.ReplaceAll(repo, "/", "+")
	for _, dir := range []string{filepath.Join(repos, flat, "repo"), filepath.Join(repos, flat), filepath.Join(repos, filepath.FromSlash(repo))} {
		for _, try := range []string{filepath.Join(dir, ".git"), dir} {
			// Asked of this directory alone: git would look into its parents.
			out, err := git(ctx, "", "--git-dir="+try, "rev-parse", "--absolute-git-dir")
			if err == nil {
				return strings.TrimSpace(string(out)), nil
			}
		}
	}
	return "", errors.New("no such repository")
}

// newCheckout makes or reuses the scratch work tree of a repository in work.
func newCheckout(ctx context.Context, repos, work, repo string) (*checkout, error) {
	source, err := gitDir(ctx, repos, repo)
	if err != nil {
		return nil, err
	}
	objects, err := git(ctx, "", "--git-dir="+source, "rev-parse", "--path-format=absolute", "--git-path", "objects")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(work, strings.ReplaceAll(repo, "/", "+"))
	if _, err := os.Lstat(dir); err == nil {
		if !ours(ctx, dir) {
			return nil, fmt.Errorf("%s is in the way: it was not made by this command", dir)
		}
	} else {
		if _, err := git(ctx, "", "init", "--quiet", "--template=", dir); err != nil {
			return nil, err
		}
		if _, err := git(ctx, dir, "config", mark, "true"); err != nil {
			return nil, err
		}
	}
	// Written again on reuse: the given repository may have been replaced.
	alternates := filepath.Join(dir, ".git", "objects", "info", "alternates")
	if err := os.MkdirAll(filepath.Dir(alternates), 0o777); err != nil {
		return nil, err
	}
	if err := os.WriteFile(alternates, []byte(strings.TrimSpace(string(objects))+"\n"), 0o666); err != nil {
		return nil, err
	}
	return &checkout{dir: dir}, nil
}

func ours(ctx context.Context, dir string) bool {
	out, err := git(ctx, "", "config", "--file", filepath.Join(dir, ".git", "config"), "--get", mark)
	return err == nil && strings.TrimSpace(string(out)) == "true"
}

// remove deletes the work tree.
func (c *checkout) remove() error {
	// Not the run's context: it may have been cancelled.
	if !ours(context.Background(), c.dir) {
		return fmt.Errorf("%s is not ours to remove", c.dir)
	}
	return os.RemoveAll(c.dir)
}

// has says whether the repository has a commit.
func (c *checkout) has(ctx context.Context, commit string) bool {
	_, err := git(ctx, c.dir, "cat-file", "-e", commit+"^{commit}")
	return err == nil
}

// at makes the work tree that of a commit, without anything else in it and
// without its tests: they take time, and modules that nothing else needs.
func (c *checkout) at(ctx context.Context, commit string) error {
	if c.head == commit {
		return nil
	}
	c.head = ""
	if _, err := git(ctx, c.dir, "checkout", "--quiet", "--force", "--detach", commit); err != nil && !c.whole(ctx, commit) {
		return err
	}
	if _, err := git(ctx, c.dir, "clean", "--quiet", "-ffdx"); err != nil {
		return err
	}
	tests, err := git(ctx, c.dir, "ls-files", "-z", "*"+testSuffix)
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(string(tests), "\x00") {
		if name == "" {
			continue
		}
		if err := os.Remove(filepath.Join(c.dir, filepath.FromSlash(name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	c.head = commit
	return nil
}

// whole says whether the work tree is that of a commit but for files whose
// objects the repository lacks: snapshots leave out large ones, and git writes
// all others before it fails. A package that needs one does not build, which
// shows later.
func (c *checkout) whole(ctx context.Context, commit string) bool {
	heads, err := git(ctx, c.dir, "rev-parse", "HEAD", commit+"^{commit}")
	if head, want, _ := strings.Cut(strings.TrimSpace(string(heads)), "\n"); err != nil || head != want {
		return false
	}
	if _, err := git(ctx, c.dir, "diff-index", "--cached", "--quiet", commit); err != nil {
		return false
	}
	differ, err := git(ctx, c.dir, "diff-files", "-z", "--name-only")
	if err != nil {
		return false
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(differ), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		if _, err := git(ctx, c.dir, "cat-file", "-e", ":"+name); err == nil {
			return false // it is there and was not written
		}
	}
	return ctx.Err() == nil
}

// read returns a file of a commit.
func (c *checkout) read(ctx context.Context, commit, name string) ([]byte, error) {
	return git(ctx, c.dir, "cat-file", "blob", commit+":"+name)
}

// goFiles returns the Go files of a directory in a commit by their names, which
// are relative to the repository. None if the directory is gone.
func (c *checkout) goFiles(ctx context.Context, commit, dir string) (map[string]*source, error) {
	tree := commit + "^{tree}"
	if dir != "." {
		tree = commit + ":" + dir
	}
	if _, err := git(ctx, c.dir, "cat-file", "-e", tree); err != nil {
		return nil, ctx.Err()
	}
	list, err := git(ctx, c.dir, "ls-tree", "-z", "--name-only", tree)
	if err != nil {
		return nil, err
	}
	files := make(map[string]*source)
	for name := range strings.SplitSeq(string(list), "\x00") {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		name = path.Join(dir, name)
		text, err := c.read(ctx, commit, name)
		if err != nil {
			return nil, err
		}
		files[name] = newSource(text)
	}
	return files, nil
}

// git runs git in dir, or in the working directory if dir is "", and returns
// its standard output. No setting of the user's changes what is checked out.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	settings := []string{
		"-c", "core.autocrlf=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "safe.directory=*",
		"-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
	}
	cmd := exec.CommandContext(ctx, "git", append(settings, args...)...)
	cmd.Dir = dir
	cmd.Env = environment()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		text := strings.TrimSpace(stderr.String())
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, text)
	}
	return stdout.Bytes(), nil
}

// environment returns the process's environment without what points git at a
// repository: this command may run in a hook.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") {
			env = append(env, v)
		}
	}
	return env
}
