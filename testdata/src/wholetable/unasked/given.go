package unasked

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

func reshelve(db *gorm.DB, book int64, shelf string) error {
	if err := db.Exec("UPDATE books_at SET shelf = ?", shelf).Error; err != nil { // want `this updates every row of books_at: book, which the function is given, goes into what it says and not into the statement`
		return fmt.Errorf("book %d: %w", book, err)
	}
	return nil
}

func clear(ctx context.Context, pool *pgxpool.Pool, reader string) error {
	tag, err := pool.Exec(ctx, "DELETE FROM loans") // want `this deletes every row of loans: reader, which`
	if err == nil && tag.RowsAffected() == 0 {
		err = fmt.Errorf("nobody is called %s", reader)
	}
	return err
}

func clearAll(ctx context.Context, pool *pgxpool.Pool, why string) error {
	if _, err := pool.Exec(ctx, "DELETE FROM loans"); err != nil {
		return err
	}
	_, err := pool.Exec(ctx, "INSERT INTO notes (text) VALUES ($1)", why)
	return err
}

func byFilter(ctx context.Context, db *sql.DB, reader int, name string) error {
	text, args := "DELETE FROM loans", []any{} // want `where no condition is added on the way to this call, it deletes every row of loans`
	if reader != 0 {
		args = append(args, reader)
		text += fmt.Sprintf(" WHERE reader = $%d", len(args))
	}
	_, err := db.ExecContext(ctx, text, args...)
	return err
}

func byBuilder(ctx context.Context, db *sql.DB, reader *int) error {
	q := sq.Delete("loans") // want `where no condition is added on the way to this call, it deletes every row of loans`
	if reader != nil {
		q = q.Where(sq.Eq{"reader": *reader})
	}
	_, err := q.RunWith(db).ExecContext(ctx)
	return err
}

func byEither(ctx context.Context, db *sql.DB, reader, book int) error {
	if reader == 0 && book == 0 {
		return errors.New("which?")
	}
	q := sq.Delete("loans")
	if reader != 0 {
		q = q.Where(sq.Eq{"reader": reader})
	}
	if book != 0 {
		q = q.Where(sq.Eq{"book": book})
	}
	_, err := q.RunWith(db).ExecContext(ctx)
	return err
}

func always(ctx context.Context, db *sql.DB, reader, book int) error {
	q := sq.Delete("loans").Where(sq.Eq{"reader": reader})
	if book != 0 {
		q = q.Where(sq.Eq{"book": book})
	}
	_, err := q.RunWith(db).ExecContext(ctx)
	return err
}
