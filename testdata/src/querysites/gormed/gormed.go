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
