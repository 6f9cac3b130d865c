package apis

import (
	"embed"
	"fmt"
	"go/types"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed data
var data embed.FS

// Lookup returns what the catalogue knows of fn: its entry, else the answer of
// the first signature rule that matches. Methods promoted from an embedded
// type and instances of generic functions have the entry of their origin.
//
// It is safe for concurrent use.
func Lookup(fn *types.Func) (API, bool) {
	if fn == nil || fn.Pkg() == nil {
		return API{}, false // nil, or a method of the universe: error.Error
	}
	if lib, ok := LibraryOf(fn.Pkg().Path()); ok {
		if api, ok := lib.Lookup(fn); ok {
			return api, true
		}
		if api, ok := lib.implemented(fn); ok {
			return api, true
		}
		if lib.NoSignatureRules {
			return API{}, false
		}
	}
	return BySignature(fn)
}

// Dialect returns the SQL dialect that importing importPath implies, such as
// "postgres" for github.com/lib/pq; "" if it implies none.
func Dialect(importPath string) string {
	if lib, ok := LibraryOf(importPath); ok {
		return lib.Dialect
	}
	return ""
}

// Cache of LibraryOf, by import path; a nil *Library means that there is
// none. Paths, not packages, are the key: an editor keeps this process for
// hours and must be free to drop packages.
var (
	byPackage sync.Map // string → *Library
	byFile    sync.Map // string → func() *Library
)

// LibraryOf returns the library whose data file covers the package.
func LibraryOf(pkgPath string) (*Library, bool) {
	if lib, ok := byPackage.Load(pkgPath); ok {
		return lib.(*Library), lib.(*Library) != nil
	}
	lib := find(pkgPath)
	byPackage.Store(pkgPath, lib)
	return lib, lib != nil
}

// Libraries returns the library of every data file, in order of their paths.
// It reads them all: it is for tests and listings.
func Libraries() ([]*Library, error) {
	var libs []*Library
	err := fs.WalkDir(data, "data", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		module := strings.TrimSuffix(strings.TrimPrefix(path, "data/"), ".yaml")
		lib, ok := LibraryOf(module)
		if !ok {
			return fmt.Errorf("%s: not found by its own path", path)
		}
		libs = append(libs, lib)
		return nil
	})
	slices.SortFunc(libs, func(a, b *Library) int { return strings.Compare(a.Module, b.Module) })
	return libs, err
}

// find looks for the data file of the path, then of its parents.
func find(path string) *Library {
	for {
		name := "data/" + path + ".yaml"
		if text, err := data.ReadFile(name); err == nil {
			load, _ := byFile.LoadOrStore(name, sync.OnceValue(func() *Library {
				lib, err := scan(text)
				if err == nil && lib.ForkOf != "" {
					of := lib.ForkOf
					if text, err = data.ReadFile("data/" + of + ".yaml"); err == nil {
						lib, err = scan(forked(text, of, lib.Module))
						lib.ForkOf = of
					}
				}
				if err != nil {
					// Have: text is embedded, and TestData reads it.
					panic(fmt.Sprintf("apis: %s: %v", name, err))
				}
				return lib
			}))
			return load.(func() *Library)()
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return nil
		}
		path = path[:i]
	}
}

// Reaches reports whether a package imports a database library, or, with a depth
// of two, a package that does: other packages cannot name what a query returns.
func Reaches(pkg *types.Package, depth int) bool {
	return slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool {
		if p.Path() == "database/sql" {
			return true
		}
		if Standard(p.Path()) {
			return false
		}
		_, ok := LibraryOf(p.Path())
		return ok || depth > 1 && Reaches(p, depth-1)
	})
}
