// Package direct calls the primitives.
package direct

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/smtp"
	"os"
	"os/exec"
	"time"

	"github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"gorm.io/gorm"
)

type User struct {
	ID   int
	Name string
}

func Reads(db *sql.DB) { // want Reads:`^ReadDB\[SELECT users\] via db.Query$`
	rows, err := db.Query("SELECT id FROM users") // effects: ReadDB[SELECT users] via db.Query
	if err != nil {
		return
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		rows.Scan(&id)
	}
}

func Writes(db *sql.DB) { // want Writes:`^WriteDB\[UPDATE app.users\] via db.Exec$`
	db.Exec(`UPDATE app."users" SET name = $1`, "x") // effects: WriteDB[UPDATE app.users] via db.Exec
}

func Returning(db *sql.DB) (id int) { // want Returning:`^WriteDB\[INSERT users\] via db.QueryRow$`
	db.QueryRow("INSERT INTO users (name) VALUES ($1) RETURNING id", "x").Scan(&id) // effects: WriteDB[INSERT users] via db.QueryRow
	return id
}

func With(db *sql.DB) { // want With:`^WriteDB\[DELETE users\] via db.Query$`
	db.Query("WITH old AS (DELETE FROM users RETURNING *) SELECT * FROM old") // effects: WriteDB[DELETE users] via db.Query
}

func Locks(db *sql.DB) { // want Locks:`^ReadDB\(object\)\[SELECT pg_advisory_lock\(\)\] via db.Exec$`
	db.Exec("SELECT pg_advisory_lock(1)") // effects: ReadDB(object)[SELECT pg_advisory_lock()] via db.Exec
}

func TableUnknown(db *sql.DB, t string) { // want TableUnknown:`^ReadDB\[SELECT\] via db.Query$`
	db.Query("SELECT * FROM users_" + t) // effects: ReadDB[SELECT] via db.Query
}

func Ping(db *sql.DB) error { return db.Ping() }

func Prepared(db *sql.DB) { // want Prepared:`^ReadDB\(prepare\) via db.Prepare; WriteDB\[DELETE users\] via stmt.Exec$`
	stmt, _ := db.Prepare("DELETE FROM users WHERE id = $1") // effects: ReadDB(prepare) via db.Prepare
	stmt.Exec(1)                                             // effects: WriteDB[DELETE users] via stmt.Exec
}

// COPY: the statement buffers.
func Copies(tx *sql.Tx, names []string) { // want Copies:`^ReadDB\(prepare\) via tx.Prepare$`
	stmt, _ := tx.Prepare(pq.CopyIn("users", "name")) // effects: ReadDB(prepare) via tx.Prepare
	for _, n := range names {
		stmt.Exec(n)
	}
	tx.Commit()
}

func Transaction(db *sql.DB) error { // want Transaction:`^WriteDB\[DELETE users\] via tx.Exec; BeginTx via db.Begin$`
	tx, err := db.Begin() // effects: BeginTx via db.Begin
	if err != nil {
		return err
	}
	defer tx.Rollback()
	tx.Exec("DELETE FROM users") // effects: WriteDB[DELETE users] via tx.Exec
	return tx.Commit()
}

// Queues only: nothing is sent.
func Queues(b *pgx.Batch, ids []int) {
	for _, id := range ids {
		b.Queue("DELETE FROM users WHERE id = $1", id)
	}
}

func SendsBatch(ctx context.Context, db *pgxpool.Pool, b *pgx.Batch) error { // want SendsBatch:`^WriteDB batch via db.SendBatch$`
	res := db.SendBatch(ctx, b) // effects: WriteDB batch via db.SendBatch
	for range b.Len() {
		if _, err := res.Exec(); err != nil {
			return err
		}
	}
	return res.Close()
}

func Gorm(db *gorm.DB) []User { // want Gorm:`^ReadDB\[SELECT users\] via db.Find$`
	var list []User
	db = db.Where("name = ?", "x").Order("id")
	db.Find(&list) // effects: ReadDB[SELECT users] via db.Find
	return list
}

func GormBuilds(db *gorm.DB) *gorm.DB {
	return db.Model(&User{}).Where("id = ?", 1).Limit(2)
}

func GormRaw(db *gorm.DB, u *User) { // want GormRaw:`^ReadDB\[SELECT users\] via \(\*gorm.DB\).Scan$`
	db.Raw("SELECT * FROM users").Scan(u) // effects: ReadDB[SELECT users] via (*gorm.DB).Scan
}

func GormMigrates(db *gorm.DB) { // want GormMigrates:`^WriteDB\(migrate\) via db.AutoMigrate$`
	db.AutoMigrate(&User{}) // effects: WriteDB(migrate) via db.AutoMigrate
}

func GormDry(db *gorm.DB) string {
	return db.ToSQL(func(tx *gorm.DB) *gorm.DB { return tx.Find(&User{}) }) // effects: ReadDB[SELECT users] via tx.Find
}

func Squirrel(db *sql.DB) (n int) { // want Squirrel:`^ReadDB\[SELECT users\] via squirrel.SelectBuilder.QueryRow$`
	q := squirrel.Select("count(*)").From("users")
	_ = q.Where("id > ?", 1)
	squirrel.Select("count(*)").From("users").RunWith(db).QueryRow().Scan(&n) // effects: ReadDB[SELECT users] via squirrel.SelectBuilder.QueryRow
	return n
}

// Embeds promotes the methods of the handle.
type Embeds struct{ *sqlx.DB }

func (e Embeds) Load(list any) error { // want Load:`^ReadDB\[SELECT users\] via e.Select$`
	return e.Select(list, "SELECT * FROM users") // effects: ReadDB[SELECT users] via e.Select
}

func HTTP(url string) { // want HTTP:`^Network\(http\) via http.Get$`
	http.Get(url) // effects: Network(http) via http.Get
}

func Mails() error { // want Mails:`^Mail via smtp.SendMail$`
	return smtp.SendMail("h:25", nil, "a", nil, nil) // effects: Mail via smtp.SendMail
}

func Runs() error { // want Runs:`^Exec via \(\*exec.Cmd\).Run$`
	return exec.Command("ls").Run() // effects: Exec via (*exec.Cmd).Run
}

func Files() { // want Files:`^File\(file_write\) via os.WriteFile$`
	os.WriteFile("x", nil, 0) // effects: File(file_write) via os.WriteFile
}

func Prints(w io.Writer) {
	fmt.Fprintln(w, "x")
	os.Stderr.WriteString("x")
}

func Sleeps(d time.Duration) { // want Sleeps:`^Sleep via time.Sleep$`
	time.Sleep(d) // effects: Sleep via time.Sleep
	_ = time.NewTimer(d)
}

func After(d time.Duration) { // want After:`^Sleep via time.After$`
	<-time.After(d)
}

func Waits(c chan int) int { // want Waits:`^Wait via <-c$`
	return <-c
}

func Polls(c chan int) int {
	select {
	case x := <-c:
		return x
	default:
		return 0
	}
}
