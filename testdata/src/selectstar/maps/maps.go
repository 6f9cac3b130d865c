// Package maps reads rows as maps, of which a few keys are asked for, or any.
package maps

import (
	"context"
	"encoding/json"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"gorm.io/gorm"
)

func name(db *sqlx.DB, id int) (string, error) {
	herd := map[string]any{}
	if err := db.QueryRowx("SELECT * FROM herds WHERE id = $1", id).MapScan(herd); err != nil { // want `every column of herds with \*, among them papers \(jsonb\) and photo \(bytea\), and the code uses name`
		return "", err
	}
	s, _ := herd["name"].(string)
	return s, nil
}

func names(ctx context.Context, p *pgxpool.Pool, valley int) ([]any, error) {
	rows, err := p.Query(ctx, "SELECT * FROM herds WHERE valley = $1", valley) // want `every column of herds with \*, among them papers \(jsonb\) and photo \(bytea\), and the code uses id and name`
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToMap)
	var out []any
	for _, herd := range list {
		out = append(out, herd["id"], herd["name"])
	}
	return out, err
}

func first(db *gorm.DB, valley int) any {
	var list []map[string]any
	db.Raw("SELECT * FROM herds WHERE valley = ? ORDER BY since", valley).Scan(&list) // want `and the code uses since`
	if len(list) == 0 {
		return nil
	}
	return list[0]["since"]
}

func all(ctx context.Context, p *pgxpool.Pool, valley int) ([]map[string]any, error) {
	rows, err := p.Query(ctx, "SELECT * FROM herds WHERE valley = $1", valley)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToMap)
}

func write(w io.Writer, db *sqlx.DB, id int) error {
	herd := map[string]any{}
	if err := db.QueryRowx("SELECT * FROM herds WHERE id = $1", id).MapScan(herd); err != nil {
		return err
	}
	if herd["name"] == nil {
		return nil
	}
	return json.NewEncoder(w).Encode(herd)
}

func column(db *sqlx.DB, id int, of string) (any, error) {
	herd := map[string]any{}
	err := db.QueryRowx("SELECT * FROM herds WHERE id = $1", id).MapScan(herd)
	return herd[of], err
}
