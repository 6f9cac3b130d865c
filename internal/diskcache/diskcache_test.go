package diskcache

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEntries(t *testing.T) {
	folder := t.TempDir()
	dir = func() string { return folder }
	type entry struct{ A []string }
	if Key("a", "b", "c") == Key("a", "b c") || Key("a", 1) == Key("b", 1) {
		t.Error("two entries have one key")
	}
	var got entry
	if Read(Key("a"), &got) {
		t.Error("an entry that was never written")
	}
	Write(Key("a"), entry{[]string{"x"}})
	if !Read(Key("a"), &got) || len(got.A) != 1 {
		t.Errorf("have %v", got)
	}
	if err := os.WriteFile(filepath.Join(folder, Key("a")), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if Read(Key("a"), &got) {
		t.Error("half an entry was read")
	}
	for i := range maxFiles + 5 {
		Write(Key("a", i), entry{})
	}
	list, err := os.ReadDir(folder)
	if err != nil || len(list) > maxFiles || !Read(Key("a", maxFiles+4), &got) {
		t.Errorf("%d files, %v", len(list), err)
	}
	for _, f := range []string{"", filepath.Join(folder, "missing")} {
		dir = func() string { return f }
		Write(Key("a"), entry{})
		if Read(Key("a"), &got) {
			t.Errorf("%q has entries", f)
		}
	}
}
