// Package goqued builds its statements with goqu: conditions are trees of
// values, and methods return changed copies.
package goqued

import (
	"github.com/doug-martin/goqu/v9"
	"github.com/doug-martin/goqu/v9/exp"

	"testdata/querysites/goqued/port"
)

type slot struct {
	Nr    int    `db:"nr"`
	Berth string `db:"berth"`
	Temp  string `db:"-"`
}

func copies(db *goqu.Database) error {
	q := db.From("slots").Where(goqu.C("nr").Gt(3))
	q.Where(goqu.C("berth").IsNull())
	var ss []slot
	return q.ScanStructs(&ss) // sql: SELECT berth, nr FROM slots WHERE (nr > 3)
}

func trees(db *goqu.Database, nr int, names []string) error {
	var n int
	_, err := db.From(goqu.T("slots").As("s")).Select(goqu.COUNT("*").As("n"), goqu.L("max(?)", goqu.I("s.nr"))).
		Where(goqu.Or(
			goqu.And(goqu.I("s.nr").Between(goqu.Range(1, nr)), goqu.I("s.berth").In(names)),
			goqu.ExOr{"s.nr": nr, "s.berth": nil},
			goqu.Ex{"s.nr": goqu.Op{"lte": 3}, "s.open": true},
		)).ScanVal(&n) // sql: SELECT COUNT(*) AS n, max(s.nr) FROM slots AS s WHERE ((((s.nr BETWEEN 1 AND ?) AND s.berth IN (?)) OR (s.berth IS NULL OR s.nr = ?) OR s.nr <= 3 AND s.open IS TRUE)) LIMIT 1
	return err
}

func joins(db *goqu.Database) error {
	var n []int
	return db.From("slots").InnerJoin(goqu.T("piers"), goqu.On(goqu.I("piers.id").Eq(goqu.I("slots.pier")))).
		LeftJoin(goqu.T("boats"), goqu.Using("nr")).
		GroupBy("piers.id").Having(goqu.COUNT("boats.nr").Gt(1)).
		Order(goqu.I("piers.id").Desc().NullsLast()).Limit(10).Offset(5).Pluck(&n, "piers.id") // sql: SELECT piers.id FROM slots INNER JOIN piers ON (piers.id = slots.pier) LEFT JOIN boats USING (nr) GROUP BY piers.id HAVING (COUNT(boats.nr) > 1) ORDER BY piers.id DESC NULLS LAST LIMIT 10 OFFSET 5
}

func below(db *goqu.Database) error {
	free := db.From("slots").Select("pier").Where(goqu.C("open").IsTrue())
	var n []int
	if err := db.From("piers").Select("id").Where(goqu.C("id").In(free)).ScanVals(&n); err != nil { // sql: SELECT id FROM piers WHERE (id IN ((SELECT pier FROM slots WHERE (open IS TRUE))))
		return err
	}
	return db.From(free).Select(goqu.MAX("pier")).ScanVals(&n) // sql: SELECT MAX(pier) FROM (SELECT pier FROM slots WHERE (open IS TRUE)) AS t1
}

func list(db *goqu.Database, late bool) error {
	conds := []exp.Expression{goqu.C("nr").Neq(3)}
	if late {
		conds = append(conds, goqu.C("berth").Like("a%"))
	}
	var n []int
	return db.From("slots").Select("nr").Where(conds...).ScanVals(&n) // sql: SELECT nr FROM slots WHERE ((nr != 3) AND (berth LIKE 'a%')) | SELECT nr FROM slots WHERE (nr != 3)
}

func written(db *goqu.Database, s slot) error {
	if _, err := db.Insert("slots").Rows(s).OnConflict(goqu.DoUpdate("nr", goqu.Record{"berth": goqu.L("excluded.berth")})).Executor().Exec(); err != nil { // sql: INSERT INTO slots (berth, nr) VALUES (?, ?) ON CONFLICT (nr) DO UPDATE SET berth = excluded.berth
		return err
	}
	if _, err := db.Insert("slots").Cols("nr", "berth").Vals(goqu.Vals{1, "a"}, goqu.Vals{2, "b"}).Executor().Exec(); err != nil { // sql: INSERT INTO slots (nr, berth) VALUES (1, 'a'), (2, 'b')
		return err
	}
	if _, err := db.Update("slots").Set(goqu.Record{"nr": goqu.L("nr + 1"), "berth": "x"}).Where(goqu.Ex{"nr": 3}).Executor().Exec(); err != nil { // sql: UPDATE slots SET berth = 'x', nr = nr + 1 WHERE (nr = 3)
		return err
	}
	_, err := db.Delete("slots").Where(goqu.C("nr").NotIn(1, 2)).Returning("nr").Executor().Exec() // sql: DELETE FROM slots WHERE (nr NOT IN (1, 2)) RETURNING nr
	return err
}

func sent(db *goqu.Database, pg goqu.DialectWrapper) error {
	text, args, err := pg.From("slots").Select("nr").Where(goqu.C("nr").Eq(3)).Prepared(true).ToSQL()
	if err != nil {
		return err
	}
	_, err = db.Exec(text, args...) // sql: SELECT nr FROM slots WHERE (nr = 3)
	return err
}

func unknown(db *goqu.Database, cond goqu.Expression, q *goqu.SelectDataset) error {
	var n []int
	if err := db.From("slots").Select("nr").Where(cond).ScanVals(&n); err != nil { // sql: SELECT nr FROM slots {cond}
		return err
	}
	return q.Where(goqu.C("nr").Eq(3)).ScanVals(&n) // sql: {q}
}

// Tables and columns that another package has in variables.
func named(db *goqu.Database, at int) error {
	var n []int
	return db.From(port.Piers).Select(port.PierID).Where(port.PierLen.Gt(at)).ScanVals(&n) // sql: SELECT piers.id FROM piers WHERE (piers.length > ?)
}

// A statement keeps its alias where it is a table, also one of several.
func aliased(db *goqu.Database, all bool) error {
	var n []int
	both := db.From("slots").Select("nr").Union(db.From("berths").Select("nr"))
	if all {
		both = db.From("slots").Select("nr").UnionAll(db.From("berths").Select("nr"))
	}
	return db.From(both.As("b")).Select("nr").ScanVals(&n) // sql: SELECT nr FROM (SELECT nr FROM slots UNION (SELECT nr FROM berths)) AS b | SELECT nr FROM (SELECT nr FROM slots UNION ALL (SELECT nr FROM berths)) AS b
}

// desk is what is the same for some tables.
type desk struct{ table, id exp.IdentifierExpression }

var (
	slots = &desk{table: goqu.T("slots"), id: goqu.T("slots").Col("nr")}
	boats = &desk{goqu.T("boats"), goqu.T("boats").Col("id")}
)

func (d *desk) drop(db *goqu.Database, id int) error {
	_, err := db.Delete(d.table).Where(d.id.Eq(id)).Executor().Exec() // sql: DELETE FROM boats WHERE (boats.id = ?) | DELETE FROM slots WHERE (slots.nr = ?)
	return err
}

func emptied(db *goqu.Database) error {
	_, err := db.Truncate("slots", "boats").Identity("RESTART").Cascade().Executor().Exec() // sql: TRUNCATE slots, boats RESTART IDENTITY CASCADE
	return err
}
