// Package lookalike holds texts that look like SQL and reach no database.
package lookalike

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
)

const unsent = "SELECT * FROM users"

var examples = []string{"SELECT * FROM users", "SELECT * FROM orders"}

// A Query is no database's.
type Query struct{ words []string }

// An Index is a search engine.
type Index struct{ docs []string }

func (i *Index) Query(q string) []string { return i.docs }

func (i *Index) Exec(ctx context.Context, q string, n int) error { return nil }

type parser struct{}

func (parser) Parse(sql string) (string, error) { return strings.ToUpper(sql), nil }

func texts(i *Index, p parser) error {
	log.Printf("running SELECT * FROM %s", "users")
	fmt.Println("SELECT * FROM users")
	i.Query("SELECT * FROM docs")
	i.Exec(context.Background(), "SELECT * FROM docs", 1)
	p.Parse("SELECT * FROM users")
	exec.Command("psql", "-c", "SELECT * FROM users")
	regexp.MustCompile(`SELECT \* FROM (\w+)`)
	u := url.URL{RawQuery: url.Values{"q": {"SELECT * FROM users"}}.Encode()}
	u.Query()
	_ = strings.Contains(unsent, "SELECT * FROM")
	return errors.New("SELECT * FROM users failed")
}

func sent(db *sql.DB) {
	db.Query("SELECT id FROM users")
}
