//go:build unix

package shop_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/sqlvet/sqlvet/examples/shop"
	"github.com/sqlvet/sqlvet/examples/shop/internal/customer"
	"github.com/sqlvet/sqlvet/examples/shop/internal/order"
	"github.com/sqlvet/sqlvet/examples/shop/internal/outbox"
	"github.com/sqlvet/sqlvet/examples/shop/internal/pgtest"
	"github.com/sqlvet/sqlvet/examples/shop/internal/product"
	"github.com/sqlvet/sqlvet/examples/shop/internal/web"
)

// seed fills the tables: 200 customers, a day apart; 60 products, of which
// every seventh is second-hand and every fifth a book; 500 orders, a day
// apart, of two products each.
const seed = `
INSERT INTO customers (email, name, created_at)
SELECT 'User' || i || '@Example.com', (ARRAY['Ann','anna','Bert','Cleo'])[1 + i % 4] || ' ' || i,
       timestamptz '2024-01-01 18:00+00' + i * interval '1 day'
FROM generate_series(1, 200) i;
INSERT INTO products (sku, name, price_cents, photo)
SELECT CASE WHEN i % 5 = 0 THEN 'BOOK-' ELSE 'MISC-' END || i || CASE WHEN i % 7 = 0 THEN '-REFURB' ELSE '' END,
       'Product ' || i, i * 100, decode('ff00', 'hex')
FROM generate_series(1, 60) i;
INSERT INTO orders (customer_id, total_cents, placed_at)
SELECT 1 + i % 200, i, timestamptz '2023-10-01 06:30+00' + i * interval '1 day'
FROM generate_series(1, 500) i;
INSERT INTO order_items (order_id, product_id, quantity, price_cents)
SELECT i, 1 + (i + k * 7) % 60, 1 + i % 3, 100 FROM generate_series(1, 500) i, generate_series(0, 1) k;`

// mailbox is a mail.Sender that keeps the subjects.
type mailbox []string

func (m *mailbox) Send(_ context.Context, _, subject, _ string) error {
	*m = append(*m, subject)
	return nil
}

// services is the shop over one database.
type services struct {
	pool *pgxpool.Pool
	mail mailbox
	web.Server
}

func start(t *testing.T) *services {
	s := &services{pool: pgtest.Start(t)}
	db := stdlib.OpenDBFromPool(s.pool)
	t.Cleanup(func() { db.Close() })
	catalog, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s.Customers = &customer.Store{DB: sqlx.NewDb(db, "pgx")}
	s.Products = &product.Store{DB: catalog}
	s.Orders = &order.Store{DB: s.pool, Mail: &s.mail}
	return s
}

func TestDatabase(t *testing.T) {
	s := start(t)
	t.Run("migrations", func(t *testing.T) {
		migrate(t, s.pool, false)
		migrate(t, s.pool, true)
		migrate(t, s.pool, false)
	})
	if _, err := s.pool.Exec(t.Context(), seed); err != nil {
		t.Fatal(err)
	}
	t.Run("suggested", s.suggested)
	t.Run("indexes", s.indexes)
	t.Run("syntax", s.syntax)
	t.Run("twins", s.twins)
	t.Run("orders", s.orders)
	t.Run("http", s.http)
	t.Run("added column", s.addedColumn)
}

func migrate(t *testing.T, pool *pgxpool.Pool, down bool) {
	t.Helper()
	steps, err := shop.Migrations(down)
	if err != nil || len(steps) == 0 {
		t.Fatalf("%d migrations, error %v", len(steps), err)
	}
	for _, step := range steps {
		if _, err := pool.Exec(t.Context(), step); err != nil {
			t.Fatalf("%v in\n%s", err, step)
		}
	}
}

