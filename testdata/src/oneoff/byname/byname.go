// Package byname has methods that are called by their names.
package byname

import (
	"database/sql"
	"reflect"
)

func here() {}

type steps struct{ db *sql.DB }

func run(s *steps, name string) { reflect.ValueOf(s).MethodByName(name).Call(nil) }

func (s *steps) Up1() { s.db.Exec("ALTER TABLE a ADD COLUMN b int") }
func (s *steps) Up2() { s.db.Exec("CREATE TABLE c (id int)") }
func (s *steps) Up3() { s.db.Exec("UPDATE a SET b = 1"); here() } // want `migration: it is one of the schema changes`

type answers struct{ db *sql.DB }

func ask(s *answers, name string) { reflect.ValueOf(s).MethodByName(name).Call(nil) }

func (s *answers) Install() { s.db.Exec("CREATE TABLE d (id int)") }
func (s *answers) List()    { s.db.Query("SELECT id FROM d"); here() }
