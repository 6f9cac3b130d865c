package vettool

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// A unit is the part of go vet's description of a package that decides what
// is to be done with it. Package unitchecker reads the rest.
type unit struct {
	ImportPath  string
	GoVersion   string
	GoFiles     []string
	ImportMap   map[string]string // import path in the source to package path
	PackageVetx map[string]string // package path to the file its unit wrote
	VetxOnly    bool              // facts are wanted, no findings
	VetxOutput  string

	ModulePath    string // "" outside of modules
	ModuleVersion string // "" for modules of the workspace
}

// own reports whether the package belongs to a module that is worked on, not
// to a dependency in the module cache.
func (u *unit) own() bool { return u.ModulePath != "" && u.ModuleVersion == "" && !u.standard() }

// asRoot writes a copy of the description that asks for findings as well.
func asRoot(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	all := make(map[string]json.RawMessage)
	if err := json.Unmarshal(data, &all); err != nil {
		return "", err
	}
	all["VetxOnly"] = json.RawMessage("false")
	if data, err = json.Marshal(all); err != nil {
		return "", err
	}
	root := strings.TrimSuffix(file, ".cfg") + ".root.cfg"
	return root, os.WriteFile(root, data, 0o666)
}

func readUnit(file string) (*unit, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	u := new(unit)
	if err := json.Unmarshal(data, u); err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	return u, nil
}

// standard reports whether the package is of the standard library, about
// which the catalogue knows all there is to know.
func (u *unit) standard() bool {
	root := os.Getenv("GOROOT") // the go command sets it
	if root == "" {
		root = build.Default.GOROOT
	}
	src := filepath.Join(root, "src") + string(filepath.Separator)
	// Files that cgo made stand elsewhere.
	return root != "" && len(u.GoFiles) > 0 && strings.HasPrefix(u.GoFiles[0], src)
}

// writeTypes writes the package's types and no facts for the units of the
// packages that import it. Function bodies are not looked at, which is most
// of the cost of a package otherwise.
func (u *unit) writeTypes() error {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range u.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	conf := &types.Config{
		Importer:         &vetxImporter{u, fset, make(map[string]*types.Package)},
		Sizes:            types.SizesFor("gc", build.Default.GOARCH),
		GoVersion:        u.GoVersion,
		IgnoreFuncBodies: true,
	}
	pkg, err := conf.Check(u.ImportPath, fset, files, nil)
	if err != nil {
		return err
	}
	portable(pkg)
	var buf bytes.Buffer
	if err := gcexportdata.Write(&buf, fset, pkg); err != nil {
		return err
	}
	return os.WriteFile(u.VetxOutput, encodeVetx(buf.Bytes()[1:], nil), 0o666)
}

// The files that units hand on are those of x/tools' unitchecker v0.52, which
// shares them with this package: "vetx", the lengths of the two parts as
// little-endian uint32, types (gcexportdata without its first byte, 'i'),
// facts (nothing, or package facts' encoding).
const vetxMagic = "vetx"

func encodeVetx(types, facts []byte) []byte {
	data := make([]byte, 0, len(vetxMagic)+8+len(types)+len(facts))
	data = append(data, vetxMagic...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(types)))
	data = binary.LittleEndian.AppendUint32(data, uint32(len(facts)))
	data = append(data, types...)
	return append(data, facts...)
}

// decodeVetx returns the types of a file that a unit wrote.
func decodeVetx(data []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(data, []byte(vetxMagic))
	if !ok || len(rest) < 8 {
		return nil, fmt.Errorf("not a vetx file of this version")
	}
	n := binary.LittleEndian.Uint32(rest)
	if rest = rest[8:]; uint64(n) > uint64(len(rest)) {
		return nil, fmt.Errorf("vetx file is cut short")
	}
	return rest[:n], nil
}

// A vetxImporter imports types from the files of the unit's dependencies.
type vetxImporter struct {
	unit     *unit
	fset     *token.FileSet
	packages map[string]*types.Package
}

func (v *vetxImporter) Import(importPath string) (*types.Package, error) {
	path, ok := v.unit.ImportMap[importPath]
	if !ok {
		return nil, fmt.Errorf("can't resolve import %q", importPath)
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := v.packages[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	data, err := os.ReadFile(v.unit.PackageVetx[path])
	if err != nil {
		return nil, err
	}
	if data, err = decodeVetx(data); err != nil {
		return nil, fmt.Errorf("%s: %v", path, err)
	}
	in := io.MultiReader(strings.NewReader("i"), bytes.NewReader(data))
	return gcexportdata.Read(in, v.fset, v.packages, path)
}
