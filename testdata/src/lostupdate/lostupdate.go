package lostupdate

import (
	"context"
	"database/sql"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

func points(ctx context.Context, p *pgxpool.Pool, player, more int) error {
	var n int
	if err := p.QueryRow(ctx, "SELECT points FROM players WHERE id = $1", player).Scan(&n); err != nil { // want `points of players is read here, changed in Go and written back at line \d+, .*write UPDATE players SET points = points \+ \$n`
		return err
	}
	_, err := p.Exec(ctx, "UPDATE players SET points = $1 WHERE id = $2", n+more, player)
	return err
}

type card struct {
	Stamps int    `db:"stamps"`
	Owner  string `db:"owner"`
}

func stamp(db *sqlx.DB, id int) error {
	var c card
	if err := db.Get(&c, "SELECT stamps, owner FROM cards WHERE id = $1", id); err != nil { // want `stamps of cards is read here`
		return err
	}
	c.Stamps++
	_, err := db.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", id, c.Stamps)
	return err
}

func byVariable(tx *sql.Tx, id int) error {
	row := tx.QueryRow("SELECT owner, stamps FROM cards WHERE id = $1", id) // want `stamps of cards is read here`
	var owner string
	var n int
	if err := row.Scan(&owner, &n); err != nil {
		return err
	}
	next := int64(n * 2)
	_, err := tx.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", id, next)
	return err
}

// Right: locked, checked, in SQL, another row, another column, as it was read,
// one at a time.

func locked(tx *sql.Tx, id int) error {
	var n int
	if err := tx.QueryRow("SELECT stamps FROM cards WHERE id = $1 FOR UPDATE", id).Scan(&n); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", id, n+1)
	return err
}

func checked(db *sql.DB, id int) error {
	var n int
	if err := db.QueryRow("SELECT stamps FROM cards WHERE id = $1", id).Scan(&n); err != nil {
		return err
	}
	_, err := db.Exec("UPDATE cards SET stamps = $2 WHERE id = $1 AND stamps = $3", id, n+1, n)
	return err
}

func inSQL(db *sql.DB, id int) error {
	var n int
	if err := db.QueryRow("SELECT stamps FROM cards WHERE id = $1", id).Scan(&n); err != nil {
		return err
	}
	_, err := db.Exec("UPDATE cards SET stamps = stamps + 1 WHERE id = $1", id)
	return err
}

func moved(db *sql.DB, from, to int) error {
	var n int
	if err := db.QueryRow("SELECT stamps FROM cards WHERE id = $1", from).Scan(&n); err != nil {
		return err
	}
	if _, err := db.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", to, n+1); err != nil {
		return err
	}
	_, err := db.Exec("UPDATE cards SET last = $2 WHERE id = $1", from, n+1)
	return err
}

func restored(db *sql.DB, id int, try func() error) error {
	var n int
	if err := db.QueryRow("SELECT stamps FROM cards WHERE id = $1", id).Scan(&n); err != nil {
		return err
	}
	if err := try(); err != nil {
		_, err := db.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", id, n)
		return err
	}
	return nil
}

var one sync.Mutex

func alone(db *sql.DB, id int) error {
	one.Lock()
	defer one.Unlock()
	var n int
	if err := db.QueryRow("SELECT stamps FROM cards WHERE id = $1", id).Scan(&n); err != nil {
		return err
	}
	_, err := db.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", id, n+1)
	return err
}

func serializable(ctx context.Context, db *sql.DB, id int) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var n int
	if err := tx.QueryRow("SELECT stamps FROM cards WHERE id = $1", id).Scan(&n); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE cards SET stamps = $2 WHERE id = $1", id, n+1); err != nil {
		return err
	}
	return tx.Commit()
}

type Card struct {
	ID     int
	Stamps int
	Note   string
}

func saved(db *gorm.DB, id, more int) error {
	var c Card
	if err := db.First(&c, id).Error; err != nil { // want `field Stamps of this record is read, changed by its own value and saved at line \d+`
		return err
	}
	c.Stamps += more
	return db.Save(&c).Error
}

