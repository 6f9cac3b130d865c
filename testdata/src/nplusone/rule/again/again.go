// Package again has functions that call themselves, or what they are given, once
// more.
package again

import (
	"context"
	"database/sql"
	"errors"
	"net/http"

	_ "github.com/lib/pq"
)

type Broker struct {
	db    *sql.DB
	id    int64
	badge string
}

func (b *Broker) enrol() error {
	b.badge = "new"
	_, err := b.db.Exec("UPDATE brokers SET badge = $1 WHERE id = $2", b.badge, b.id)
	return err
}

func (b *Broker) store(what string) error {
	_, err := b.db.Exec("INSERT INTO offers (broker, what) VALUES ($1, $2)", b.id, what)
	return err
}

// The badge is renewed where it had run out, and the same is asked again.
func (b *Broker) ask(path string, set func(*http.Request), once ...bool) (int, error) {
	req, _ := http.NewRequest("GET", path+b.badge, nil)
	set(req)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if code := res.StatusCode; code != 200 {
		if code == 401 && len(once) == 0 {
			if err = b.enrol(); err != nil {
				return 0, err
			}
			return b.ask(path, set, true)
		}
		return code, errors.New("refused")
	}
	return 200, nil
}

func (b *Broker) Ask(paths []string) {
	for _, p := range paths {
		b.ask(p, nil)
	}
}

// As often as tries says.
func (b *Broker) try(path string, left int) error {
	res, err := http.Get(path + b.badge)
	if err == nil || left == 0 {
		return err
	}
	defer res.Body.Close()
	b.enrol()
	return b.try(path, left-1)
}

func (b *Broker) Try(paths []string) {
	for _, p := range paths {
		b.try(p, 3)
	}
}

// The codes that can be mended come to the end.
func (b *Broker) tell(path string) error {
	res, err := http.Get(path + b.badge)
	if err != nil {
		return err
	}
	b.store(path)
	switch res.StatusCode {
	case 200:
		return nil
	case 401, 403:
		if err = b.enrol(); err == nil {
			break
		}
		return err
	default:
		return errors.New("refused")
	}
	return b.tell(path)
}

func (b *Broker) Tell(paths []string) {
	for _, p := range paths {
		b.tell(p) // want `the query INSERT offers`
	}
}

// A badge that comes with the answer is kept, whatever was asked.
func (b *Broker) peek(path string) error {
	res, err := http.Get(path)
	if err != nil {
		return err
	}
	if badge := res.Header["Badge"]; badge != nil {
		return b.enrol()
	}
	return nil
}

func (b *Broker) Peek(paths []string) {
	for _, p := range paths {
		b.peek(p)
	}
}

type page struct {
	Lots []int64
	next string
}

func (p *page) more() bool { return p.next != "" }

func (b *Broker) fetch(ctx context.Context, from string, into *page) error {
	res, err := http.Get(b.badge + from)
	if err == nil {
		err = res.Body.Close()
	}
	_, err2 := b.db.ExecContext(ctx, "UPDATE brokers SET seen = $1 WHERE id = $2", from, b.id)
	return errors.Join(err, err2)
}

// Each page is made anew, and says whether there is another.
func (b *Broker) AllPages(ctx context.Context) (lots []int64, err error) {
	var from string
	for {
		var p page
		if err = b.fetch(ctx, from, &p); err != nil {
			return nil, err
		}
		lots = append(lots, p.Lots...)
		if !p.more() {
			return lots, nil
		}
		from = p.next
	}
}

// The next one is another.
func (b *Broker) follow(path string, hops int) error {
	if hops > 3 {
		if err := b.store(path); err != nil {
			return err
		}
		return b.follow(path[1:], hops)
	}
	return nil
}

func (b *Broker) Follow(paths []string) {
	for _, p := range paths {
		b.follow(p, 1) // want `the query INSERT offers runs once per iteration of the loop at line \d+, via`
	}
}

// What says how often is stored as well: these are pages.
func (b *Broker) pages(path string, page int64) error {
	if page < 9 {
		if _, err := b.db.Exec("INSERT INTO pages (path, page) VALUES ($1, $2)", path, page); err != nil {
			return err
		}
		return b.pages(path, page+1)
	}
	return nil
}

func (b *Broker) Pages(paths []string) {
	for _, p := range paths {
		b.pages(p, 1) // want `the query INSERT pages`
	}
}

type Lot struct {
	ID, Of      int64
	Left, Right *Lot
}

// A chain of two at most: each branch comes to one call.
func (b *Broker) owner(ctx context.Context, id int64, kind string) (string, error) {
	var name string
	var of int64
	err := b.db.QueryRowContext(ctx, "SELECT name, owner FROM lots WHERE id = $1", id).Scan(&name, &of)
	switch {
	case err != nil:
		return "", err
	case kind == "part":
		return b.owner(ctx, of, "lot")
	case kind == "lot":
		return b.owner(ctx, of, "")
	}
	return name, nil
}

// The first call leaves.
func (b *Broker) bids(l *Lot) error {
	b.db.Exec("UPDATE lots SET seen = true WHERE id = $1", l.ID)
	if l.Left != nil {
		return b.bids(l.Left)
	}
	return b.bids(l.Right)
}

// One run comes to both.
func (b *Broker) halves(l *Lot) {
	b.db.Exec("UPDATE lots SET seen = true WHERE id = $1", l.ID) // want `the query UPDATE lots runs once per node of the recursion`
	if l.Left != nil {
		b.halves(l.Left)
	}
	if l.Right != nil {
		b.halves(l.Right)
	}
}

// untilNone asks for the same again until nothing is left.
func untilNone(ctx context.Context, day string, take func(ctx context.Context, day string, most int) (int, error)) error {
	sum := 0
	for {
		n, err := take(ctx, day, 500)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		sum += n
	}
	return nil
}

func (b *Broker) drop(ctx context.Context, day string, most int) (int, error) {
	res, err := b.db.ExecContext(ctx, "DELETE FROM bids WHERE ctid IN (SELECT ctid FROM bids WHERE day = $1 LIMIT $2)", day, most)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

func (b *Broker) Drop(ctx context.Context, day string) error { return untilNone(ctx, day, b.drop) }

// counted calls a function with the next number each time.
func counted(ctx context.Context, do func(ctx context.Context, day string, n int) (int, error)) error {
	for i := 0; ; i++ {
		day := string(rune('a' + i))
		n, err := do(ctx, day, i)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

func (b *Broker) Each(ctx context.Context) error {
	return counted(ctx, b.drop) // want `the query DELETE bids runs once per element of the call`
}
