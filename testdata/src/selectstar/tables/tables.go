// Package tables has migrations beside it.
package tables

import (
	"context"
	"database/sql"

	"github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
)

func stars(ctx context.Context, conn *pgx.Conn, db *sql.DB, id int) {
	conn.Query(ctx, "SELECT * FROM documents WHERE id = $1", id)                    // want `every column of documents with \*, among them meta \(jsonb\), raw \(bytea\) and title \(text\): list`
	conn.Query(ctx, "SELECT * FROM tags")                                           // want `every column of tags with \*: list`
	conn.Query(ctx, "SELECT d.* FROM documents d JOIN tags t ON t.id = d.id")       // want `every column of documents with \*, among them`
	conn.Query(ctx, "SELECT t.*, d.id FROM documents d JOIN tags t ON t.id = d.id") // want `every column of tags with \*: list`
	conn.Query(ctx, "SELECT * FROM documents d JOIN tags t ON t.id = d.id")         // want `every column of documents and tags with \*: list`
	conn.Query(ctx, "SELECT * FROM archive")                                        // want `every column of archive with \*, a wide table: list`
	conn.Query(ctx, "SELECT * FROM unclear")                                        // want `every column of unclear with \*: list`
	conn.Query(ctx, "SELECT * FROM nosuch")                                         // want `every column of nosuch with \*: list`
	conn.QueryRow(ctx, "INSERT INTO tags (id) VALUES ($1) RETURNING *", id)         // want `statement returns every column of tags with \*: list`
	squirrel.Select("*").From("documents").Where("id = ?", id).RunWith(db).Query()  // want `every column of documents with \*, among them meta`
}

func silent(ctx context.Context, conn *pgx.Conn, id int) {
	conn.Query(ctx, "SELECT id, title FROM documents WHERE id = $1", id)
	conn.Query(ctx, "SELECT count(*) FROM documents")
	squirrel.Select("*").From("documents").Where("id = ?", id) // never sent
}
