package inlined

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/lib/pq"
	"gorm.io/gorm"
)

const kind = 4

func written(db *sql.DB, id int, name string) {
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE id = %d", id))                 // want `id is written into the text of this query`
	db.Query("SELECT a FROM parts WHERE id >= " + strconv.Itoa(id))                // want `is written into the text of this query`
	db.Query("SELECT a FROM parts WHERE name = '" + name + "'")                    // want `name is written between quotes`
	db.Exec(fmt.Sprintf("UPDATE parts SET name = '%s' WHERE id = $1", name), id)   // want `name is written between quotes`
	db.Exec(fmt.Sprintf("INSERT INTO parts (id, name) VALUES (%d, $1)", id), name) // want `id is written into the text`
}

func listed(db *sql.DB, a, b int) {
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE id IN (%d, %d)", a, b)) // want `a is written into the text of this query`
}

func bound(db *sql.DB, id, n int, name, where string, ids []string) {
	db.Query("SELECT a FROM parts WHERE id = $1", id)
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE kind = %d AND id = $1", kind), id)
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE id = $%d", n), id)
	db.Query(fmt.Sprintf("SELECT a FROM parts LIMIT %d", n))
	db.Query("SELECT a FROM parts WHERE id IN (" + strings.Join(ids, ",") + ")")
	db.Query("SELECT a FROM parts WHERE " + where)
	db.Query("SELECT a FROM "+pq.QuoteIdentifier(name)+" WHERE id = $1", id)
	db.Exec(fmt.Sprintf("ALTER SEQUENCE parts_id_seq RESTART WITH %d", n))
}

type state int

func (state) String() string { return "" }

const sold state = 3

var hidden = 7

func settled(db *sql.DB) {
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE state <> %d", sold))
	db.Query("SELECT a FROM parts WHERE state <> " + strconv.Itoa(int(sold)))
	db.Query("SELECT a FROM parts WHERE state <> " + strconv.Itoa(hidden))
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE state <> %d", hidden))
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE at > '%s'", time.Now().Format(time.DateOnly))) // want `is written between quotes`
}

type part struct {
	ID   int
	Name string
}

func built(db *gorm.DB, d *sql.DB, id int, name string) {
	var list []part
	db.Where(fmt.Sprintf("id = %d", id)).Find(&list) // want `id is written into the text of this query`
	cond := fmt.Sprintf("id = %d", id)               // want `id is written into the text of this query`
	sq.Select("a").From("parts").Where(cond).RunWith(d).Query()
}

func builtBound(db *gorm.DB, d *sql.DB, id int, name string) {
	var list []part
	db.Where("id = ?", id).Where(&part{Name: name}).Order(fmt.Sprintf("id %s", name)).Limit(id).Find(&list)
	db.Find(&list, id)
	sq.Select("a").From("parts").Where(sq.Eq{"id": id}).RunWith(d).Query()
}
