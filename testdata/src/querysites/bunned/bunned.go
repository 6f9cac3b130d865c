// Package bunned builds its statements with bun: what a method adds stays in
// the query that it is called on.
package bunned

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

type crew struct {
	bun.BaseModel `bun:"table:crews,alias:c"`

	ID      int64 `bun:",pk,autoincrement"`
	Label   string
	HomeURL string
	Trips   []*trip `bun:"rel:has-many,join:id=crew_id"`
}

type trip struct {
	ID     int64     `bun:",pk,autoincrement"`
	CrewID int64     `bun:"crew_id"`
	Crew   *crew     `bun:"rel:belongs-to,join:crew_id=id"`
	Begins time.Time `bun:"begins_at,nullzero,default:now()"`
	Gone   time.Time `bun:",soft_delete,nullzero"`
	Memo   string    `bun:"-"`
}

// maker is what the program asks of a handle.
type maker interface {
	NewSelect() *bun.SelectQuery
}

func inPlace(ctx context.Context, db *bun.DB, label string) error {
	var cs []crew
	q := db.NewSelect().Model(&cs)
	r := q
	r.Where("label = ?", label)
	return q.Scan(ctx) // sql: SELECT c.id, c.label, c.home_url FROM crews AS c WHERE (label = ?)
}

func copied(ctx context.Context, db *bun.DB, label string) error {
	q := db.NewSelect().Model((*crew)(nil)).Column("id")
	q.Clone().Where("label = ?", label) // sql: label = ?
	return q.Scan(ctx)                  // sql: SELECT c.id FROM crews AS c
}

func handedOn(ctx context.Context, db *bun.DB, late bool) error {
	q := db.NewSelect().Model((*trip)(nil)).Column("id")
	narrow(q, late)
	return q.Scan(ctx) // sql: SELECT trip.id FROM trips AS trip WHERE (trip.begins_at > now()) AND trip.gone IS NULL
}

func narrow(q *bun.SelectQuery, late bool) {
	if !late {
		return
	}
	q.Where("?TableAlias.begins_at > now()")
}

func unknownHelp(ctx context.Context, db *bun.DB, f func(*bun.SelectQuery)) error {
	q := db.NewSelect().Model((*crew)(nil)).Column("id")
	f(q)
	return q.Order("id").Scan(ctx) // sql: SELECT c.id FROM crews AS c {f} {f} ORDER BY id {f}
}

func joined(ctx context.Context, db bun.IDB) error {
	var ts []trip
	return db.NewSelect().Model(&ts).Column("id").Relation("Crew").Where("crew.label = ?", "x").Scan(ctx) // sql: SELECT trip.id, crew.id AS crew__id, crew.label AS crew__label, crew.home_url AS crew__home_url FROM trips AS trip LEFT JOIN crews AS crew ON (crew.id = trip.crew_id) WHERE (crew.label = 'x') AND trip.gone IS NULL
}

func apart(ctx context.Context, db bun.IDB) error {
	var cs []crew
	return db.NewSelect().Model(&cs).Relation("Trips", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("begins_at < now()").Order("begins_at DESC")
	}).Scan(ctx) // sql: SELECT c.id, c.label, c.home_url FROM crews AS c | SELECT trip.id, trip.crew_id, trip.begins_at, trip.gone FROM trips AS trip WHERE (trip.crew_id IN (?)) AND (begins_at < now()) AND trip.gone IS NULL ORDER BY begins_at DESC
}

func grouped(ctx context.Context, m maker, a, b string) error {
	return m.NewSelect().Model((*trip)(nil)).Column("id").
		Where("crew_id = 3").
		WhereGroup(" OR ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("? = ?0", a).WhereOr("b = ?", b)
		}).
		WhereAllWithDeleted().
		Scan(ctx) // sql: SELECT trip.id FROM trips AS trip WHERE (crew_id = 3) OR ((? = ?) OR (b = ?))
}

func counted(ctx context.Context, db *bun.DB) (int64, error) {
	return db.NewSelect().Model((*crew)(nil)).Column("label").Group("label").Order("label").Limit(3).Count(ctx) // sql: WITH _count_wrapper AS (SELECT c.label FROM crews AS c GROUP BY label) SELECT count(*) FROM _count_wrapper
}

func exists(ctx context.Context, db *bun.DB) (bool, error) {
	return db.NewSelect().Table("crews").ColumnExpr("1").Where("id = ?", 3).Exists(ctx) // sql: SELECT EXISTS (SELECT 1 FROM crews WHERE (id = 3))
}

func below(ctx context.Context, db *bun.DB) error {
	ids := db.NewSelect().Model((*trip)(nil)).Column("crew_id").WhereDeleted()
	return db.NewDelete().Model((*crew)(nil)).Where("id IN (?)", ids).Scan(ctx) // sql: DELETE FROM crews AS c WHERE (id IN (SELECT trip.crew_id FROM trips AS trip WHERE trip.gone IS NOT NULL))
}

