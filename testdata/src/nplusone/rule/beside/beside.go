// Package beside has loops whose iterations wait for more than the query.
package beside

import (
	"database/sql"
	"net/http"
	"os/exec"
	"time"
)

type Host struct {
	Name string
	Old  bool
}

func Ping(db *sql.DB, list []Host) {
	for _, h := range list {
		if err := exec.Command("ping", "-c1", h.Name).Run(); err != nil {
			continue
		}
		db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `of little use, since each iteration waits for another process as well, which takes longer \[nplusone\]$`
	}
}

// The helper waits.
func Fetch(db *sql.DB, list []Host) {
	for _, h := range list {
		fetch(h.Name)
		db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `since each iteration waits for an answer over HTTP as well`
	}
}

func fetch(name string) {
	if resp, err := http.Get("https://" + name); err == nil {
		resp.Body.Close()
	}
}

func Slowly(db *sql.DB, list []Host) {
	for _, h := range list {
		time.Sleep(time.Second)
		db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `since each iteration waits for the clock as well`
	}
}

// A function that sleeps does so for reasons of its own.
func Retries(db *sql.DB, list []Host) {
	for _, h := range list {
		patiently(h.Name)
		db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `or UPDATE … FROM \(VALUES …\) if the values differ \[nplusone\]$`
	}
}

func patiently(name string) {
	for range 3 {
		if len(name) > 3 {
			return
		}
		time.Sleep(time.Second)
	}
}

// The request is for some of them only: the query is what all wait for.
func Seldom(db *sql.DB, list []Host) {
	for _, h := range list {
		if h.Old {
			fetch(h.Name)
		}
		db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `or UPDATE … FROM \(VALUES …\) if the values differ \[nplusone\]$`
	}
}

// Both are for some of them.
func SeldomBoth(db *sql.DB, list []Host) {
	for _, h := range list {
		switch {
		case h.Old:
			fetch(h.Name)
			db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `since each iteration waits for an answer over HTTP`
		}
	}
}

// One request before the loop is none in it.
func Before(db *sql.DB, list []Host) {
	fetch("all")
	for _, h := range list {
		db.Exec("UPDATE hosts SET seen = now() WHERE name = $1", h.Name) // want `or UPDATE … FROM \(VALUES …\) if the values differ \[nplusone\]$`
	}
}

// Each row once: all deletes together are as many as the inserts were.
func Forget(db *sql.DB, list []Host) {
	for _, h := range list {
		db.Exec("DELETE FROM hosts WHERE name = $1", h.Name) // want `of little use, since each row is deleted only once \[nplusone\]$`
	}
}

// While the locks of a transaction are held, each round trip counts.
func ForgetAtOnce(tx *sql.Tx, list []Host) {
	for _, h := range list {
		tx.Exec("DELETE FROM hosts WHERE name = $1", h.Name) // want `the caller's transaction tx holds its locks for as many round trips \[nplusone\]$`
	}
}

// For each pair, most of them in vain.
func ForgetPairs(db *sql.DB, list []Host, zones []string) {
	for _, z := range zones {
		for _, h := range list {
			db.Exec("DELETE FROM zones WHERE zone = $1 AND host = $2", z, h.Name) // want `WHERE … = ANY\(\$1\) \[nplusone\]$`
		}
	}
}
