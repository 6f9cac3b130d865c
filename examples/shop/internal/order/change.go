package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/sqlvet/sqlvet/examples/shop/internal/outbox"
)

// Place writes an order at today's prices and sends the confirmation. It
// returns the order's id.
func (s *Store) Place(ctx context.Context, customerID int64, lines []Line, note string) (int64, error) {
	tx, err := s.DB.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)

	var email string
	err = tx.QueryRow(ctx, `SELECT email FROM customers WHERE id = $1`, customerID).Scan(&email)
	if err != nil {
		return 0, fmt.Errorf("customer %d: %w", customerID, err)
	}
	var id, total int64
	err = tx.QueryRow(ctx,
		`INSERT INTO orders (customer_id, note) VALUES ($1, $2) RETURNING id`,
		customerID, note).Scan(&id)
	if err != nil {
		return 0, err
	}
	for _, line := range lines {
		var price int64
		err := tx.QueryRow(ctx, `SELECT price_cents FROM products WHERE id = $1`, line.ProductID).Scan(&price)
		if err != nil {
			return 0, fmt.Errorf("product %d: %w", line.ProductID, err)
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO order_items (order_id, product_id, quantity, price_cents)
			VALUES ($1, $2, $3, $4)`, id, line.ProductID, line.Quantity, price)
		if err != nil {
			return 0, err
		}
		total += price * int64(line.Quantity)
	}
	if _, err := tx.Exec(ctx, `UPDATE orders SET total_cents = $1 WHERE id = $2`, total, id); err != nil {
		return 0, err
	}
	body := fmt.Sprintf("Thank you for order %d over %s.", id, money(total))
	if err := s.Mail.Send(ctx, email, "Your order", body); err != nil {
		return 0, err
	}
	return id, tx.Commit(ctx)
}

// Ship marks an order as sent. The mail goes through the outbox, within the
// transaction.
func (s *Store) Ship(ctx context.Context, id int64) error {
	return pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		var email string
		err := tx.QueryRow(ctx, `
			UPDATE orders o SET status = 'shipped'
			FROM customers c
			WHERE o.id = $1 AND c.id = o.customer_id
			RETURNING c.email`, id).Scan(&email)
		if err != nil {
			return err
		}
		return outbox.Add(ctx, tx, email, "On its way", fmt.Sprintf("We have sent order %d.", id))
	})
}

// Cancel cancels an order, and records that the money went back if it did.
func (s *Store) Cancel(ctx context.Context, id int64, refunded bool) error {
	if refunded {
		_, err := s.DB.Exec(ctx, `
			UPDATE orders
			SET status = 'cancelled', refunded_at = now(),
			WHERE id = $1`, id)
		return err
	}
	_, err := s.DB.Exec(ctx, `UPDATE orders SET status = 'cancelled' WHERE id = $1`, id)
	return err
}

// A Catalog knows the products.
type Catalog interface {
	Name(ctx context.Context, id int64) (string, error)
}

// Invoice returns the text of the bill for an order.
func (s *Store) Invoice(ctx context.Context, id int64, catalog Catalog) (string, error) {
	d, err := s.Detail(ctx, id)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Order %d for %s\n", d.ID, d.CustomerName)
	for _, line := range d.Lines {
		name, err := catalog.Name(ctx, line.ProductID)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%d x %s at %s\n", line.Quantity, name, money(line.PriceCents))
	}
	fmt.Fprintf(&b, "Total %s\n", money(d.TotalCents))
	return b.String(), nil
}

// money formats an amount in cents.
func money(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d EUR", sign, cents/100, cents%100)
}
