// Package c holds the query, two packages away from package a.
package c

import "database/sql"

type Repo struct{ DB *sql.DB }

func (r *Repo) User(id int) (name string, err error) { // want User:`^ReadDB\[SELECT users\] via DB.QueryRow$`
	err = r.DB.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name) // effects: ReadDB[SELECT users] via DB.QueryRow
	return name, err
}

func (r *Repo) Path() string { return "users" }

func Each[T any](list []T, f func(T) error) error { // want Each:`^calls 1 per element$`
	for _, x := range list {
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}

func Keep(f func()) { kept = f }

var kept func()
