package lostupdate

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/lib/pq"
	"gorm.io/gorm"
)

// Values that are read, or bound, in another form than Go holds them in.

func nickname(ctx context.Context, db *sql.DB, goat int, name string) error {
	var names []string
	if err := db.QueryRowContext(ctx, "SELECT names FROM goats WHERE id = $1", goat).Scan(pq.Array(&names)); err != nil { // want `names of goats is read here`
		return err
	}
	names = append(names, name)
	_, err := db.ExecContext(ctx, "UPDATE goats SET names = $2 WHERE id = $1", goat, pq.Array(names))
	return err
}

func namedOnce(ctx context.Context, db *sql.DB, goat int, name string) error {
	var names []string
	if err := db.QueryRowContext(ctx, "SELECT names FROM goats WHERE id = $1", goat).Scan(pq.Array(&names)); err != nil {
		return err
	}
	if len(names) > 0 {
		return nil
	}
	_, err := db.ExecContext(ctx, "UPDATE goats SET names = $2 WHERE id = $1", goat, pq.Array([]string{name}))
	return err
}

func document(ctx context.Context, p *pgxpool.Pool, goat int, key string, to any) error {
	var doc []byte
	if err := p.QueryRow(ctx, "SELECT traits FROM goats WHERE id = $1", goat).Scan(&doc); err != nil { // want `traits of goats is read here`
		return err
	}
	traits := make(map[string]any)
	if err := json.Unmarshal(doc, &traits); err != nil {
		return err
	}
	traits[key] = to
	doc, err := json.Marshal(traits)
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, "UPDATE goats SET traits = $2 WHERE id = $1", goat, doc)
	return err
}

func documentAnew(ctx context.Context, p *pgxpool.Pool, goat int, traits map[string]any) error {
	var doc []byte
	if err := p.QueryRow(ctx, "SELECT traits FROM goats WHERE id = $1", goat).Scan(&doc); err != nil {
		return err
	}
	if len(doc) > 2 {
		return nil
	}
	doc, err := json.Marshal(traits)
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, "UPDATE goats SET traits = $2 WHERE id = $1", goat, doc)
	return err
}

func byNames(ctx context.Context, tx pgx.Tx, goat, litres int) error {
	var g struct{ Milk int }
	if err := tx.QueryRow(ctx, "SELECT milk FROM goats WHERE id = $1", goat).Scan(&g.Milk); err != nil { // want `milk of goats is read here`
		return err
	}
	g.Milk += litres
	given := pgx.NamedArgs{"goat": goat, "milk": g.Milk}
	_, err := tx.Exec(ctx, "UPDATE goats SET milk = @milk WHERE id = @goat", given)
	return err
}

func byList(ctx context.Context, db *sql.DB, goat, litres int) error {
	var milk int
	if err := db.QueryRowContext(ctx, "SELECT milk FROM goats WHERE id = $1", goat).Scan(&milk); err != nil { // want `milk of goats is read here`
		return err
	}
	given := []any{goat, milk + litres}
	_, err := db.ExecContext(ctx, "UPDATE goats SET milk = $2 WHERE id = $1", given...)
	return err
}

func byListChanged(ctx context.Context, db *sql.DB, goat, litres int) error {
	var milk int
	if err := db.QueryRowContext(ctx, "SELECT milk FROM goats WHERE id = $1", goat).Scan(&milk); err != nil {
		return err
	}
	given := []any{goat, milk + litres}
	given[1] = litres
	_, err := db.ExecContext(ctx, "UPDATE goats SET milk = $2 WHERE id = $1", given...)
	return err
}

type goat struct {
	ID     int64
	Name   string
	Visits int
}

func visitedBySQL(db *gorm.DB, name string) error {
	var g goat
	if err := db.Where(goat{Name: name}).FirstOrCreate(&g).Error; err != nil {
		return err
	}
	return db.Model(&g).UpdateColumn("visits", gorm.Expr("visits + ?", 1)).Error
}
