package apis

import "go/types"

// A Catalogue is what one project knows of functions: its own entries, before
// the shipped ones and the signature rules. A nil Catalogue has none of its
// own. It is safe for concurrent use.
type Catalogue struct {
	own []*Library
}

// NewCatalogue returns the shipped catalogue with the entries of libs before
// it, those of the first library first.
func NewCatalogue(libs []*Library) *Catalogue {
	return &Catalogue{libs}
}

// Lookup returns what is known of fn, as the function Lookup does.
func (c *Catalogue) Lookup(fn *types.Func) (API, bool) {
	if api, ok := c.Own(fn); ok {
		return api, true
	}
	return Lookup(fn)
}

// Own returns the project's own entry for fn.
func (c *Catalogue) Own(fn *types.Func) (API, bool) {
	if c == nil || fn == nil || fn.Pkg() == nil {
		return API{}, false
	}
	for _, lib := range c.own {
		if api, ok := lib.Lookup(fn); ok {
			api.own = lib
			return api, true
		}
	}
	return API{}, false
}

// IsOwn reports whether an API is an entry of the project's own.
func (a API) IsOwn() bool { return a.own != nil }

// Dialect returns the SQL dialect that importing importPath implies, as the
// function Dialect does.
func (c *Catalogue) Dialect(importPath string) string {
	if c != nil {
		for _, lib := range c.own {
			if lib.Module == importPath && lib.Dialect != "" {
				return lib.Dialect
			}
		}
	}
	return Dialect(importPath)
}
