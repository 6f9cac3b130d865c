package app

import (
	"bufio"
	"container/list"
	"database/sql"
	"encoding/csv"
	"errors"
	"io"
	"time"
)

// Counted loops.

func (s *Store) counted(users []User) {
	for i := 0; i < len(users); i++ {
		s.db.Exec("DELETE FROM users WHERE id = $1", users[i].ID) // loop: For Data | yes
	}
	for i := 0; i < 3; i++ {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", i) // loop: For Constant | yes
	}
	n := len(users)
	for i := n - 1; i >= 0; i-- {
		s.db.Exec("DELETE FROM users WHERE id = $1", users[i].ID) // loop: For Data | yes
	}
}

func (s *Store) countedTo(n int) {
	for i := 0; i < n; i++ {
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", i) // loop: For Data | yes
	}
}

func (s *Store) days(from, to time.Time) {
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		s.db.Exec("INSERT INTO days (d) VALUES ($1)", d) // loop: For Data | yes
	}
}

func (s *Store) linked(u *User) {
	for ; u != nil; u = u.Friend {
		s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: For Data | yes
	}
}

func (s *Store) listed(l *list.List) {
	for e := l.Front(); e != nil; e = e.Next() {
		s.db.Exec("DELETE FROM users WHERE id = $1", e.Value) // loop: For Data | yes
	}
}

// Batches.

func (s *Store) stepping(ids []int64) {
	const size = 500
	for i := 0; i < len(ids); i += size {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", ids[i:min(i+size, len(ids))]) // loop: For Batch | yes
	}
}

func (s *Store) steppingToEnd(ids []int64, size int) {
	for start := 0; start < len(ids); {
		end := min(start+size, len(ids))
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", ids[start:end]) // loop: For Batch | yes
		start = end
	}
}

func (s *Store) steppingByTwo(ids []int64) {
	for i := 0; i < len(ids); i++ {
		s.db.Exec("DELETE FROM t WHERE id = $1", ids[i:][0]) // loop: For Data | yes
	}
}

func (s *Store) cutting(ids []int64) {
	for len(ids) > 0 {
		n := min(len(ids), 100)
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", ids[:n]) // loop: For Batch | yes
		ids = ids[n:]
	}
}

func (s *Store) popping(ids []int64) {
	for len(ids) > 0 {
		id := ids[0]
		ids = ids[1:]
		s.db.Exec("DELETE FROM t WHERE id = $1", id) // loop: For Data | yes
	}
}

func (s *Store) breadthFirst(root int64) {
	queue := []int64{root}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		rows, err := s.db.Query("SELECT id FROM t WHERE parent = $1", id) // loop: For Data | yes
		if err != nil {
			return
		}
		for rows.Next() {
			var child int64
			rows.Scan(&child)
			queue = append(queue, child)
		}
	}
}

func (s *Store) flushing(users []User) {
	var batch []int64
	for _, u := range users {
		batch = append(batch, u.ID)
		if len(batch) >= 100 {
			s.db.Exec("DELETE FROM t WHERE id = ANY($1)", batch) // loop: Range Batch | yes
			batch = batch[:0]
		}
		if len(u.Tags) > 0 {
			s.db.Exec("DELETE FROM tags WHERE u = $1", u.ID) // loop: Range Data | yes
		}
	}
	s.db.Exec("DELETE FROM t WHERE id = ANY($1)", batch) // loop: none
}

func (s *Store) flushingClosure(users []User) {
	var batch []int64
	flush := func() {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", batch) // loop: Range Batch | yes
		batch = nil
	}
	for _, u := range users {
		batch = append(batch, u.ID)
		if len(batch) == 100 {
			flush()
		}
	}
	flush()
}

func (s *Store) everyHundred(users []User) {
	for i, u := range users {
		if i%100 == 0 {
			s.db.Exec("UPDATE progress SET n = $1", i) // loop: Range Batch | yes
		}
		if i%2 == 1 {
			s.db.Exec("UPDATE users SET odd = true WHERE id = $1", u.ID) // loop: Range Batch | yes
		}
	}
}

// Rows.

func (s *Store) rows() error {
	rows, err := s.db.Query("SELECT id FROM users") // loop: none
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var u User
		if err := rows.Scan(&u.ID); err != nil {
			return err
		}
		s.db.QueryRow("SELECT name FROM names WHERE id = $1", u.ID).Scan(&u.Name) // loop: Rows Data | yes
	}
	return rows.Err()
}

func (s *Store) lines(r io.Reader) {
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		line := sc.Text()
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", line) // loop: For Data | yes
	}
}

