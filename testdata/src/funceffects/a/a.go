// Package a imports only b.
package a

import "testdata/funceffects/b"

func Print(id int) { // want Print:`^ReadDB\[SELECT users\] via b.Name → \(\*Repo\).User → DB.QueryRow$`
	r := b.New()
	println(b.Name(r, id)) // effects: ReadDB[SELECT users] via b.Name → (*Repo).User → DB.QueryRow
	println(b.Path(r))
}

// Methods of types that only b names are known too.
func Direct(id int) { // want Direct:`^ReadDB\[SELECT users\] via \(\*Repo\).User → DB.QueryRow$`
	b.New().User(id) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow
}

func Promoted(h b.Handle) { // want Promoted:`^ReadDB\[SELECT users\] via \(\*Repo\).User → DB.QueryRow$`
	h.User(1) // effects: ReadDB[SELECT users] via (*Repo).User → DB.QueryRow
	println(h.Path())
}

func Deep(id int) { // want Deep:`^ReadDB\[SELECT users\] via deep1 → deep2 → b.Name → \(\*Repo\).User → DB.QueryRow$`
	deep1(id) // effects: ReadDB[SELECT users] via deep1 → deep2 → b.Name → (*Repo).User → DB.QueryRow
}

func deep1(id int) { deep2(id) }           // effects: ReadDB[SELECT users] via deep2 → b.Name → (*Repo).User → DB.QueryRow
func deep2(id int) { b.Name(b.New(), id) } // effects: ReadDB[SELECT users] via b.Name → (*Repo).User → DB.QueryRow

// The middle of a long way is left out.
func Deeper(id int) { // want Deeper:`^ReadDB\[SELECT users\] via Deep → deep1 → deep2 → \(\*Repo\).User → DB.QueryRow$`
	Deep(id) // effects: ReadDB[SELECT users] via Deep → deep1 → deep2 → (*Repo).User → DB.QueryRow
}
