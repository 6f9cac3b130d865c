// Package ownstate has a client that keeps its session in the database.
package ownstate

import (
	"database/sql"
	"net/http"

	_ "github.com/lib/pq"
)

type Client struct {
	db      *sql.DB
	id      int64
	session string
}

func (c *Client) renew() error {
	c.session = "new"
	_, err := c.db.Exec("UPDATE clients SET session = $1 WHERE id = $2", c.session, c.id)
	return err
}

func (c *Client) get(path string) error {
	res, err := http.Get(path + "?s=" + c.session)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusUnauthorized {
		return c.renew()
	}
	return nil
}

// The session is renewed now and then, whatever is asked for.
func (c *Client) All(paths []string) {
	for _, p := range paths {
		c.get(p)
	}
}

func (c *Client) note(path string) error {
	if path == "" {
		return nil
	}
	_, err := c.db.Exec("INSERT INTO visits (client, path) VALUES ($1, $2)", c.id, path)
	return err
}

// What is written is another row for each path.
func (c *Client) Visits(paths []string) {
	for _, p := range paths {
		c.note(p) // want `the query INSERT visits runs once per iteration of the loop at line 52`
	}
}

func (c *Client) count() error {
	_, err := c.db.Exec("UPDATE clients SET calls = calls + 1 WHERE id = $1", c.id)
	return err
}

// The same row, but each time.
func (c *Client) Counted(paths []string) {
	for range paths {
		c.count() // want `the query UPDATE clients`
	}
}