func (s *Store) records(r *csv.Reader) error {
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		s.db.Exec("INSERT INTO t (n) VALUES ($1)", rec[0]) // loop: For Data | yes
	}
	return nil
}

// Pages and drains.

func (s *Store) list(offset, limit int) []User {
	s.db.Query("SELECT id FROM users ORDER BY id LIMIT $1 OFFSET $2", limit, offset) // loop: none
	return nil
}

func (s *Store) offsetPages(f func(User)) error {
	limit, offset := 100, 0
	for {
		rows, err := s.db.Query("SELECT id FROM users ORDER BY id LIMIT $1 OFFSET $2", limit, offset) // loop: For Page | yes
		if err != nil {
			return err
		}
		users := query(rows, nil)
		for _, u := range users {
			s.db.Exec("UPDATE users SET seen = true WHERE id = $1", u.ID) // loop: Range Data; For Page | yes; yes
		}
		if len(users) < limit {
			return nil
		}
		offset += limit
	}
}

func (s *Store) keyset() error {
	var last int64
	for {
		rows, err := s.db.Query("SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT 100", last) // loop: For Page | yes
		if err != nil {
			return err
		}
		users := query(rows, nil)
		if len(users) == 0 {
			break
		}
		last = users[len(users)-1].ID
	}
	return nil
}

func (s *Store) untilNoMore() {
	hasMore := true
	var cursor string
	for hasMore {
		var next sql.NullString
		s.db.QueryRow("SELECT next FROM pages WHERE cursor = $1", cursor).Scan(&next) // loop: For Drain | yes
		cursor, hasMore = next.String, next.Valid
	}
}

// One row each time, that names the next.
func (s *Store) whileCursor(cursor string) {
	for cursor != "" {
		var next string
		s.db.QueryRow("SELECT next FROM pages WHERE cursor = $1", cursor).Scan(&next) // loop: For Data | yes
		cursor = next
	}
}

// Many rows each time, and where to go on.
func (s *Store) whileToken(token int64) {
	for token != 0 {
		rows, err := s.db.Query("SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT 100", token) // loop: For Page | yes
		token = 0
		for _, u := range query(rows, err) {
			token = u.ID
		}
	}
}

func (s *Store) countedPages(pages int) {
	for page := 1; page <= pages; page++ {
		s.db.Query("SELECT id FROM users LIMIT 50 OFFSET $1", (page-1)*50) // loop: For Page | yes
	}
}

func (s *Store) sitemap(total int) {
	for offset := 0; offset < total; offset += 1000 {
		s.db.Query("SELECT slug FROM posts ORDER BY id LIMIT 1000 OFFSET $1", offset) // loop: For Page | yes
	}
}

func (s *Store) deleteInSteps() (int64, error) {
	var total int64
	for {
		res, err := s.db.Exec("DELETE FROM t WHERE id IN (SELECT id FROM t WHERE old LIMIT 1000)") // loop: For Page | no
		if err != nil {
			return total, err
		}
		n, _ := res.RowsAffected()
		total += n
		if n == 0 {
			return total, nil
		}
	}
}

