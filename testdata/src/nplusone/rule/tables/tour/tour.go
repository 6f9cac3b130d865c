// Package tour visits stops.
package tour

// Guide has a function for each kind of stop, and some for all.
type Guide struct {
	ByKind map[string]func(stop string) error
	Each   []func(stop string) error
}

// Go visits them.
func (g *Guide) Go(stops []string, kind func(string) string) error {
	for _, s := range stops {
		if f, ok := g.ByKind[kind(s)]; ok {
			if err := f(s); err != nil {
				return err
			}
		}
		for _, f := range g.Each {
			if err := f(s); err != nil {
				return err
			}
		}
	}
	return nil
}
