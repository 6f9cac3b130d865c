// Package encoders: methods that an encoder calls for each element.
package encoders

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log"
)

var db *sql.DB

type Ticket struct {
	ID    int64
	Owner int64
}

// MarshalJSON asks for the owner's name.
func (t Ticket) MarshalJSON() ([]byte, error) {
	var name string
	if err := db.QueryRow("SELECT name FROM owners WHERE id = $1", t.Owner).Scan(&name); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"id": t.ID, "owner": name})
}

type Page struct {
	Total   int
	Tickets []*Ticket
	hidden  []Ticket
}

func list(tickets []Ticket) ([]byte, error) {
	return json.Marshal(tickets) // want `^the query SELECT owners runs once per element of the call at line 35, via Ticket\.MarshalJSON -> db\.QueryRow|^the query SELECT owners runs once per element`
}

func page(w io.Writer, p Page) error {
	return json.NewEncoder(w).Encode(p) // want `^the query SELECT owners runs once per element of the call at line 39`
}

func one(t Ticket) ([]byte, error) { return json.Marshal(t) }

func each(tickets []Ticket) (out [][]byte) {
	for _, t := range tickets {
		b, _ := json.Marshal(t) // want `^the query SELECT owners runs once per iteration of the loop at line 45`
		out = append(out, b)
	}
	return out
}

// Plain has the fields and no method.
type Plain struct {
	ID    int64
	Owner int64
	notes []Ticket
}

func plain(list []Plain) ([]byte, error) { return json.Marshal(list) }

type Badge struct{ id int64 }

func (b *Badge) String() string {
	var s string
	db.QueryRow("SELECT label FROM badges WHERE id = $1", b.id).Scan(&s)
	return s
}

func badges(list []*Badge) {
	log.Println("all", list) // want `^the query SELECT badges runs once per element of the call at line 70`
	fmt.Println(len(list))
}

func badge(b *Badge) string { return fmt.Sprintf("%v", b) }

// The encoder does not ask for a String.
func badgesJSON(list []*Badge) ([]byte, error) { return json.Marshal(list) }

// A Label knows the database that it came from.
type Label struct {
	Text string
	db   *sql.DB
}

func (l Label) MarshalJSON() ([]byte, error) {
	var s string
	err := l.db.QueryRow("SELECT translation FROM labels WHERE text = $1", l.Text).Scan(&s)
	return []byte(s), err
}

func labels(texts []string) ([]byte, error) {
	var list []Label
	for _, t := range texts {
		list = append(list, Label{Text: t, db: db})
	}
	return json.Marshal(list) // want `^the query SELECT labels runs once per element of the call at line 96`
}

// Each has a database of its own.
func places(shards map[string]*sql.DB) ([]byte, error) {
	var list []Label
	for name, db := range shards {
		list = append(list, Label{name, db})
	}
	return json.Marshal(list)
}
