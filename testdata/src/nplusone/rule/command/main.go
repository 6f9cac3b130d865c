// Command has queries in loops that only the start leads to, and others.
package main

import (
	"database/sql"
	"net/http"
	"os"
	"time"
)

var db *sql.DB

func init() {
	warm(os.Args)
}

func main() {
	seed(os.Args[1:])
	both(os.Args)
	go kept(os.Args)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		both(r.URL.Query()["id"])
	})
	work(func(ids []string) {
		for _, id := range ids {
			db.Exec("DELETE FROM parts WHERE id = $1", id) // want `; of little use, since it runs only when the program starts \[nplusone\]$`
		}
	})
	for range time.Tick(time.Minute) {
		tick(os.Args)
	}
}

func work(f func([]string)) { f(os.Args) }

func warm(ids []string) {
	for _, id := range ids {
		db.Exec("DELETE FROM caches WHERE id = $1", id) // want `; of little use, since it runs only when the program starts \[nplusone\]$`
	}
}

func seed(names []string) { seedAll(names) }

func seedAll(names []string) {
	for _, n := range names {
		db.Exec("INSERT INTO shops (name) VALUES ($1)", n) // want `; of little use, since it runs only when the program starts \[nplusone\]$`
	}
}

// A request leads here as well.
func both(ids []string) {
	for _, id := range ids {
		db.Exec("UPDATE shops SET seen = now() WHERE id = $1", id) // want `if the values differ \[nplusone\]$`
	}
}

// It goes on in the background.
func kept(ids []string) {
	for _, id := range ids {
		db.Exec("UPDATE shops SET kept = now() WHERE id = $1", id) // want `if the values differ \[nplusone\]$`
	}
}

// Each minute.
func tick(ids []string) {
	for _, id := range ids {
		db.Exec("UPDATE shops SET at = now() WHERE id = $1", id) // want `if the values differ \[nplusone\]$`
	}
}

type api struct{}

// Whoever has an interface may call it.
func (api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, id := range r.URL.Query()["id"] {
		db.Exec("UPDATE shops SET seen = now() WHERE id = $1", id) // want `if the values differ \[nplusone\]$`
	}
}
