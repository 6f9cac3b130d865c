package app

import (
	"database/sql"
	"iter"
)

// Collections in literals, batches of iterators, and first iterations.

func (s *Store) tableOfLists(add, del []int64) {
	for _, op := range []struct {
		sql string
		ids []int64
	}{{"INSERT INTO t (id) VALUES ($1)", add}, {"DELETE FROM t WHERE id = $1", del}} {
		for _, id := range op.ids {
			s.db.Exec(op.sql, id) // loop: Range Data; Range Constant | yes; yes
		}
	}
	for _, ids := range [][]int64{add, del} {
		for _, id := range ids {
			s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Data; Range Constant | yes; yes
		}
	}
	for _, ids := range [][]int64{{1, 2}, {3}} {
		for _, id := range ids {
			s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Constant; Range Constant | yes; yes
		}
	}
}

func parts(ids []int64, n int) iter.Seq[[]int64]
func pages(n int) iter.Seq2[[]int64, error]
func records(path string) iter.Seq[[]string]

func (s *Store) batchesOfIterators(ids []int64) {
	for part := range parts(ids, 500) {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", part) // loop: RangeFunc Batch | yes
	}
	for part, err := range pages(500) {
		if err == nil {
			s.db.Exec("DELETE FROM t WHERE id = ANY($1)", part) // loop: RangeFunc Batch | yes
		}
	}
	for rec := range records("users.csv") {
		s.db.Exec("INSERT INTO t VALUES ($1, $2)", rec[0], rec[1]) // loop: RangeFunc Data | yes
	}
}

func (s *Store) firstOnly(ids []int64) {
	for i, id := range ids {
		if i == 0 {
			s.db.Exec("SELECT n FROM settings WHERE id = $1", id) // loop: Range Dispatch | yes
		}
		if i > 0 {
			s.db.Exec("SELECT n FROM t WHERE id = $1", id) // loop: Range Data | yes
		}
	}
	for i := 0; i < len(ids); i++ {
		if i == 0 {
			s.db.Exec("SELECT n FROM settings WHERE id = $1", ids[i]) // loop: For Dispatch | yes
		}
	}
}

type shard struct {
	db     *sql.DB
	region string
}

type repository struct{ *shard }

type lazyUser struct {
	db *sql.DB
	id int64
}

func (s *Store) holders(shards []*shard, byRegion map[string]repository, users []*lazyUser, id int64) {
	for _, x := range shards {
		x.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Handles | handle
	}
	for _, x := range byRegion {
		x.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: RangeMap Handles | handle
	}
	for _, x := range users {
		s.db.Exec("DELETE FROM t WHERE id = $1", x.id) // loop: Range Data | yes
	}
}

func (s *Store) countsDown(max, n int) error {
	for left := max; left > 0; left-- {
		res, err := s.db.Exec("UPDATE t SET v = v + 1 WHERE v = 7") // loop: For Retry | no
		if err != nil {
			return err
		}
		if k, _ := res.RowsAffected(); k == 1 {
			return nil
		}
	}
	for i := 0; i < n; i++ {
		if _, err := s.db.Exec("INSERT INTO t DEFAULT VALUES"); err != nil { // loop: For Data | no
			return err
		}
	}
	return nil
}
