// Package trees walks trees with a query for each node.
package trees

import "database/sql"

type Node struct {
	ID       int64
	Children []*Node
}

type Store struct{ db *sql.DB }

func (s *Store) load(n *Node) error {
	rows, err := s.db.Query("SELECT id FROM nodes WHERE parent = $1", n.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		c := new(Node)
		if err := rows.Scan(&c.ID); err != nil {
			return err
		}
		n.Children = append(n.Children, c)
	}
	for _, c := range n.Children {
		if err := s.load(c); err != nil { // want `^the query SELECT nodes runs once per iteration of the loop at line 26, via \(\*Store\)\.load -> db\.Query \(trees\.go:14\)`
			return err
		}
	}
	return nil
}

// One recursive statement.
func (s *Store) loadAtOnce(root int64) (*sql.Rows, error) {
	return s.db.Query(`WITH RECURSIVE t AS (
		SELECT id, parent FROM nodes WHERE id = $1 UNION ALL SELECT n.id, n.parent FROM nodes n JOIN t ON n.parent = t.id
	) SELECT id, parent FROM t`, root)
}

// One by one up to the root.
func (s *Store) path(n int64) (path []int64) {
	for n != 0 {
		path = append(path, n)
		if err := s.db.QueryRow("SELECT parent FROM nodes WHERE id = $1", n).Scan(&n); err != nil {
			return path
		}
	}
	return path
}

func (s *Store) save(n *Node) {
	s.db.Exec("UPDATE nodes SET n = $2 WHERE id = $1", n.ID, len(n.Children))
	s.saveAll(n.Children)
}

func (s *Store) saveAll(nodes []*Node) {
	for _, n := range nodes {
		s.save(n) // want `^the query UPDATE nodes runs once per iteration of the loop at line 58, via`
	}
}

// A binary tree has no loop: the query itself is what is repeated.
type Leaf struct {
	ID          int64
	Left, Right *Leaf
}

func (s *Store) leaves(l *Leaf) {
	if l == nil {
		return
	}
	s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", l.ID) // want `^the query UPDATE nodes runs once per node of the recursion at line`
	s.leaves(l.Left)
	s.leaves(l.Right)
}

// Again only after a failure.
func (s *Store) again(n *Node, tries int) error {
	_, err := s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID)
	if err != nil && tries > 0 {
		return s.again(n, tries-1)
	}
	return err
}

// The recursion works in memory; the query runs once.
func (s *Store) count(n *Node) error {
	_, err := s.db.Exec("UPDATE nodes SET size = $2 WHERE id = $1", n.ID, size(n))
	return err
}

func size(n *Node) int {
	total := 1
	for _, c := range n.Children {
		total += size(c)
	}
	return total
}

func (s *Store) closure(n *Node) {
	var walk func(*Node)
	walk = func(n *Node) {
		s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID)
		for _, c := range n.Children {
			walk(c) // want `^the query UPDATE nodes runs once per iteration of the loop at line 105, via`
		}
	}
	walk(n)
}
