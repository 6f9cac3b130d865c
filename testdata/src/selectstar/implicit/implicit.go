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

// What is changed and written back has to have all columns.
func retitled(db *gorm.DB) error {
	var list []Article
	db.Where("state = ?", "open").Find(&list)
	for _, a := range list {
		a.State = "closed"
		if err := db.Save(&a).Error; err != nil {
			return err
		}
	}
	return nil
}

// What is selected for the row that is there would be all that is inserted of the
// one that is not.
func ensured(db *gorm.DB, slug string) uint {
	var a Article
	db.Where("state = ?", "open").FirstOrCreate(&a)
	return a.ID
}
