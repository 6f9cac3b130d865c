package golang

import "go/types"

// Imported returns the package of a path among a package, its imports, and
// theirs; nil if none has it.
func Imported(from *types.Package, path string) *types.Package {
	seen := make(map[*types.Package]bool)
	var find func(p *types.Package) *types.Package
	find = func(p *types.Package) *types.Package {
		if p.Path() == path {
			return p
		}
		seen[p] = true
		for _, q := range p.Imports() {
			if seen[q] {
				continue
			}
			if r := find(q); r != nil {
				return r
			}
		}
		return nil
	}
	return find(from)
}
