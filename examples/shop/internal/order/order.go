// Package order reads and writes orders in PostgreSQL with pgx.
package order

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/sqlvet/sqlvet/examples/shop/internal/mail"
)

// An Order is a row of the table orders with its lines.
type Order struct {
	ID         int64      `db:"id" json:"id"`
	CustomerID int64      `db:"customer_id" json:"customer_id"`
	Status     string     `db:"status" json:"status"`
	TotalCents int64      `db:"total_cents" json:"total_cents"`
	Note       string     `db:"note" json:"note,omitempty"`
	PlacedAt   time.Time  `db:"placed_at" json:"placed_at"`
	RefundedAt *time.Time `db:"refunded_at" json:"refunded_at,omitempty"`
	Lines      []Line     `db:"-" json:"lines,omitempty"`
}

// A Line is a row of the table order_items: Quantity pieces of a product.
type Line struct {
	ProductID  int64 `db:"product_id" json:"product_id"`
	Quantity   int   `db:"quantity" json:"quantity"`
	PriceCents int64 `db:"price_cents" json:"price_cents"` // of one piece
}

// A Detail is an order with the customer's name.
type Detail struct {
	Order
	CustomerName string `db:"customer_name" json:"customer_name"`
}

// A Store reads and writes orders, and tells the customers.
type Store struct {
	DB   *pgxpool.Pool
	Mail mail.Sender
}

const orderColumns = `id, customer_id, status, total_cents, note, placed_at, refunded_at`

// Detail returns the order id, or pgx.ErrNoRows.
func (s *Store) Detail(ctx context.Context, id int64) (*Detail, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT o.*, c.name AS customer_name
		FROM orders o
		JOIN customers c ON c.id = o.customer_id
		WHERE o.id = $1`, id)
	if err != nil {
		return nil, err
	}
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Detail])
	if err != nil {
		return nil, err
	}
	d.Lines, err = s.lines(ctx, d.ID)
	return &d, err
}

// OfCustomer returns the orders of a customer, the latest first.
func (s *Store) OfCustomer(ctx context.Context, customerID int64) ([]Order, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT `+orderColumns+`
		FROM orders
		WHERE customer_id = $1
		ORDER BY placed_at DESC, id`, customerID)
	if err != nil {
		return nil, err
	}
	orders, err := pgx.CollectRows(rows, pgx.RowToStructByName[Order])
	if err != nil {
		return nil, err
	}
	for i := range orders {
		if orders[i].Lines, err = s.lines(ctx, orders[i].ID); err != nil {
			return nil, err
		}
	}
	return orders, nil
}

func (s *Store) lines(ctx context.Context, orderID int64) ([]Line, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT product_id, quantity, price_cents
		FROM order_items
		WHERE order_id = $1
		ORDER BY product_id`, orderID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Line])
}

// PlacedOn returns the orders of the day that begins at midnight of day.
func (s *Store) PlacedOn(ctx context.Context, day time.Time) ([]Order, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT `+orderColumns+`
		FROM orders
		WHERE date_trunc('day', placed_at) = $1
		ORDER BY id`, day)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Order])
}

// PlacedBetween returns the orders of a span of time, its end not included.
func (s *Store) PlacedBetween(ctx context.Context, from, to time.Time) ([]Order, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT `+orderColumns+`
		FROM orders
		WHERE placed_at >= $1 AND placed_at < $2
		ORDER BY id`, from, to)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Order])
}

// FirstCustomers returns the ids of the customers who ordered in 2024, the
// shop's first year: they get free postage.
func (s *Store) FirstCustomers(ctx context.Context) ([]int64, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT DISTINCT customer_id
		FROM orders
		WHERE extract(year FROM placed_at) = 2024
		ORDER BY customer_id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// Years returns how many orders each year had, by year.
func (s *Store) Years(ctx context.Context) (map[int]int, error) {
	rows, err := s.DB.Query(ctx, `
		SELECT extract(year FROM placed_at)::int, count(*)
		FROM orders
		GROUP BY 1`)
	if err != nil {
		return nil, err
	}
	years := make(map[int]int)
	var year, n int
	_, err = pgx.ForEachRow(rows, []any{&year, &n}, func() error {
		years[year] = n
		return nil
	})
	return years, err
}
