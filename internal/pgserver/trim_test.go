//go:build unix

package pgserver

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The cache keeps what was used last, and whatever may be in use.
func TestTrim(t *testing.T) {
	cache := t.TempDir()
	old := time.Now().Add(-time.Hour)
	for i := range maxKept + 3 {
		dir := filepath.Join(cache, fmt.Sprintf("d%02d", i))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "PG_VERSION"), []byte("15\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		at := old.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(dir, at, at); err != nil {
			t.Fatal(err)
		}
	}
	is := func(i int) bool { ok, _ := exists(filepath.Join(cache, fmt.Sprintf("d%02d", i))); return ok }
	if !found(filepath.Join(cache, "d00")) || found(filepath.Join(cache, "none")) {
		t.Fatal("what is there is not found, or what is not")
	}
	if err := trim(cache); err != nil {
		t.Fatal(err)
	}
	if !is(0) || is(1) || is(2) || is(3) || !is(4) {
		t.Error("not the oldest went, the one that was used staying")
	}
	for i := range maxKept + 3 {
		dir := filepath.Join(cache, fmt.Sprintf("n%02d", i))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := trim(cache); err != nil {
		t.Fatal(err)
	}
	if !is(0) || is(4) {
		t.Error("one in use went, or an old one stayed")
	}
}
