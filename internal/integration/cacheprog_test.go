package integration

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSharedCache analyses a module on two machines that share nothing but a
// cache program (GOCACHEPROG), and expects the second to analyse nothing.
func TestSharedCache(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("counts the calls of the vet tool by a shell script")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var (
		store = t.TempDir()
		calls = filepath.Join(t.TempDir(), "calls")
		tool  = filepath.Join(t.TempDir(), "counted")
		dir   = filepath.Join(t.TempDir(), "checkout")
	)
	write(t, filepath.Dir(tool), filepath.Base(tool), "#!/bin/sh\ncase \"$*\" in *.cfg) echo >>"+calls+" ;; esac\nexec "+sqlvetBinary(t)+" \"$@\"\n")
	if err := os.Chmod(tool, 0o777); err != nil {
		t.Fatal(err)
	}
	// machine checks the module out and runs go vet, with nothing in its
	// caches. It returns what was found, and how many packages were analysed.
	machine := func() (out string, units int) {
		t.Helper()
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		os.Remove(calls)
		write(t, dir, "go.mod", "module example.com/app\n\ngo 1.26\n")
		write(t, dir, ".git/HEAD", "")
		write(t, dir, "store/store.go", strings.Replace(bad, "package app", "package store", 1))
		write(t, dir, "app.go", orders)
		out, code := run(t, command(t, dir, "go", "vet", "-vettool="+tool, "./...").with(
			"GOCACHE="+t.TempDir(), "GOFLAGS=",
			"GOCACHEPROG="+self, cacheProgramEnv+"="+store,
		))
		if code != 1 {
			t.Fatalf("exit code %d, want 1 for findings\n%s", code, out)
		}
		lines := strings.SplitAfter(out, "\n")
		slices.Sort(lines)            // go vet orders neither packages nor rules
		data, _ := os.ReadFile(calls) // absent: no calls
		return strings.Join(lines, ""), bytes.Count(data, []byte("\n"))
	}
	first, units := machine()
	contains(t, first, "[selectstar]", "[nonsargable]", "[nplusone]")
	if units < 10 {
		t.Errorf("the first machine analysed %d packages: the standard library's are missing", units)
	}
	second, again := machine()
	if again != 0 {
		t.Errorf("the second machine analysed %d packages, want none", again)
	}
	if second != first {
		t.Errorf("the second machine found\n%swant\n%s", second, first)
	}

	// The go command's key of a package in a module that is worked on holds
	// its directory. Dependencies are shared all the same.
	dir = filepath.Join(t.TempDir(), "elsewhere")
	third, again := machine()
	if again > 2 {
		t.Errorf("a checkout elsewhere analysed %d packages, want at most its own 2", again)
	}
	if third != first {
		t.Errorf("a checkout elsewhere found\n%swant\n%s", third, first)
	}
}

// cacheProgramEnv makes this test binary a cache program that keeps everything
// in the directory that it names.
const cacheProgramEnv = "SQLVET_TEST_CACHEPROG"

type cacheRequest struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

type cacheResponse struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// cacheProgram serves the go command, as "go doc cmd/go/internal/cacheprog"
// tells, until it closes.
func cacheProgram(dir string) error {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(cacheResponse{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var req cacheRequest
		if err := in.Decode(&req); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		resp := cacheResponse{ID: req.ID}
		var err error
		switch req.Command {
		case "put":
			body := ""
			if req.BodySize > 0 {
				if err := in.Decode(&body); err != nil {
					return err
				}
			}
			err = cachePut(dir, req, body, &resp)
		case "get":
			err = cacheGet(dir, req, &resp)
		}
		if err != nil {
			resp.Err = err.Error()
		}
		if err := out.Encode(resp); err != nil || req.Command == "close" {
			return err
		}
	}
}

func cachePut(dir string, req cacheRequest, body string, resp *cacheResponse) error {
	data, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return err
	}
	resp.DiskPath = filepath.Join(dir, "o-"+hex.EncodeToString(req.OutputID))
	if err := os.WriteFile(resp.DiskPath, data, 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "a-"+hex.EncodeToString(req.ActionID)), []byte(hex.EncodeToString(req.OutputID)), 0o666)
}

func cacheGet(dir string, req cacheRequest, resp *cacheResponse) error {
	name, err := os.ReadFile(filepath.Join(dir, "a-"+hex.EncodeToString(req.ActionID)))
	if err != nil {
		resp.Miss = true
		return nil
	}
	resp.DiskPath = filepath.Join(dir, "o-"+string(name))
	info, err := os.Stat(resp.DiskPath)
	if err != nil {
		return fmt.Errorf("output is gone: %w", err)
	}
	resp.OutputID, err = hex.DecodeString(string(name))
	at := info.ModTime()
	resp.Size, resp.Time = info.Size(), &at
	return err
}