// suggested checks that the query of each finding returns the same rows as
// the query that sqlvet suggests instead.
func (s *services) suggested(t *testing.T) {
	ctx := t.Context()
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	customerIDs := ids(func(c customer.Customer) int64 { return c.ID })
	productIDs := ids(func(p product.Product) int64 { return p.ID })
	orderIDs := ids(func(o order.Order) int64 { return o.ID })

	for _, test := range []struct {
		name string
		bad  func() (any, error)
		good func() (any, error)
	}{
		{"star into a struct", func() (any, error) { return s.Customers.Get(ctx, 7) }, func() (any, error) {
			return one[customer.Customer](ctx, s.pool,
				`SELECT id, email, name, preferences, created_at FROM customers WHERE id = $1`, 7)
		}},
		{"star of one table in a join", func() (any, error) {
			d, err := s.Orders.Detail(ctx, 7)
			if err == nil {
				d.Lines = nil // of another query
			}
			return d, err
		}, func() (any, error) {
			return one[order.Detail](ctx, s.pool, `
				SELECT o.id, o.customer_id, o.status, o.total_cents, o.note, o.placed_at, o.refunded_at,
				       c.name AS customer_name
				FROM orders o
				JOIN customers c ON c.id = o.customer_id
				WHERE o.id = $1`, 7)
		}},
		{"star in gorm's Raw", func() (any, error) {
			list, err := s.Products.BestSellers(ctx, 5)
			for i := range list {
				list[i].Description, list[i].Photo = "", nil // nobody shows them in a list
			}
			return list, err
		}, func() (any, error) {
			var list []product.Product
			err := s.Products.DB.WithContext(ctx).Raw(`
				SELECT p.id, p.sku, p.name, p.price_cents
				FROM products p
				JOIN order_items i ON i.product_id = p.id
				GROUP BY p.id
				ORDER BY sum(i.quantity) DESC, p.id
				LIMIT ?`, 5).Scan(&list).Error
			return list, err
		}},
		{"cast to date", customerIDs(s.Customers.JoinedOn(ctx, day)), s.rows(ctx, `
			SELECT id FROM customers
			WHERE created_at >= $1::date AND created_at < $1::date + 1 ORDER BY id`, day)},
		{"date_trunc", orderIDs(s.Orders.PlacedOn(ctx, day)), s.rows(ctx, `
			SELECT id FROM orders
			WHERE placed_at >= $1 AND placed_at < $1 + interval '1 day' ORDER BY id`, day)},
		{"extract year", func() (any, error) { return s.Orders.FirstCustomers(ctx) }, s.rows(ctx, `
			SELECT DISTINCT customer_id FROM orders
			WHERE placed_at >= '2024-01-01' AND placed_at < '2025-01-01' ORDER BY customer_id`)},
		{"arithmetic", productIDs(s.Products.Affordable(ctx, 1500)), s.rows(ctx, `
			SELECT id FROM products WHERE price_cents <= $1::bigint - 490 ORDER BY price_cents DESC, id`, 1500)},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad, err := test.bad()
			if err != nil {
				t.Fatal(err)
			}
			good, err := test.good()
			if err != nil {
				t.Fatal(err)
			}
			if empty(good) {
				t.Fatal("no rows: nothing compared")
			}
			if !reflect.DeepEqual(bad, good) {
				t.Errorf("the service's query: %+v\nthe suggested one: %+v", bad, good)
			}
		})
	}
}

// indexes checks the findings whose remedy is an index: the service's own
// query is served by it and returns the same rows.
func (s *services) indexes(t *testing.T) {
	ctx := t.Context()
	// The tables are too small for the planner to prefer an index, and an
	// ordered scan of another index must not get in the way.
	for _, plain := range []string{"seqscan", "indexscan", "indexonlyscan"} {
		s.exec(t, "ALTER ROLE current_user SET enable_"+plain+" = off")
	}
	s.pool.Reset()
	t.Cleanup(func() {
		s.exec(t, "ALTER ROLE current_user RESET ALL")
		s.pool.Reset()
	})
	for _, test := range []struct {
		name, extension, index, create string
		rows                           func() (any, error)
	}{
		{
			name: "lower", index: "customers_lower_email",
			create: "CREATE INDEX customers_lower_email ON customers (lower(email))",
			rows:   func() (any, error) { return s.Customers.ByEmail(ctx, "USER7@example.com") },
		},
		{
			name: "ILIKE", extension: "pg_trgm", index: "customers_name_trgm",
			create: "CREATE INDEX customers_name_trgm ON customers USING gin (name gin_trgm_ops)",
			rows:   func() (any, error) { return s.Customers.Search(ctx, "aNNa") },
		},
		{
			name: "leading wildcard", extension: "pg_trgm", index: "products_sku_trgm",
			create: "CREATE INDEX products_sku_trgm ON products USING gin (sku gin_trgm_ops)",
			rows:   func() (any, error) { return s.Products.Refurbished(ctx) },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, err := test.rows()
			if err != nil || empty(before) {
				t.Fatalf("rows %v, error %v", before, err)
			}
			if test.extension != "" {
				if _, err := s.pool.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS "+test.extension); err != nil {
					t.Skipf("this server lacks the extension: %v", err)
				}
			}
			s.exec(t, test.create)
			if after, err := test.rows(); err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("rows before: %+v\nafter: %+v, error %v", before, after, err)
			}
			s.used(t, test.index)
		})
	}
}

