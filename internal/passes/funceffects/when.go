package funceffects

// When says under which condition something happens, seen from many calls of
// the function. The zero value is: each time.
type When struct {
	// Cached: a cache is consulted first, so that it may not happen.
	Cached bool `json:",omitzero"`
	// Rare: only now and then, whatever the function is given: when a buffer
	// of the receiver or of the package is full or empty, to load what is
	// kept there. The Keeper of the effect says where that is: another one has
	// another buffer.
	Rare bool `json:",omitzero"`
	// Failing: only after something else has failed, in a branch that ends
	// with an error.
	Failing bool `json:",omitzero"`
	// Async: in a goroutine that is started on the way.
	Async bool `json:",omitzero"`
	// Sometimes: in a branch that some calls take, by what they are given or
	// by what was found.
	Sometimes bool `json:",omitzero"`
}

// Each reports whether it happens in each call, as far as is known, and before
// the call returns.
func (w When) Each() bool { return !w.Rare && !w.Failing && !w.Async }

// compare orders what happens for certain and at once before the rest.
func (w When) compare(v When) int {
	for _, c := range [...]int{
		flag(w.Rare) - flag(v.Rare), flag(w.Failing) - flag(v.Failing), flag(w.Cached) - flag(v.Cached),
		flag(w.Async) - flag(v.Async), flag(w.Sometimes) - flag(v.Sometimes),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}
