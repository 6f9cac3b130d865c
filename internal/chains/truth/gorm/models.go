// Package gorm holds chains of gorm.io/gorm.
package gorm

import (
	"time"

	"gorm.io/gorm"
)

// Models are the types that AutoMigrate makes tables of.
var Models = []any{&Author{}, &Book{}, &Review{}, &Shelf{}, &Member{}, &Card{}, &Tag{}, &Loan{}, &AuditEntry{}}

type Author struct {
	ID        uint
	Name      string `gorm:"size:200;not null;uniqueIndex"`
	Email     *string
	Country   string `gorm:"index:idx_authors_place,priority:1"`
	City      string `gorm:"index:idx_authors_place,priority:2"`
	CreatedAt time.Time
	UpdatedAt time.Time
	Books     []Book
}

type Book struct {
	gorm.Model
	Title     string `gorm:"index"`
	ISBN      string `gorm:"column:isbn;type:char(13);unique"`
	Pages     int    `gorm:"default:0;check:pages >= 0"`
	InPrint   bool
	AuthorID  uint `gorm:"index:,where:deleted_at IS NULL"`
	Author    Author
	ShelfID   *uint
	Shelf     *Shelf
	Reviews   []Review
	Tags      []Tag  `gorm:"many2many:book_tags"`
	Published Span   `gorm:"embedded;embeddedPrefix:published_"`
	Draft     string `gorm:"-"`
}

type Span struct {
	From time.Time
	To   *time.Time
}

type Review struct {
	ID       uint
	BookID   uint `gorm:"index"`
	MemberID uint
	Member   Member
	Stars    int8
	Text     string `gorm:"type:text"`
}

type Shelf struct {
	ID   uint   `gorm:"primaryKey"`
	Code string `gorm:"uniqueIndex:shelf_code"`
	Room int
}

// TableName is not what the naming strategy says.
func (Shelf) TableName() string { return "library_shelves" }

type Member struct {
	ID     uint
	Name   string
	Email  string `gorm:"uniqueIndex;size:320"`
	Card   Card
	Loans  []Loan
	Active bool `gorm:"index:,where:active"`
}

type Card struct {
	ID       uint
	MemberID uint
	Number   string
}

type Tag struct {
	ID    uint
	Label string
}

type Loan struct {
	MemberID   uint      `gorm:"primaryKey;autoIncrement:false"`
	BookID     uint      `gorm:"primaryKey;autoIncrement:false"`
	TakenAt    time.Time `gorm:"primaryKey"`
	ReturnedAt *time.Time
	Book       Book
}

type AuditEntry struct {
	Id       int64
	UserURL  string
	HTTPCode int
	Kind     string `gorm:"<-:create"`
}
