// Package eager loads associations, three levels deep.
package eager

import (
	"github.com/gobuffalo/pop/v6"
	"gorm.io/gorm"
)

type Author struct {
	ID    int64
	Books []Book `has_many:"books"`
}

type Book struct {
	ID, AuthorID int64
	Chapters     []Chapter `has_many:"chapters"`
}

type Chapter struct {
	ID, BookID int64
	Notes      []Note `has_many:"notes"`
}

type Note struct{ ID, ChapterID int64 }

func perRecord(tx *pop.Connection) (authors []Author, err error) {
	err = tx.Eager("Books.Chapters.Notes").All(&authors)                 // want `^eager loading with Eager asks again for each record and association that the chain loads: use EagerPreload, which asks once for each association \[nplusone\]$`
	err = tx.Where("id > ?", 1).Eager("Books").Order("id").All(&authors) // want `^eager loading with Eager asks again for each record`
	err = tx.EagerPreload("Books.Chapters.Notes").All(&authors)          // a query for each level
	return authors, err
}

func one(tx *pop.Connection, id int64) (a Author, err error) {
	err = tx.Eager("Books").Find(&a, id) // of one record
	return a, err
}

func perLevel(db *gorm.DB) (authors []Author, err error) {
	err = db.Preload("Books.Chapters.Notes").Find(&authors).Error // three more queries, whatever there is
	return authors, err
}
