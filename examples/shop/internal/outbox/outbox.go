// Package outbox keeps mail in the database until it is sent, so that it goes
// out if and only if the transaction that wrote it was committed.
package outbox

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/sqlvet/sqlvet/examples/shop/internal/mail"
)

// batch is the number of messages of one Flush.
const batch = 100

// An Outbox is the table emails.
type Outbox struct {
	DB *pgxpool.Pool
}

// Add writes a message within the caller's transaction.
func Add(ctx context.Context, tx pgx.Tx, recipient, subject, body string) error {
	_, err := tx.Exec(ctx,
		`INSERT INTO emails (recipient, subject, body) VALUES ($1, $2, $3)`,
		recipient, subject, body)
	return err
}

type email struct {
	ID                       int64
	Recipient, Subject, Body string
}

// Flush sends the oldest messages that wait, and returns how many it sent.
func (o *Outbox) Flush(ctx context.Context, sender mail.Sender) (int, error) {
	rows, err := o.DB.Query(ctx, `
		SELECT id, recipient, subject, body
		FROM emails
		WHERE sent_at IS NULL
		ORDER BY created_at, id
		LIMIT $1`, batch)
	if err != nil {
		return 0, err
	}
	waiting, err := pgx.CollectRows(rows, pgx.RowToStructByPos[email])
	if err != nil {
		return 0, err
	}
	for sent, m := range waiting {
		if err := sender.Send(ctx, m.Recipient, m.Subject, m.Body); err != nil {
			return sent, err
		}
		if _, err := o.DB.Exec(ctx, `UPDATE emails SET sent_at = now() WHERE id = $1`, m.ID); err != nil {
			return sent, err
		}
	}
	return len(waiting), nil
}
