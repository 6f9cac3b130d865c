// Command load makes a shop that is in use: -fill creates the tables and 1.2
// million rows, and then customers come and go through the HTTP API, in this
// process, and read and write by the service's own statements.
//
//	createdb shop
//	go run ./cmd/load -db "$DATABASE_URL" -fill -for 1m
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/sqlvet/sqlvet/examples/shop"
	"github.com/sqlvet/sqlvet/examples/shop/internal/customer"
	"github.com/sqlvet/sqlvet/examples/shop/internal/order"
	"github.com/sqlvet/sqlvet/examples/shop/internal/outbox"
	"github.com/sqlvet/sqlvet/examples/shop/internal/product"
	"github.com/sqlvet/sqlvet/examples/shop/internal/web"
)

//go:embed fill.sql
var rows string

// What fill.sql makes of each kind.
const (
	customers = 60_000
	products  = 6_000
	orders    = 300_000
	days      = 500
)

func main() {
	var (
		database = flag.String("db", os.Getenv("DATABASE_URL"), "PostgreSQL connection string")
		fill     = flag.Bool("fill", false, "create the tables and fill them first")
		span     = flag.Duration("for", 20*time.Second, "how long the customers come")
		clients  = flag.Int("clients", 4, "how many at the same time")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *database, *fill, *span, *clients); err != nil {
		slog.Error("load ends", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, database string, fill bool, span time.Duration, clients int) error {
	config, err := pgxpool.ParseConfig(database)
	if err != nil {
		return err
	}
	config.MaxConns = int32(clients)
	config.ConnConfig.RuntimeParams["application_name"] = "shop"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	if fill {
		if err := create(ctx, pool); err != nil {
			return err
		}
	}
	db := stdlib.OpenDBFromPool(pool)
	catalog, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{Logger: logger.Discard})
	if err != nil {
		return err
	}
	server := &web.Server{
		Customers: &customer.Store{DB: sqlx.NewDb(db, "pgx")},
		Products:  &product.Store{DB: catalog},
		Orders:    &order.Store{DB: pool, Mail: nobody{}},
	}
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var all sync.WaitGroup
	for n := range clients {
		all.Go(func() { visit(ctx, server.Handler(), rand.New(rand.NewPCG(1, uint64(n)))) })
	}
	all.Go(func() { deliver(ctx, &outbox.Outbox{DB: pool}) })
	all.Wait()
	return nil
}

// create makes the tables and fills them.
func create(ctx context.Context, pool *pgxpool.Pool) error {
	steps, err := shop.Migrations(false)
	if err != nil {
		return err
	}
	start := time.Now()
	if _, err := pool.Exec(ctx, strings.Join(append(steps, rows, "ANALYZE"), ";\n")); err != nil {
		return err
	}
	slog.Info("filled", "seconds", int(time.Since(start).Seconds()))
	return nil
}

// visit sends requests until ctx ends: mostly pages that are looked at, now
// and then an order.
func visit(ctx context.Context, shop http.Handler, dice *rand.Rand) {
	day := func() string {
		return time.Date(2024, 1, 1+dice.IntN(days), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	id := func(n int) int { return 1 + dice.IntN(n) }
	for ctx.Err() == nil {
		method, path, body := http.MethodGet, "", ""
		switch n := dice.IntN(100); {
		case n < 25:
			path = fmt.Sprintf("/products/%d", id(products))
		case n < 40:
			path = fmt.Sprintf("/customers/%d", id(customers))
		case n < 55:
			path = fmt.Sprintf("/customers/%d/orders", id(customers))
		case n < 70:
			path = fmt.Sprintf("/orders/%d", id(orders))
		case n < 78:
			path = fmt.Sprintf("/orders/%d/invoice", id(orders))
		case n < 86:
			path = fmt.Sprintf("/customers?email=user%d@example.com", id(customers))
		case n < 89:
			path = fmt.Sprintf("/customers?name=ann+%d", id(9))
		case n < 90:
			path = "/customers?joined=" + day()
		case n < 91:
			path = "/orders?day=" + day()
		case n < 92:
			path = fmt.Sprintf("/products?budget=%d", 600+id(500))
		case n < 93:
			path = "/products"
		case n < 95:
			method, path = http.MethodPost, fmt.Sprintf("/orders/%d/cancel", id(orders))
		default:
			method, path = http.MethodPost, "/orders"
			body = fmt.Sprintf(`{"customer_id": %d, "lines": [{"product_id": %d, "quantity": 1}, {"product_id": %d, "quantity": 2}]}`,
				id(customers), id(products/2), products/2+id(products/2))
		}
		r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
		w := httptest.NewRecorder()
		shop.ServeHTTP(w, r)
		if w.Code >= http.StatusBadRequest && ctx.Err() == nil {
			slog.Warn("refused", "path", path, "status", w.Code, "answer", strings.TrimSpace(w.Body.String()))
		}
	}
}

// deliver empties the outbox every second.
func deliver(ctx context.Context, box *outbox.Outbox) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := box.Flush(ctx, nobody{}); err != nil && ctx.Err() == nil {
			slog.Warn("outbox", "error", err)
		}
	}
}

// nobody is a mail.Sender that throws everything away.
type nobody struct{}

func (nobody) Send(context.Context, string, string, string) error { return nil }
