package gopls

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestKey(t *testing.T) {
	type hash [32]byte // as in gopls
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module m\n", ".git": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	first := Key(hash{1}, dir)
	if first == (hash{1}) || first != Key(hash{1}, dir) || first == Key(hash{2}, dir) {
		t.Error("want a key that depends on the directory's digest and on the key given, on nothing else")
	}
	if err := os.WriteFile(filepath.Join(dir, ".sqlvet.yml"), []byte("dialect: mysql\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); Key(hash{1}, dir) == first; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the key does not change with the configuration")
		}
	}
	cached := filepath.Join(dir, "example.com", "m@v1.0.0")
	if Key(hash{1}, cached) != (hash{1}) {
		t.Error("want gopls' own key for a package of the module cache")
	}
}

func TestAnalyzers(t *testing.T) {
	for _, a := range Analyzers() {
		// gopls shows it in hovers and in its settings.
		if a.Name == "" || a.Doc == "" {
			t.Errorf("analyzer %q: no name or no page", a.Name)
		}
	}
}
