package others

import "database/sql"

// A step is for one database, or for all.
type step struct {
	Name, Only string
	Run        func(db *sql.DB) error
}

const roach = "cockroach"

var steps = []step{
	{Name: "a", Only: roach, Run: func(db *sql.DB) error {
		_, err := db.Exec("CREATE INDEX seats_taken ON seats (taken) STORING (row) NOT VISIBLE")
		return err
	}},
	{Name: "b", Only: "MySQL", Run: func(db *sql.DB) error {
		_, err := db.Exec("UPDATE seats s JOIN shows w ON w.id = s.show_id SET s.taken = 1 WHERE w.over = 1")
		return err
	}},
	{Name: "c", Only: "postgres", Run: func(db *sql.DB) error {
		_, err := db.Exec("UPDATE seats SETT taken = true") // want `cannot parse`
		return err
	}},
	{Name: "d", Run: func(db *sql.DB) error {
		_, err := db.Exec("UPDATE seats SETT taken = true WHERE id = $1", 1) // want `cannot parse`
		return err
	}},
}
