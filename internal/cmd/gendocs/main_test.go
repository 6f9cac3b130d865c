package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const root = "../../.."

// TestFresh fails when a generated file is not what its sources say.
func TestFresh(t *testing.T) {
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./... (%v)", name, err)
		}
	}
}

func TestBetween(t *testing.T) {
	const text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n"
	got, err := between([]byte(text), "x", "new\n")
	if want := "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := between([]byte(text), "y", ""); err == nil {
		t.Error("no error without marks")
	}
}