func written(ctx context.Context, db *bun.DB, c *crew) error {
	if _, err := db.NewInsert().Model(&trip{CrewID: 3}).Exec(ctx); err != nil { // sql: INSERT INTO trips (id, crew_id, begins_at, gone) VALUES (DEFAULT, ?, DEFAULT, DEFAULT) RETURNING id, begins_at, gone
		return err
	}
	_, err := db.NewUpdate().Model(c).ExcludeColumn("home_url").WherePK().Exec(ctx) // sql: UPDATE crews AS c SET label = ? WHERE (c.id = ?)
	if err != nil {
		return err
	}
	_, err = db.NewInsert().Model(c).On("CONFLICT (label) DO UPDATE").Returning("NULL").Exec(ctx) // sql: INSERT INTO crews AS c (id, label, home_url) VALUES (DEFAULT, ?, ?) ON CONFLICT (label) DO UPDATE SET label = EXCLUDED.label, home_url = EXCLUDED.home_url
	return err
}

func removed(ctx context.Context, db *bun.DB, ts []trip) error {
	if _, err := db.NewDelete().Model(&ts).WherePK().Exec(ctx); err != nil { // sql: UPDATE trips AS trip SET gone = ? WHERE trip.gone IS NULL AND (trip.id IN (?))
		return err
	}
	_, err := db.NewDelete().Model(&ts).WherePK().ForceDelete().Exec(ctx) // sql: DELETE FROM trips AS trip WHERE (trip.id IN (?))
	return err
}

func raw(ctx context.Context, db *bun.DB, n int) error {
	return db.NewRaw("SELECT ? FROM ? WHERE n > ?", bun.Ident("c.id"), bun.Ident("crews"), n).Scan(ctx, &n) // sql: SELECT c.id FROM crews WHERE n > ?
}

func another(ctx context.Context, db *bun.DB) error {
	old := db.NewSelect().Table("crews").Column("id").Where("label IS NULL")
	return db.NewSelect().With("old", old).Table("old").Column("id").UnionAll(old).Scan(ctx) // sql: (WITH old AS (SELECT id FROM crews WHERE (label IS NULL)) SELECT id FROM old) UNION ALL (SELECT id FROM crews WHERE (label IS NULL))
}

func ofAny(ctx context.Context, db *bun.DB, model any) error {
	return db.NewSelect().Model(model).Where("id = 3").Scan(ctx) // sql: SELECT {columns} FROM {table} WHERE (id = 3) {model}
}

func ofMap(ctx context.Context, db *bun.DB) error {
	row := map[string]any{"label": "x"}
	row["home_url"] = "y"
	_, err := db.NewInsert().Model(&row).Table("crews").Exec(ctx) // sql: INSERT INTO crews (home_url, label) VALUES ('y', 'x')
	return err
}

func emptied(ctx context.Context, db *bun.DB) error {
	_, err := db.NewTruncateTable().Model((*trip)(nil)).Cascade().Exec(ctx) // sql: TRUNCATE trips RESTART IDENTITY CASCADE
	return err
}

// pass adds to each query for itself.
type pass struct {
	ID   int64 `bun:",pk,autoincrement"`
	Till time.Time
}

func (*pass) BeforeSelect(_ context.Context, q *bun.SelectQuery) error { // want BeforeSelect:".*"
	q.Where("till > now()")
	return nil
}

func hooked(ctx context.Context, db *bun.DB) (n int, err error) {
	var ps []pass
	if err := db.NewSelect().Model(&ps).Where("id > 3").Scan(ctx); err != nil { // sql: SELECT pass.id, pass.till FROM passes AS pass WHERE (id > 3) AND (till > now())
		return 0, err
	}
	_, err = db.NewSelect().Model((*pass)(nil)).Count(ctx) // sql: SELECT count(*) FROM passes AS pass
	return 0, err
}

// roster is a query that its methods add to where it is.
type roster struct {
	query *bun.SelectQuery
	cols  []string
}

func (r *roster) awake() *roster {
	r.query.Where("awake")
	return r
}

func (r *roster) read(ctx context.Context, out any) error {
	for _, c := range r.cols {
		r.query.ColumnExpr(c)
	}
	return r.query.Scan(ctx, out) // sql: SELECT {…} FROM crews WHERE (awake) | SELECT {…} FROM crews {…}
}

func awake(ctx context.Context, db *bun.DB) (names []string, err error) {
	r := &roster{query: db.NewSelect().Table("crews"), cols: []string{"label"}}
	return names, r.awake().read(ctx, &names)
}
