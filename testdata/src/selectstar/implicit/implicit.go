// Package implicit tests selectstar where the library selects every column, since
// the program names none.
package implicit

import "gorm.io/gorm"

// An Article has a long text; the model says so.
type Article struct {
	ID     uint   `gorm:"primaryKey"`
	Slug   string `gorm:"index"`
	Author string
	State  string
	Place  string
	Body   string `gorm:"type:text"`
}

// A Route has texts of which nothing is said: gorm's type for any string.
type Route struct {
	ID      uint `gorm:"primaryKey"`
	Path    string
	Method  string
	Group   string
	Summary string
	State   string
}

// A Report is wide by its document.
type Report struct {
	ID    uint `gorm:"primaryKey"`
	Name  string
	State string
	Owner string
	Place string
	Data  []byte
}

func tables(db *gorm.DB) error { return db.AutoMigrate(&Article{}, &Route{}, &Report{}) }

func slugs(db *gorm.DB) (out []string) {
	var list []Article
	db.Where("state = ?", "open").Find(&list) // want `query reads all 6 columns of articles, among them .*body \(text\), and the code here uses Slug: select those alone`
	for _, a := range list {
		out = append(out, a.Slug)
	}
	return out
}

func paths(db *gorm.DB) (out []string) {
	var list []Route
	db.Where("state = ?", "open").Find(&list)
	for _, r := range list {
		out = append(out, r.Path)
	}
	return out
}

func names(db *gorm.DB) (out []string) {
	var list []Report
	db.Where("state = ?", "open").Find(&list) // want `query reads all 6 columns of reports, among them data \(bytea\).*, and the code here uses Name: select those alone`
	for _, r := range list {
		out = append(out, r.Name)
	}
	return out
}
