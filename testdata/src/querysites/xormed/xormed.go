// Package xormed builds its statements with xorm: a session keeps what is added
// to it until it sends a statement.
package xormed

import (
	"time"

	"xorm.io/builder"
	"xorm.io/xorm"
	"xorm.io/xorm/schemas"
)

type depot struct {
	Id    int64
	Town  string    `xorm:"index"`
	Area  int       `xorm:"'sqm' notnull default(0)"`
	Stamp time.Time `xorm:"updated"`
	Shut  time.Time `xorm:"deleted"`
	Note  string    `xorm:"-"`
}

type lorry struct {
	Plate   string `xorm:"pk varchar(12)"`
	DepotId int64
	TonsMax int
}

func (lorry) TableName() string { return "fleet" } // want TableName:"text\\(fleet\\)"

// handle is what the program asks of an engine or a session.
type handle interface {
	Where(query any, args ...any) *xorm.Session
	Get(beans ...any) (bool, error)
}

func emptied(db *xorm.Engine, town string) error {
	sess := db.NewSession()
	defer sess.Close()
	var ds []depot
	sess.Where("town = ?", town)
	if err := sess.Asc("id").Find(&ds); err != nil { // sql: SELECT id, town, sqm, stamp, shut FROM depot WHERE town = ? AND (shut = ? OR shut IS NULL) ORDER BY id ASC
		return err
	}
	return sess.Find(&ds) // sql: SELECT id, town, sqm, stamp, shut FROM depot WHERE (shut = ? OR shut IS NULL)
}

func fresh(db *xorm.Engine) error {
	db.Where("tons_max > 3") // sql: tons_max > 3
	var ls []*lorry
	return db.Limit(10, 20).Find(&ls) // sql: SELECT plate, depot_id, tons_max FROM fleet LIMIT 10 OFFSET 20
}

func beans(db handle, id int64, d *depot) error {
	if _, err := db.Where("sqm > 3").Get(&lorry{DepotId: id, TonsMax: 0}); err != nil { // sql: SELECT plate, depot_id, tons_max FROM fleet WHERE sqm > 3 AND depot_id = ? LIMIT 1
		return err
	}
	if _, err := db.Get(new(lorry)); err != nil { // sql: SELECT plate, depot_id, tons_max FROM fleet LIMIT 1
		return err
	}
	_, err := db.Get(d) // sql: SELECT id, town, sqm, stamp, shut FROM depot WHERE {d} (shut = ? OR shut IS NULL) LIMIT 1
	return err
}

func changed(db *xorm.Session, id int64) error {
	d := new(depot)
	if _, err := db.ID(id).Get(d); err != nil { // sql: SELECT id, town, sqm, stamp, shut FROM depot WHERE (shut = ? OR shut IS NULL) AND id = ? LIMIT 1
		return err
	}
	if _, err := db.ID(id).Update(d); err != nil { // sql: UPDATE depot SET {values}, stamp = ? WHERE id = ? AND (shut = ? OR shut IS NULL)
		return err
	}
	if _, err := db.ID(id).Cols("town").Update(d); err != nil { // sql: UPDATE depot SET town = ?, stamp = ? WHERE id = ? AND (shut = ? OR shut IS NULL)
		return err
	}
	_, err := db.ID(id).Delete(new(depot)) // sql: UPDATE depot SET shut = ? WHERE (shut = ? OR shut IS NULL) AND id = ?
	return err
}

func conds(db *xorm.Engine, town string, big bool) error {
	cond := builder.NewCond().And(builder.Neq{"town": town})
	if big {
		cond = cond.And(builder.Gt{"sqm": 100}.Or(builder.Like{"town", "x"}))
	}
	_, err := db.Where(cond).Unscoped().Count(new(depot)) // sql: SELECT count(*) FROM depot WHERE town <> ? AND (sqm > 100 OR town LIKE 'x')
	return err
}

func joins(db *xorm.Engine) error {
	var ids []int64
	return db.Table("fleet").Alias("f").Join("INNER", []string{"depot", "d"}, "d.id = f.depot_id AND d.sqm > ?", 3).
		Where("d.town = 'x'").Or("d.town IS NULL").And("f.tons_max > 3").
		Cols("f.plate").Find(&ids) // sql: SELECT f.plate FROM fleet AS f INNER JOIN depot AS d ON d.id = f.depot_id AND d.sqm > 3 WHERE (d.town = 'x' OR (d.town IS NULL)) AND f.tons_max > 3
}

func rest(db *xorm.Engine) error {
	if _, err := db.Where("town = 'x'").Exist(new(lorry)); err != nil { // sql: SELECT plate, depot_id, tons_max FROM fleet WHERE town = 'x' LIMIT 1
		return err
	}
	if _, err := db.Where("depot_id = 3").SumInt(new(lorry), "tons_max"); err != nil { // sql: SELECT COALESCE(sum(tons_max), 0) FROM fleet WHERE depot_id = 3
		return err
	}
	if _, err := db.Insert(&lorry{Plate: "x"}); err != nil { // sql: INSERT INTO fleet (plate, depot_id, tons_max) VALUES (?, ?, ?)
		return err
	}
	_, err := db.Table("fleet").Where("depot_id = 3").Incr("tons_max").Update(new(lorry)) // sql: UPDATE fleet SET tons_max = tons_max + 1 WHERE depot_id = 3
	return err
}

func zeroed(db *xorm.Session, plate string) error {
	var l lorry
	if _, err := db.Where("plate = ?", plate).Get(&l); err != nil { // sql: SELECT plate, depot_id, tons_max FROM fleet WHERE plate = ? LIMIT 1
		return err
	}
	_, err := db.Get(&l) // sql: SELECT plate, depot_id, tons_max FROM fleet {&l} LIMIT 1
	return err
}

// berth has a key of two columns, and a field that counts only when asked for.
type berth struct {
	Pier  string `xorm:"pk"`
	No    int    `xorm:"pk"`
	Taken bool
	Tons  int
}

func berths(db *xorm.Engine, pier string, no int, taken bool) error {
	if _, err := db.ID(schemas.PK{pier, no}).Cols("tons").Update(&berth{Tons: 3}); err != nil { // sql: UPDATE berth SET tons = ? WHERE pier = ? AND no = ?
		return err
	}
	var bs []berth
	if err := db.UseBool("taken").Find(&bs, &berth{Pier: pier, Taken: taken}); err != nil { // sql: SELECT pier, no, taken, tons FROM berth WHERE pier = ? AND taken = ?
		return err
	}
	if err := db.Find(&bs, &berth{Pier: pier, Taken: taken}); err != nil { // sql: SELECT pier, no, taken, tons FROM berth WHERE pier = ?
		return err
	}
	return db.Where("tons > 3").BufferSize(40).Iterate(new(berth), func(int, any) error { return nil }) // sql: SELECT pier, no, taken, tons FROM berth WHERE tons > 3 LIMIT 40 {offset}
}

func counted(db *xorm.Engine) (bs []berth, err error) {
	_, err = db.Cols("pier", "no").Where("taken").Limit(20, 0).FindAndCount(&bs) // sql: SELECT count(*) FROM berth WHERE taken | SELECT pier, no FROM berth WHERE taken LIMIT 20
	return bs, err
}
