package pods

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/lib/pq"
)

const each = 20

func open(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(each) // want `the pool may have 20 connections in each of 8 replicas and 2 more while a new version rolls out: 200, but the server has 80 \(max_connections 100, 20 reserved\): at most 8 each`
	db.SetMaxIdleConns(each)
	return db, nil
}

func unbound(db *sql.DB) {
	db.SetMaxOpenConns(0) // want `the pool has no bound in any of 8 replicas and 2 more while a new version rolls out, and the server has 80`
}

func goodOpen(dsn string, size int) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	if size > 0 {
		db.SetMaxOpenConns(size)
	}
	return db, nil
}

func configured(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	settings, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	settings.MaxConns = 9 // want `the pool may have 9 connections in each of 8 replicas and 2 more while a new version rolls out: 90`
	settings.MinConns = 50
	return pgxpool.NewWithConfig(ctx, settings)
}

func text(ctx context.Context) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, "postgres://db/shop?pool_max_conns=30&application_name=till") // want `the pool may have 30 connections in each`
}

func goodText(ctx context.Context) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, "postgres://db/shop?pool_max_conns=7")
}

// limits is no pool of connections.
type limits struct{ MaxConns int }

func goodLimits(l *limits) { l.MaxConns = 500 }
