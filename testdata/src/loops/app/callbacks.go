package app

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

func (s *Store) remove(u User) error {
	_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: none
	return err
}

func (s *Store) found(i int) bool { return i > 1 }

func (s *Store) removeBatch(ids []int64) error { return nil }

func (s *Store) removed(u User) bool { return s.remove(u) == nil }

func (s *Store) perElement(users []User) {
	slices.IndexFunc(users, func(u User) bool {
		_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Callback Data | yes
		return err == nil
	})
	each(users, func(u User) error {
		_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Callback Data | yes
		return err
	})
	slices.IndexFunc([]User{{}, {}}, func(u User) bool {
		_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Callback Constant | yes
		return err == nil
	})
}

func (s *Store) perBatch(ids []int64) {
	eachBatch(ids, 100, func(batch []int64) error {
		_, err := s.db.Exec("DELETE FROM users WHERE id = ANY($1)", batch) // loop: Callback Batch | yes
		return err
	})
}

func (s *Store) named(users []User) {
	each(users, s.remove)                       // callback: Callback Data
	slices.IndexFunc(users, s.removed)          // callback: Callback Data
	slices.IndexFunc([]User{{}, {}}, s.removed) // callback: Callback Constant
	sort.Search(len(users), s.found)            // callback: Callback Halving
	eachBatch([]int64{}, 10, s.removeBatch)     // callback: Callback Batch
	f := s.remove
	for _, u := range users {
		f(u)
	}
	onShutdown(s.ping)
}

func (s *Store) ping() error { return s.db.Ping() } // loop: none

func (s *Store) walkFiles(root string) {
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		_, err = s.db.Exec("INSERT INTO files (path) VALUES ($1)", path) // loop: Callback Data | yes
		return err
	})
}

func (s *Store) less(users []User) {
	sort.Slice(users, func(i, j int) bool {
		var n int
		s.db.QueryRow("SELECT rank FROM users WHERE id = $1", users[i].ID).Scan(&n) // loop: Callback Data | yes
		return n > 0
	})
}

func (s *Store) syncMap(m *sync.Map) {
	m.Range(func(k, v any) bool {
		s.db.Exec("DELETE FROM users WHERE id = $1", k) // loop: Callback Data | yes
		return true
	})
}

func (s *Store) stored(users []User) []func() {
	var list []func()
	for _, u := range users {
		list = append(list, func() {
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: none
		})
		onShutdown(func() error {
			return s.remove(u)
		})
	}
	return list
}

func (s *Store) onTheSpot(users []User) {
	for _, u := range users {
		func() {
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
		}()
	}
}

func (s *Store) spawned(users []User) {
	var wg sync.WaitGroup
	for _, u := range users {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data async | yes
		}()
	}
	wg.Wait()
}

func (s *Store) group(users []User) error {
	var g errgroup.Group
	for _, u := range users {
		g.Go(func() error {
			_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data async | yes
			return err
		})
	}
	g.Go(func() error {
		_, err := s.db.Exec("DELETE FROM users") // loop: none
		return err
	})
	return g.Wait()
}

func (s *Store) startWorkers(n int) {
	for i := 0; i < n; i++ {
		go func() {
			s.db.Exec("INSERT INTO workers (n) VALUES ($1)", i) // loop: For Worker async | yes
		}()
	}
}

func (s *Store) inTx(users []User) {
	for _, u := range users {
		s.withTx(func(tx *sql.Tx) error { // loop: Range Data | yes
			_, err := tx.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
			return err
		})
	}
	s.withTx(func(tx *sql.Tx) error { // loop: none
		for _, u := range users {
			if _, err := tx.Exec("DELETE FROM users WHERE id = $1", u.ID); err != nil { // loop: Range Data | yes
				return err
			}
		}
		return nil
	})
}

func (s *Store) retried(users []User) {
	withRetry(func() error {
		_, err := s.db.Exec("DELETE FROM users") // loop: none
		return err
	})
	for _, u := range users {
		withRetry(func() error {
			_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
			return err
		})
	}
}

func (s *Store) closureInLoop(users []User) {
	find := func(id int64) {
		s.db.Exec("DELETE FROM users WHERE id = $1", id) // loop: Range Data | yes
	}
	for _, u := range users {
		find(u.ID)
	}
}

func (s *Store) closureOnce(u User) {
	find := func(id int64) {
		s.db.Exec("DELETE FROM users WHERE id = $1", id) // loop: none
	}
	find(u.ID)
}

func (s *Store) closureGiven(users []User) {
	del := func(u User) error {
		_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Callback Data | yes
		return err
	}
	each(users, del)
}

func (s *Store) deferred(users []User) {
	for _, u := range users {
		defer s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
	}
}

func (s *Store) once(users []User) {
	var o sync.Once
	for range users {
		o.Do(func() {
			s.db.Exec("DELETE FROM users") // loop: none
		})
	}
}

func (s *Store) onTimer(users []User) {
	time.AfterFunc(time.Second, func() {
		s.db.Exec("DELETE FROM users") // loop: none
	})
}

// Trees.

type Node struct {
	ID          int64
	Children    []*Node
	Left, Right *Node
	Parent      *Node
}

func (s *Store) tree(n *Node) {
	s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID) // loop: Recursion Data | yes
	for _, c := range n.Children {
		s.tree(c)
	}
}

func (s *Store) binary(n *Node) {
	if n == nil {
		return
	}
	s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID) // loop: Recursion Data | yes
	s.binary(n.Left)
	s.binary(n.Right)
}

func (s *Store) mutual(n *Node) {
	s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID) // loop: Recursion Data | yes
	s.mutualChildren(n.Children)
}

func (s *Store) mutualChildren(list []*Node) {
	for _, n := range list {
		s.mutual(n)
	}
}

func (s *Store) again(n *Node, tries int) error {
	_, err := s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID) // loop: none
	if err != nil && tries > 0 {
		return s.again(n, tries-1)
	}
	return err
}

func (s *Store) closureTree(n *Node) {
	var walk func(*Node)
	walk = func(n *Node) {
		s.db.Exec("UPDATE nodes SET seen = true WHERE id = $1", n.ID) // loop: Recursion Data | yes
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(n)
}

// Parameters of a literal that is called on the spot.
func (s *Store) passedOn(users []User, id int64) {
	for _, u := range users {
		go func(u User) {
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data async | yes
		}(u)
		func(id int64) {
			s.db.Exec("DELETE FROM users WHERE id = $1", id) // loop: Range Data | no
		}(id)
	}
}