// used checks that a query has read the index. Servers count that with a
// delay, at the latest when the connection ends.
func (s *services) used(t *testing.T, index string) {
	t.Helper()
	s.pool.Reset()
	deadline := time.Now().Add(10 * time.Second)
	for {
		var scans int
		err := s.pool.QueryRow(t.Context(),
			"SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = $1", index).Scan(&scans)
		switch {
		case err != nil:
			t.Fatal(err)
		case scans > 0:
			return
		case time.Now().After(deadline):
			t.Fatalf("no query used %s", index)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *services) exec(t *testing.T, query string) {
	t.Helper()
	if _, err := s.pool.Exec(context.WithoutCancel(t.Context()), query); err != nil {
		t.Fatal(err)
	}
}

// empty reports whether v is a slice without elements.
func empty(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Slice && r.Len() == 0
}

// syntax checks that the server refuses what sqlparse reports, and takes the
// statement without the comma.
func (s *services) syntax(t *testing.T) {
	err := s.Orders.Cancel(t.Context(), 3, true)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "42601" {
		t.Errorf("got error %v, want a syntax error", err)
	}
	tag, err := s.pool.Exec(t.Context(), `
		UPDATE orders
		SET status = 'cancelled', refunded_at = now()
		WHERE id = $1`, 3)
	if err != nil || tag.RowsAffected() != 1 {
		t.Errorf("%v, error %v", tag, err)
	}
}

// twins runs the queries that sqlvet has nothing to say about.
func (s *services) twins(t *testing.T) {
	ctx := t.Context()
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	var exported int
	for _, test := range []struct {
		name string
		got  func() (any, error)
		want any
	}{
		{"Registered", func() (any, error) { return s.Customers.Registered(ctx, "User7@Example.com") }, true},
		{"JoinedSince", func() (any, error) { return s.Customers.JoinedSince(ctx, day) }, 137},
		{"Named", ids(func(c customer.Customer) int64 { return c.ID })(s.Customers.Named(ctx, " Ann 8 ")), []int64{8}},
		{"Export", func() (any, error) {
			err := s.Customers.Export(ctx, func(*customer.Customer) error { exported++; return nil })
			return exported, err
		}, 200},
		{"Name", func() (any, error) { return s.Products.Name(ctx, 9) }, "Product 9"},
		{"Pieces", func() (any, error) { return s.Products.Pieces(ctx, 61) }, int64(0)},
		{"Between", ids(func(p product.Product) int64 { return p.ID })(s.Products.Between(ctx, 150, 400)), []int64{2, 3, 4}},
		{"Books", count(s.Products.Books(ctx)), 12},
		{"PlacedBetween", count(s.Orders.PlacedBetween(ctx, day, day.AddDate(0, 0, 10))), 10},
		{"Years", func() (any, error) { return s.Orders.Years(ctx) }, map[int]int{2023: 91, 2024: 366, 2025: 43}},
	} {
		got, err := test.got()
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, error %v, want %v", test.name, got, err, test.want)
		}
	}
}

// orders takes an order from its placing to its cancelling.
func (s *services) orders(t *testing.T) {
	ctx := t.Context()
	buyer, err := s.Customers.Create(ctx, "zoe@example.com", "Zoe")
	if err != nil {
		t.Fatal(err)
	}
	item := product.Product{SKU: "MISC-NEW", Name: "Kettle", PriceCents: 1999}
	if err := s.Products.Create(ctx, &item); err != nil {
		t.Fatal(err)
	}
	id, err := s.Orders.Place(ctx, buyer, []order.Line{{ProductID: item.ID, Quantity: 2}}, "ring twice")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Orders.Ship(ctx, id); err != nil {
		t.Fatal(err)
	}
	if n, err := (&outbox.Outbox{DB: s.pool}).Flush(ctx, &s.mail); n != 1 || err != nil {
		t.Errorf("Flush sent %d, error %v", n, err)
	}
	if got, want := fmt.Sprint(s.mail), "[Your order On its way]"; got != want {
		t.Errorf("mail %s, want %s", got, want)
	}
	invoice, err := s.Orders.Invoice(ctx, id, s.Products)
	if want := fmt.Sprintf("Order %d for Zoe\n2 x Kettle at 19.99 EUR\nTotal 39.98 EUR\n", id); invoice != want {
		t.Errorf("invoice %q, error %v, want %q", invoice, err, want)
	}
	if err := s.Orders.Cancel(ctx, id, false); err != nil {
		t.Fatal(err)
	}
	list, err := s.Orders.OfCustomer(ctx, buyer)
	if err != nil || len(list) != 1 || list[0].Status != "cancelled" || len(list[0].Lines) != 1 {
		t.Errorf("orders %+v, error %v", list, err)
	}
}

func (s *services) http(t *testing.T) {
	handler := s.Handler()
	for _, test := range []struct {
		method, target, body string
		status               int
		contains             string
	}{
		{"GET", "/customers/7", "", http.StatusOK, `"email":"User7@Example.com"`},
		{"GET", "/customers/9999", "", http.StatusNotFound, `"not found"`},
		{"GET", "/customers?name=bert", "", http.StatusOK, `"name":"Bert 10"`},
		{"GET", "/customers?email=user8@example.com", "", http.StatusOK, `"id":8`},
		{"GET", "/customers?joined=2024-01-06", "", http.StatusOK, `"id":5`},
		{"GET", "/customers/7/orders", "", http.StatusOK, `"customer_id":7`},
		{"GET", "/products", "", http.StatusOK, `"sku"`},
		{"GET", "/products?budget=700", "", http.StatusOK, `"id":2`},
		{"GET", "/products/3", "", http.StatusOK, `"photo":"/wA="`},
		{"GET", "/products/9999", "", http.StatusNotFound, `"not found"`},
		{"GET", "/orders?day=2024-03-05", "", http.StatusOK, `"customer_name"`},
		{"GET", "/orders/5", "", http.StatusOK, `"customer_name":"Bert 6"`},
		{"GET", "/orders/9999", "", http.StatusNotFound, `"not found"`},
		{"GET", "/orders/5/invoice", "", http.StatusOK, `Order 5 for Bert 6`},
		{"POST", "/orders", `{"customer_id": 1, "lines": [{"product_id": 2, "quantity": 3}]}`, http.StatusOK, `"id"`},
		{"POST", "/orders/5/cancel", "", http.StatusOK, "null"},
		{"POST", "/orders/5/cancel?refunded=true", "", http.StatusInternalServerError, "internal error"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), test.method, test.target, strings.NewReader(test.body))
		handler.ServeHTTP(w, r)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.contains) {
			t.Errorf("%s %s: %d %s, want %d %s", test.method, test.target, w.Code, w.Body, test.status, test.contains)
		}
	}
}