func (s *Store) drain() error {
	for {
		var id int64
		err := s.db.QueryRow("DELETE FROM queue WHERE id = (SELECT min(id) FROM queue) RETURNING id").Scan(&id) // loop: For Drain | no
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *Store) fetchCursor(tx *sql.Tx) error {
	for {
		var id int64
		if err := tx.QueryRow("FETCH NEXT FROM c").Scan(&id); err == sql.ErrNoRows { // loop: For Drain | no
			break
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Retries.

func (s *Store) retryCounted() (err error) {
	for i := 0; i < 5; i++ {
		if _, err = s.db.Exec("INSERT INTO t (n) VALUES (1)"); err == nil { // loop: For Retry | no
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

func (s *Store) retryConfigured(maxRetries int) (err error) {
	for attempt := 0; attempt <= maxRetries; attempt++ {
		_, err = s.db.Exec("INSERT INTO t (n) VALUES (1)") // loop: For Retry | no
		if err == nil || !temporary(err) {
			return err
		}
		sleep(time.Duration(attempt) * time.Second)
	}
	return err
}

func temporary(error) bool { return true }

func (s *Store) retryContinue() error {
	for {
		_, err := s.db.Exec("INSERT INTO t (n) VALUES (1)") // loop: For Retry | no
		if err != nil {
			if temporary(err) {
				continue
			}
			return err
		}
		return nil
	}
}

func (s *Store) retryDelays() (err error) {
	for _, d := range []time.Duration{time.Second, time.Minute} {
		if _, err = s.db.Exec("INSERT INTO t (n) VALUES (1)"); err == nil { // loop: Range Retry | no
			return nil
		}
		time.Sleep(d)
	}
	return err
}

func (s *Store) retryRange(n int) (err error) {
	for range n {
		if _, err = s.db.Exec("INSERT INTO t (n) VALUES (1)"); err == nil { // loop: RangeInt Retry | no
			break
		}
	}
	return err
}

func (s *Store) retryGoto() error {
	tries := 0
again:
	_, err := s.db.Exec("INSERT INTO t (n) VALUES (1)") // loop: Goto Retry | no
	if err != nil && tries < 3 {
		tries++
		goto again
	}
	return err
}

func (s *Store) gotoNext(users []User) {
	i := 0
next:
	s.db.Exec("DELETE FROM users WHERE id = $1", users[i].ID) // loop: Goto Data | yes
	i++
	if i < len(users) {
		goto next
	}
	s.db.Exec("SELECT 1") // loop: none
}

func (s *Store) freeName(name string) string {
	for {
		var taken bool
		s.db.QueryRow("SELECT EXISTS (SELECT FROM users WHERE name = $1)", name).Scan(&taken) // loop: For Page | yes
		if !taken {
			return name
		}
		name += "x"
	}
}

// The first of several candidates: each may cost a query.
func (s *Store) candidates(names []string) (int64, error) {
	for _, n := range names {
		var id int64
		err := s.db.QueryRow("SELECT id FROM users WHERE name = $1", n).Scan(&id) // loop: Range Data | yes
		if err == nil {
			return id, nil
		}
	}
	return 0, sql.ErrNoRows
}

// Left after the call on every path.
func (s *Store) firstMatch(users []User, name string) error {
	for _, u := range users {
		if u.Name == name {
			_, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range FirstHit | yes
			return err
		}
	}
	return nil
}

func (s *Store) firstMatchBreak(users []User, name string) (err error) {
outer:
	for _, u := range users {
		for _, tag := range u.Tags {
			if tag == name {
				_, err = s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range FirstHit; Range FirstHit | no; yes
				break outer
			}
		}
	}
	return err
}

func (s *Store) innerBreak(users []User, name string) (err error) {
	for _, u := range users {
		for _, tag := range u.Tags {
			if tag == name {
				_, err = s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range FirstHit; Range Data | no; yes
				break
			}
		}
	}
	return err
}

func (s *Store) leavesOnError(users []User) error {
	for _, u := range users {
		if _, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID); err != nil { // loop: Range Data | yes
			return err
		}
	}
	return nil
}

func (s *Store) switchBreak(users []User) {
	for _, u := range users {
		switch {
		case u.ID > 0:
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
			break
		}
	}
}

func (s *Store) breakOutOfSelect(users []User, done chan struct{}) {
	for _, u := range users {
		select {
		case <-done:
			s.db.Exec("INSERT INTO stopped (id) VALUES ($1)", u.ID) // loop: Range FirstHit | yes
			return
		default:
		}
		s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
	}
}

// Pollers and workers.

func (s *Store) poll(done chan struct{}) {
	for {
		s.db.Exec("DELETE FROM sessions WHERE expired") // loop: For Poll | no
		select {
		case <-done:
			return
		case <-time.After(time.Minute):
		}
	}
}

func (s *Store) pollContext() {
	t := time.NewTicker(time.Second)
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.db.Exec("DELETE FROM sessions WHERE expired") // loop: For Poll | no
		}
	}
}

func (s *Store) pollSleep() {
	for ctx.Err() == nil {
		s.db.Exec("DELETE FROM sessions WHERE expired") // loop: For Poll | no
		time.Sleep(time.Second)
	}
}

func (s *Store) work() {
	for {
		select {
		case <-ctx.Done():
			return
		case u := <-s.queue:
			s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: For Worker | yes
		}
	}
}

func (s *Store) forever() {
	for {
		s.db.Exec("SELECT 1") // loop: For Unknown | no
	}
}

// Throttled, but over data.
func (s *Store) throttled(users []User) {
	for _, u := range users {
		s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: Range Data | yes
		time.Sleep(time.Millisecond)
	}
}

// Candidates in a linked list or work list are no retries.
func (s *Store) linkedCandidates(u *User) {
	for ; u != nil; u = u.Friend {
		if _, err := s.db.Exec("DELETE FROM users WHERE id = $1", u.ID); err == nil { // loop: For Data | yes
			return
		}
	}
}

func (s *Store) poppedCandidates(ids []int64) {
	for len(ids) > 0 {
		id := ids[0]
		ids = ids[1:]
		if _, err := s.db.Exec("DELETE FROM users WHERE id = $1", id); err == nil { // loop: For Data | yes
			return
		}
	}
}

func (s *Store) rowsAndMore(rows *sql.Rows, limit int) {
	for n := 0; n < limit && rows.Next(); n++ {
		var id int64
		rows.Scan(&id)
		s.db.Exec("DELETE FROM users WHERE id = $1", id) // loop: Rows Data | yes
	}
}

func (s *Store) batchesByHand(ids []int64) {
	var batches [][]int64
	for rest := ids; len(rest) > 0; {
		n := min(len(rest), 100)
		batches, rest = append(batches, rest[:n]), rest[n:]
	}
	for _, b := range batches {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", b) // loop: Range Batch | yes
	}
	for _, batch := range batches[0] {
		s.db.Exec("DELETE FROM t WHERE id = $1", batch) // loop: Range Data | yes
	}
	var chunks [][]int64
	for _, id := range ids {
		chunks = append(chunks, []int64{id, -id})
	}
	for _, chunk := range chunks {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", chunk) // loop: Range Data | yes
	}
}

func (s *Store) batchChannel(batches, single chan []int64) {
	for b := range batches {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", b) // loop: RangeChan Batch | yes
	}
	for b := range single {
		s.db.Exec("DELETE FROM t WHERE id = ANY($1)", b) // loop: RangeChan Batch | yes
	}
}

func (s *Store) pagesInt(pages, n int) {
	for page := range pages {
		s.db.Query("SELECT id FROM users LIMIT 50 OFFSET $1", page*50) // loop: RangeInt Page | yes
	}
	for i := range n {
		s.db.Query("SELECT id FROM users WHERE n = $1", i) // loop: RangeInt Data | yes
	}
}

// A condition on the context alone says nothing about the work.
func (s *Store) whileAlive() {
	for ctx.Err() == nil {
		u := <-s.queue
		s.db.Exec("DELETE FROM users WHERE id = $1", u.ID) // loop: For Worker | yes
	}
}

func (s *Store) untilBool() {
	done := false
	for !done {
		res, err := s.db.Exec("DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 10)") // loop: For Drain | no
		if err != nil {
			return
		}
		n, _ := res.RowsAffected()
		done = n == 0
	}
}

// The parent chain: each query gives the key of the next.
func (s *Store) ancestors(id int64) {
	for id != 0 {
		var parent int64
		s.db.QueryRow("SELECT parent FROM nodes WHERE id = $1", id).Scan(&parent) // loop: For Data | yes
		id = parent
	}
}

func (s *Store) reconnect(maxTries int) (err error) {
	tries := 0
	for {
		if err = s.db.Ping(); err == nil { // loop: For Retry | no
			return nil
		}
		tries++
		if tries > maxTries {
			return err
		}
		sleep(time.Second)
	}
}

func (s *Store) serialize(f func(*sql.Tx) error) error {
	for i := 0; i < 10; i++ {
		tx, err := s.db.Begin() // loop: For Retry | no
		if err != nil {
			return err
		}
		err = f(tx)
		if err == nil {
			err = tx.Commit() // loop: For Retry | no
		}
		if err == nil {
			return nil
		}
		tx.Rollback() // loop: For Retry | no
	}
	return errors.New("too many conflicts")
}

// A cap on a list is no bound unless it is small.
func (s *Store) capped(users []User) {
	const feedSize, top = 100, 3
	for i := 0; i < min(len(users), feedSize); i++ {
		s.db.Exec("DELETE FROM users WHERE id = $1", users[i].ID) // loop: For Data | yes
	}
	for i := range min(top, len(users)) {
		s.db.Exec("DELETE FROM users WHERE id = $1", users[i].ID) // loop: RangeInt Constant | yes
	}
}

func (s *Store) pageNumbers(n int) {
	var opts struct{ Page, Size int }
	for i := n; i >= 1; i-- {
		opts.Page = i
		s.db.Query("SELECT id FROM users LIMIT $1 OFFSET $2", opts.Size, opts.Page*opts.Size) // loop: For Page | yes
	}
	for i := n; i >= 1; i-- {
		opts.Size = i
		s.db.Query("SELECT id FROM users LIMIT $1", opts.Size) // loop: For Data | yes
	}
}

// Halving is no walk over the data; a half of each element is.
func (s *Store) bisect(n int) int {
	lo, hi := 0, n
	for hi-lo > 1 {
		mid := lo + (hi-lo)>>1
		res, _ := s.db.Query("SELECT id FROM users WHERE id > $1 LIMIT 1", mid) // loop: For Halving | yes
		if res != nil {
			lo = mid
		} else {
			hi = mid
		}
	}
	for i := 0; i < n; i++ {
		s.db.Query("SELECT id FROM users WHERE id = $1", (i+n)/2) // loop: For Data | yes
	}
	return lo
}
