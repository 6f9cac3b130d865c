// Package steps walks trees for others.
package steps

type Node struct {
	Name string
	Kids []Node
}

type Visitor struct {
	Enter func(n Node) error
	Done  func() error
}

func (v *Visitor) Walk(nodes []Node) error {
	for _, n := range nodes {
		if v.Enter != nil {
			if err := v.Enter(n); err != nil {
				return err
			}
		}
		if err := v.Walk(n.Kids); err != nil {
			return err
		}
	}
	return nil
}

func (v *Visitor) Finish() error { return v.Done() }

// Run hides the walk.
func Run(v Visitor, nodes []Node) error {
	if err := v.Walk(nodes); err != nil {
		return err
	}
	return v.Finish()
}
