package migrations

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

var wraps = map[Wraps]string{Unknown: "unknown", Each: "each", Several: "several", Always: "always"}

// TestTools reads a folder of each tool and writes its next migration. The mark of
// a file for another database stands in brackets behind its name.
func TestTools(t *testing.T) {
	seen := make(map[*Tool]bool)
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			var gomod, want, wrote string
			folder := &Folder{Names: make(map[string]bool)}
			var names []string
			for _, f := range ar.Files {
				switch f.Name {
				case "go.mod":
					gomod = string(f.Data)
				case "want":
					want = string(f.Data)
				case "wrote":
					wrote = string(f.Data)
				default:
					name, dialect, _ := strings.Cut(f.Name, " [")
					folder.Names[name] = true
					names = append(names, name)
					if name != SumFile {
						folder.Files = append(folder.Files, &File{Name: name, Text: string(f.Data), Dialect: strings.TrimSuffix(dialect, "]")})
					}
				}
			}
			folder.Requires = func(module string) bool { return Requires(gomod, module) }
			tool := Of(folder)
			seen[tool] = true
			if Named(tool.Name) == nil {
				t.Errorf("%s has no such name", tool.Name)
			}
			if have := describe(tool, tool.Arrange(folder.Files)); have != want {
				t.Errorf("have\n%swant\n%s", have, want)
			}
			var have strings.Builder
			m := Migration{
				Version: tool.Versions(names, time.Date(2026, 11, 30, 6, 0, 0, 0, time.UTC)).Next(), Title: "a-b",
				Up: "UP;\n", Down: "DOWN;\n",
			}
			for _, text := range tool.Write(m, names) {
				have.WriteString(text.Name + "\n")
			}
			if have.String() != wrote {
				t.Errorf("wrote\n%swant\n%s", &have, wrote)
			}
		})
	}
	for _, tool := range tools {
		if tool.arrange != nil && !seen[tool] {
			t.Errorf("no folder of %s in testdata", tool.Name)
		}
	}
}

func describe(tool *Tool, files []*File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, wraps %s\n", tool.Name, wraps[tool.Wraps])
	for _, in := range files {
		if in.Skipped != "" {
			fmt.Fprintf(&b, "%s: skipped: %s\n", in.Name, in.Skipped)
			continue
		}
		fmt.Fprintf(&b, "%s: %q", in.Name, strings.Join(strings.Fields(in.Up), " "))
		if in.NoTransaction {
			b.WriteString(", no transaction")
		}
		if in.Dump {
			b.WriteString(", dump")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestWhole: a tool that reads files also writes them.
func TestWhole(t *testing.T) {
	for _, tool := range tools {
		if (tool.arrange == nil) != (tool.write == nil) || tool.arrange == nil && len(tool.Tables)+len(tool.Packages) == 0 {
			t.Errorf("%s is half known", tool.Name)
		}
	}
}

func TestKnown(t *testing.T) {
	for table, want := range map[string]bool{"goose_db_version": true, "public.Schema_Migrations": true, "users": false} {
		if KeepsBooks(table) != want {
			t.Errorf("KeepsBooks(%s) is %t", table, !want)
		}
	}
	for pkg, want := range map[string]bool{"github.com/pressly/goose": true, "github.com/pressly/goose/v3": true, "github.com/pressly/goosestep": false} {
		if TakesFunctions(pkg) != want {
			t.Errorf("TakesFunctions(%s) is %t", pkg, !want)
		}
	}
}
