// Package failing queries after a failure, or instead of failing.
package failing

import (
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"testdata/funceffects/ifaces"
)

func do() error { return nil }

func Marks(db *sql.DB) error { // want Marks:`^WriteDB\[UPDATE jobs\] failing via db.Exec$`
	if err := do(); err != nil {
		db.Exec("UPDATE jobs SET failed = true") // effects: WriteDB[UPDATE jobs] via db.Exec
		return err
	}
	return nil
}

func MarksAndWraps(db *sql.DB) error { // want MarksAndWraps:`^WriteDB\[UPDATE jobs\] failing via db.Exec$`
	err := do()
	if err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			db.Exec("UPDATE jobs SET failed = true") // effects: WriteDB[UPDATE jobs] via db.Exec
		}
		return fmt.Errorf("do: %w", err)
	}
	return nil
}

func Calls(db *sql.DB) { // want Calls:`^WriteDB\[UPDATE jobs\] failing via Marks → db.Exec$`
	Marks(db) // effects: WriteDB[UPDATE jobs] failing via Marks → db.Exec
}

func Creates(db *sql.DB) error { // want Creates:`^WriteDB\[INSERT jobs\] via db.Exec$`
	err := do()
	if err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			_, err := db.Exec("INSERT INTO jobs DEFAULT VALUES") // effects: WriteDB[INSERT jobs] via db.Exec
			return err
		}
		return err
	}
	return nil
}

func Returns(db *sql.DB) error { // want Returns:`^WriteDB\[INSERT jobs\] via create → db.Exec$`
	if err := do(); err != nil {
		return create(db) // effects: WriteDB[INSERT jobs] via create → db.Exec
	}
	return nil
}

func create(db *sql.DB) error {
	_, err := db.Exec("INSERT INTO jobs DEFAULT VALUES") // effects: WriteDB[INSERT jobs] via db.Exec
	return err
}

func Loads(db *sql.DB) (n int, err error) { // want Loads:`^ReadDB\[SELECT jobs\] via db.QueryRow$`
	if err = do(); err != nil {
		err = db.QueryRow("SELECT n FROM jobs").Scan(&n) // effects: ReadDB[SELECT jobs] via db.QueryRow
		return n, err
	}
	return n, nil
}

func Succeeds(db *sql.DB) error { // want Succeeds:`^WriteDB\[INSERT jobs\] via db.Exec$`
	if err := do(); err == nil {
		_, err = db.Exec("INSERT INTO jobs DEFAULT VALUES") // effects: WriteDB[INSERT jobs] via db.Exec
		return err
	}
	return nil
}

// What only begins or ends a transaction writes nothing.
func Controls(db *sql.DB) { // want Controls:`^BeginTx via db.Exec$`
	db.Exec("BEGIN") // effects: BeginTx via db.Exec
	db.Exec("SAVEPOINT a")
	db.Exec("RELEASE SAVEPOINT a")
	db.Exec("COMMIT")
}

type User struct {
	ID     int
	Groups []Group
}

type Group struct{ ID int }

// The groups, not the users.
func Groups(db *gorm.DB, u *User) error { // want Groups:`^ReadDB\[SELECT\] via \(\*gorm.Association\).Find$`
	return db.Model(u).Association("Groups").Find(&u.Groups) // effects: ReadDB[SELECT] via (*gorm.Association).Find
}

// Users is an interface of its own with the methods of another package's.
type Users ifaces.Users

type hidden struct{ db *sql.DB }

func (h hidden) User(id int) (name string, err error) { // want User:`^ReadDB\[SELECT users\] via db.QueryRow$`
	err = h.db.QueryRow("SELECT name FROM users WHERE id = $1", id).Scan(&name) // effects: ReadDB[SELECT users] via db.QueryRow
	return name, err
}

func (hidden) Path() string { return "" }

func New(db *sql.DB) Users { return hidden{db} } // want New:`^makes testdata/funceffects/failing.hidden$`

// A batch is one, by whatever literal it is sent.
func OnTheSpot(db *sql.DB, ids []int) { // want OnTheSpot:`^WriteDB\[DELETE users\] batch via db.Exec$`
	func() { // effects: WriteDB[DELETE users] batch via db.Exec
		db.Exec("DELETE FROM users WHERE id = ANY($1)", ids) // effects: WriteDB[DELETE users] via db.Exec
	}()
}
