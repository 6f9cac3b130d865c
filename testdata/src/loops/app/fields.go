package app

import "database/sql"

// What changes in one field, and what does not in another.

type desk struct {
	db     *sql.DB
	shards []*sql.DB
	cur    int64
	total  int64
	seen   []int64
	opts   struct{ id, limit int64 }
}

func (d *desk) scansIntoField(ids []int64) {
	for _, id := range ids {
		d.db.QueryRow("SELECT n FROM t WHERE id = $1", id).Scan(&d.cur) // loop: Range Data | yes
	}
}

func (d *desk) assigned(ids []int64) {
	for _, id := range ids {
		d.cur = id
		d.db.Exec("DELETE FROM t WHERE id = $1", d.cur)     // loop: Range Data | yes
		d.db.Exec("DELETE FROM t WHERE id = $1", d.key())   // loop: Range Data | yes
		d.db.Exec("DELETE FROM t WHERE id = $1", d.other()) // loop: Range Data | unsure
	}
}

func (d *desk) key() int64   { return d.keyed() }
func (d *desk) keyed() int64 { return d.cur }
func (d *desk) other() int64 { return d.opts.limit }

func (d *desk) nested(ids []int64) {
	for _, id := range ids {
		d.opts.id = id
		d.db.Exec("DELETE FROM t WHERE id = $1", d.opts.id) // loop: Range Data | yes
		deletes(d.db, d.opts.limit)
	}
}

func deletes(db *sql.DB, n int64) {
	db.Exec("DELETE FROM t WHERE id = $1", n) // loop: none
}

func (d *desk) collects(ids []int64) {
	for _, id := range ids {
		d.seen = append(d.seen, id)
		d.db.Exec("DELETE FROM t WHERE id = $1", d.key()) // loop: Range Data | unsure
	}
}

func built(db *sql.DB, ids []int64) {
	for _, id := range ids {
		d := &desk{db: db, cur: id, total: 3}
		d.db.Exec("DELETE FROM t WHERE id = $1", d.cur)   // loop: Range Data | yes
		d.db.Exec("DELETE FROM t WHERE id = $1", d.total) // loop: Range Data | no
	}
}

func setOutside(db *sql.DB, ids []int64) {
	d := desk{db: db}
	for _, id := range ids {
		d.cur = id
		d.db.Exec("DELETE FROM t WHERE id = $1", d.cur) // loop: Range Data | yes
	}
}

// Each element has its database: another one each time.
func (d *desk) ofElements(list []*desk) {
	for _, x := range list {
		x.db.Exec("DELETE FROM t WHERE id = $1", d.cur) // loop: Range Data | handle
	}
}

func open(string) *sql.DB

func perTenant(tenants []User) {
	for _, t := range tenants {
		db := open(t.Name)
		db.Exec("DELETE FROM t WHERE id = $1", t.ID) // loop: Range Data | handle
	}
}

// A few databases are asked many times.
func (d *desk) pickedShard(ids []int64, byShard map[int][]int64) {
	for _, id := range ids {
		db := d.shards[int(id)%len(d.shards)]
		db.Exec("DELETE FROM t WHERE id = $1", id) // loop: Range Data | yes
	}
	for n, ids := range byShard {
		d.shards[n%8].Exec("DELETE FROM t WHERE id = ANY($1)", ids) // loop: RangeMap Data | handle
	}
}