func savedLocked(db *gorm.DB, id int) error {
	return db.Transaction(func(tx *gorm.DB) error {
		var c Card
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).First(&c, id).Error; err != nil {
			return err
		}
		c.Stamps++
		return tx.Save(&c).Error
	})
}

func renamed(db *gorm.DB, id int, note string) error {
	var c Card
	if err := db.First(&c, id).Error; err != nil {
		return err
	}
	c.Note = note
	return db.Save(&c).Error
}

// The record is handed over whole, or names the row by what was read of it.

type voucher struct {
	ID       int64  `db:"id" gorm:"column:id;primaryKey"`
	Code     string `db:"code" gorm:"column:code"`
	UsesLeft int    `db:"uses_left" gorm:"column:uses_left"`
	Version  int    `db:"version" gorm:"column:version"`
}

func use(db *sqlx.DB, code string) error {
	var v voucher
	if err := db.Get(&v, "SELECT id, code, uses_left FROM vouchers WHERE code = $1", code); err != nil { // want `uses_left of vouchers is read here`
		return err
	}
	v.UsesLeft--
	_, err := db.NamedExec("UPDATE vouchers SET uses_left = :uses_left WHERE code = :code", v)
	return err
}

func useByID(db *gorm.DB, code string, n int) error {
	var v voucher
	if err := db.Select("id", "uses_left").Where("code = ?", code).Take(&v).Error; err != nil { // want `uses_left of vouchers is read here`
		return err
	}
	return db.Model(&voucher{}).Where("id = ?", v.ID).Updates(map[string]any{"uses_left": v.UsesLeft - n}).Error
}

func useOnce(db *sqlx.DB, code string) error {
	var v voucher
	if err := db.Get(&v, "SELECT id, code, uses_left, version FROM vouchers WHERE code = $1", code); err != nil {
		return err
	}
	v.UsesLeft--
	if _, err := db.NamedExec("UPDATE vouchers SET uses_left = :uses_left WHERE id = :id AND version = :version", v); err != nil {
		return err
	}
	_, err := db.Exec("UPDATE vouchers SET uses_left = $1 WHERE uses_left = $2", v.UsesLeft-1, v.UsesLeft)
	return err
}

func rename(db *sqlx.DB, code, to string) error {
	var v voucher
	if err := db.Get(&v, "SELECT id, code FROM vouchers WHERE code = $1", code); err != nil {
		return err
	}
	v.Code = to
	_, err := db.NamedExec("UPDATE vouchers SET code = :code WHERE id = :id", v)
	return err
}

type sheet struct {
	bun.BaseModel `bun:"table:sheets"`
	ID            int      `bun:"id,pk"`
	Signers       []string `bun:"signers,array"`
	Seen          int      `bun:"seen"`
}

func sign(ctx context.Context, db *bun.DB, id int, who string) error {
	s := &sheet{ID: id}
	if err := db.NewSelect().Model(s).WherePK().Scan(ctx); err != nil { // want `field \w+ of this record is read, changed by its own value and saved`
		return err
	}
	s.Signers = append(s.Signers, who)
	_, err := db.NewUpdate().Model(s).Column("signers").WherePK().Exec(ctx)
	return err
}

func signSeen(ctx context.Context, db *bun.DB, id int, who string) error {
	s := &sheet{ID: id}
	if err := db.NewSelect().Model(s).WherePK().Scan(ctx); err != nil {
		return err
	}
	s.Signers = append(s.Signers, who)
	s.Seen = 1
	_, err := db.NewUpdate().Model(s).Column("seen").WherePK().Exec(ctx)
	return err
}

func signLocked(ctx context.Context, tx bun.Tx, id int, who string) error {
	s := &sheet{ID: id}
	if err := tx.NewSelect().Model(s).WherePK().For("UPDATE").Scan(ctx); err != nil {
		return err
	}
	s.Signers = append(s.Signers, who)
	_, err := tx.NewUpdate().Model(s).Column("signers").WherePK().Exec(ctx)
	return err
}
