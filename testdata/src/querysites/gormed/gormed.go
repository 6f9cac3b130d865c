// Package gormed has statements that functions of the caller's add to.
package gormed

import "gorm.io/gorm"

type Row struct {
	ID   uint
	Name string
}

type Option func(*gorm.DB) *gorm.DB

var DB *gorm.DB

func start(options ...Option) *gorm.DB {
	db := DB
	for _, o := range options {
		db = o(db)
	}
	return db
}

func First(options ...Option) (r Row, err error) {
	return r, start(options...).Model(&Row{}).First(&r).Error // sql: SELECT {columns} FROM rows {…} {…} ORDER BY rows.id LIMIT 1 {…}
}

func Remove(options ...Option) error {
	db := DB
	for _, o := range options {
		db = o(db)
	}
	return db.Delete(&Row{}).Error // sql: DELETE FROM rows {…} {…}
}

func Page(name string, page, size int) (n int64, list []Row, err error) {
	db := DB.Model(&Row{}).Where("name = ?", name)
	db = db.Count(&n)                                                // sql: SELECT count(*) FROM rows WHERE name = ?
	err = db.Limit(size).Offset(size * (page - 1)).Find(&list).Error // sql: SELECT * FROM rows WHERE name = ? LIMIT ? | SELECT * FROM rows WHERE name = ? LIMIT ? OFFSET ?
	return
}

func All() (list []Row, err error) {
	return list, DB.Find(&list).Error // sql: SELECT * FROM rows
}

// berth has a key of two columns.
type berth struct {
	Pier uint `gorm:"primaryKey"`
	Nr   int  `gorm:"primaryKey"`
}

type line struct {
	ID   uint
	Pier uint
	Nr   int
}

func keyed(db *gorm.DB, pier uint) error {
	b := berth{Pier: pier, Nr: 3}
	return db.Take(&b).Error // sql: SELECT * FROM berths WHERE berths.pier = ? AND berths.nr = ? LIMIT 1
}

// kept is marked as deleted.
type kept struct {
	ID        uint
	DeletedAt gorm.DeletedAt
}

// What a function asks for that is not known may be the rows that are deleted.
func asked(db *gorm.DB, by func(*gorm.DB) *gorm.DB) (ks []kept, err error) {
	return ks, db.Scopes(by).Find(&ks).Error // sql: SELECT {columns} FROM kepts {by} {by} {by}
}

func pairs(db *gorm.DB, rows []map[string]any) error {
	if err := db.Model(&line{}).Create(map[string]any{"pier": 3, "Nr": 4}).Error; err != nil { // sql: INSERT INTO lines (nr, pier) VALUES (?, ?) RETURNING id
		return err
	}
	return db.Model(&line{}).Create(rows).Error // sql: INSERT INTO lines {values}
}