// addedColumn checks that the next migration breaks the query with the star,
// and not the one beside it that lists its columns.
func (s *services) addedColumn(t *testing.T) {
	s.exec(t, "ALTER TABLE orders ADD COLUMN channel text")
	s.pool.Reset() // or else the first error is of a plan that was cached before
	if _, err := s.Orders.Detail(t.Context(), 7); err == nil || !strings.Contains(err.Error(), "channel") {
		t.Errorf("Detail: error %v, want one about the new column", err)
	}
	if _, err := s.Orders.OfCustomer(t.Context(), 7); err != nil {
		t.Errorf("OfCustomer: %v", err)
	}
}

// one returns a pointer to the one row of a query, by the names of its columns.
func one[T any](ctx context.Context, pool *pgxpool.Pool, query string, args ...any) (*T, error) {
	rows, err := pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[T])
}

// rows returns a call that gives the ids that a query selects.
func (s *services) rows(ctx context.Context, query string, args ...any) func() (any, error) {
	return func() (any, error) {
		rows, err := s.pool.Query(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowTo[int64])
	}
}

// ids turns the result of a store's method into a call that gives the ids.
func ids[T any](id func(T) int64) func([]T, error) func() (any, error) {
	return func(list []T, err error) func() (any, error) {
		var out []int64
		for _, v := range list {
			out = append(out, id(v))
		}
		return func() (any, error) { return out, err }
	}
}

func count[T any](list []T, err error) func() (any, error) {
	return func() (any, error) { return len(list), err }
}
