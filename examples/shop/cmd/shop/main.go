// Command shop serves the shop's HTTP API and sends the mail of its outbox.
// The tables are created by the migrations:
//
//	migrate -path migrations -database "$DATABASE_URL" up
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/sqlvet/sqlvet/examples/shop/internal/customer"
	"github.com/sqlvet/sqlvet/examples/shop/internal/mail"
	"github.com/sqlvet/sqlvet/examples/shop/internal/order"
	"github.com/sqlvet/sqlvet/examples/shop/internal/outbox"
	"github.com/sqlvet/sqlvet/examples/shop/internal/product"
	"github.com/sqlvet/sqlvet/examples/shop/internal/web"
)

func main() {
	var (
		addr     = flag.String("addr", "localhost:8080", "address to listen on")
		database = flag.String("db", os.Getenv("DATABASE_URL"), "PostgreSQL connection string")
		relay    = flag.String("smtp", "localhost:25", "mail server")
		from     = flag.String("from", "shop@example.com", "sender of the mail")
	)
	flag.Parse()
	if err := run(*addr, *database, mail.SMTP{Addr: *relay, From: *from}); err != nil {
		slog.Error("shop ends", "error", err)
		os.Exit(1)
	}
}

func run(addr, database string, sender mail.Sender) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	catalog, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{})
	if err != nil {
		return err
	}
	server := &web.Server{
		Customers: &customer.Store{DB: sqlx.NewDb(db, "pgx")},
		Products:  &product.Store{DB: catalog},
		Orders:    &order.Store{DB: pool, Mail: sender},
	}
	go deliver(ctx, &outbox.Outbox{DB: pool}, sender)

	listener := &http.Server{Addr: addr, Handler: server.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = listener.Shutdown(grace) // an error ends ListenAndServe as well
	}()
	if err := listener.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// deliver sends what the outbox holds, until ctx ends.
func deliver(ctx context.Context, box *outbox.Outbox, sender mail.Sender) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n, err := box.Flush(ctx, sender); err != nil {
			slog.Warn("outbox", "sent", n, "error", err)
		}
	}
}
