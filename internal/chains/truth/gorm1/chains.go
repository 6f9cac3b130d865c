// Package gorm1 holds chains of github.com/jinzhu/gorm, the first version.
package gorm1

import (
	"database/sql"
	"time"

	"github.com/jinzhu/gorm"
)

// Models are the types that AutoMigrate makes tables of.
var Models = []any{&Author{}, &Book{}, &Review{}, &Shelf{}}

type Author struct {
	ID        uint
	Name      string `gorm:"size:200;not null;unique_index"`
	Country   string `gorm:"index:place"`
	City      string `gorm:"index:place"`
	CreatedAt time.Time
	UpdatedAt time.Time
	Books     []Book
}

type Book struct {
	gorm.Model
	Title    string `gorm:"index"`
	ISBN     string `gorm:"column:isbn;type:char(13);unique"`
	Pages    int    `gorm:"default:0"`
	InPrint  bool
	AuthorID uint
	Author   Author
	Reviews  []Review
	Draft    string `gorm:"-"`
}

type Review struct {
	ID     uint
	BookID uint `gorm:"index"`
	Stars  int
}

type Shelf struct {
	Code string `gorm:"primary_key"`
	Room int
}

// TableName is not what the naming rules say.
func (Shelf) TableName() string { return "library_shelves" }

// Chains sends each chain by its handle.
type Chains struct{ DB *gorm.DB }

func (c Chains) First(id uint) (b Book, err error) { return b, c.DB.First(&b, id).Error }

func (c Chains) FirstInline(isbn string) (b Book, err error) {
	return b, c.DB.First(&b, "isbn = ?", isbn).Error
}

func (c Chains) Take(name string) (a Author, err error) {
	return a, c.DB.Where("name = ?", name).Take(&a).Error
}

func (c Chains) Last() (r Review, err error) { return r, c.DB.Last(&r).Error }

func (c Chains) Find(author uint) (bs []Book, err error) {
	return bs, c.DB.Where("author_id = ?", author).Order("title").Find(&bs).Error
}

func (c Chains) FindPointers() (as []*Author, err error) { return as, c.DB.Find(&as).Error }

func (c Chains) FindIDs(ids []uint) (rs []Review, err error) { return rs, c.DB.Find(&rs, ids).Error }

func (c Chains) In(ids []uint) (bs []Book, err error) {
	return bs, c.DB.Where("id IN (?)", ids).Find(&bs).Error
}

func (c Chains) StructCondition() (bs []Book, err error) {
	return bs, c.DB.Where(&Book{AuthorID: 3, InPrint: true}).Find(&bs).Error
}

func (c Chains) MapCondition() (as []Author, err error) {
	return as, c.DB.Where(map[string]any{"country": "at"}).Find(&as).Error
}

func (c Chains) Or(title, isbn string) (bs []Book, err error) {
	return bs, c.DB.Where("title = ?", title).Or("isbn = ?", isbn).Find(&bs).Error
}

func (c Chains) Not(title string) (bs []Book, err error) {
	return bs, c.DB.Not("title = ?", title).Find(&bs).Error
}

func (c Chains) NotColumn() (as []Author, err error) {
	return as, c.DB.Not("country", "at").Find(&as).Error
}

func (c Chains) TwoWheres(n int) (bs []Book, err error) {
	return bs, c.DB.Where("pages > ?", n).Where("in_print").Find(&bs).Error
}

func (c Chains) Like(q string) (as []Author, err error) {
	return as, c.DB.Where("name LIKE ?", q+"%").Find(&as).Error
}

func (c Chains) Between(from, to time.Time) (as []Author, err error) {
	return as, c.DB.Where("created_at BETWEEN ? AND ?", from, to).Find(&as).Error
}

func (c Chains) Select() (as []Author, err error) {
	return as, c.DB.Select("id, name").Find(&as).Error
}

func (c Chains) SelectSlice() (as []Author, err error) {
	return as, c.DB.Select([]string{"id", "name"}).Find(&as).Error
}

func (c Chains) Page(limit, offset int) (bs []Book, err error) {
	return bs, c.DB.Order("id desc").Limit(limit).Offset(offset).Find(&bs).Error
}

func (c Chains) OrderTwice() (as []Author, err error) {
	return as, c.DB.Order("country").Order("name desc").Find(&as).Error
}

func (c Chains) Pluck() (titles []string, err error) {
	return titles, c.DB.Model(&Book{}).Where("pages > ?", 3).Pluck("title", &titles).Error
}

func (c Chains) Count() (n int, err error) {
	return n, c.DB.Model(&Book{}).Where("author_id = ?", 3).Count(&n).Error
}

func (c Chains) CountTable() (n int, err error) {
	return n, c.DB.Table("book_tags").Where("tag_id = ?", 3).Count(&n).Error
}

func (c Chains) CountPlain() (n int, err error) { return n, c.DB.Model(&Author{}).Count(&n).Error }

func (c Chains) GroupBy(n int) error {
	var out []struct {
		AuthorID uint
		Total    int
	}
	return c.DB.Model(&Book{}).Select("author_id, sum(pages) as total").Group("author_id").Having("sum(pages) > ?", n).Scan(&out).Error
}

func (c Chains) Scan() error {
	var out struct{ Title string }
	return c.DB.Table("books").Select("title").Where("id = ?", 1).Scan(&out).Error
}

func (c Chains) Rows() (*sql.Rows, error) {
	return c.DB.Model(&Book{}).Where("in_print = ?", true).Rows()
}

func (c Chains) Row() *sql.Row {
	return c.DB.Table("authors").Where("name = ?", "x").Select("country").Row()
}

func (c Chains) Joins(name string) (bs []Book, err error) {
	return bs, c.DB.Joins("JOIN authors ON authors.id = books.author_id AND authors.name = ?", name).Find(&bs).Error
}

func (c Chains) TableAlias() error {
	var out []struct{ ID uint }
	return c.DB.Table("books b").Select("b.id").Joins("LEFT JOIN reviews r ON r.book_id = b.id").Where("r.id IS NULL").Scan(&out).Error
}

func (c Chains) Preload() (as []Author, err error) { return as, c.DB.Preload("Books").Find(&as).Error }

func (c Chains) PreloadBelongsTo() (bs []Book, err error) {
	return bs, c.DB.Preload("Author").Find(&bs).Error
}

func (c Chains) PreloadNested() (as []Author, err error) {
	return as, c.DB.Preload("Books.Reviews").Find(&as).Error
}

func (c Chains) PreloadCondition() (as []Author, err error) {
	return as, c.DB.Preload("Books", "in_print = ?", true).Find(&as).Error
}

func (c Chains) PreloadFunc() (as []Author, err error) {
	return as, c.DB.Preload("Books", func(db *gorm.DB) *gorm.DB { return db.Order("books.title") }).Find(&as).Error
}

func (c Chains) Related() (bs []Book, err error) {
	a := Author{ID: 3}
	return bs, c.DB.Model(&a).Related(&bs).Error
}

func (c Chains) SubQuery(country string) (bs []Book, err error) {
	from := c.DB.Model(&Author{}).Select("id").Where("country = ?", country).QueryExpr()
	return bs, c.DB.Where("author_id IN (?)", from).Find(&bs).Error
}

func (c Chains) Unscoped(id uint) (b Book, err error) {
	return b, c.DB.Unscoped().Where("id = ?", id).First(&b).Error
}

func inPrint(db *gorm.DB) *gorm.DB { return db.Where("in_print = ?", true) }

func longer(n int) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB { return db.Where("pages > ?", n) }
}

func (c Chains) Scopes(n int) (bs []Book, err error) {
	return bs, c.DB.Scopes(inPrint, longer(n)).Find(&bs).Error
}

func (c Chains) Optional(byTitle, byAuthor bool) (bs []Book, err error) {
	q := c.DB.Model(&Book{})
	if byTitle {
		q = q.Where("title = ?", "x")
	}
	if byAuthor {
		q = q.Where("author_id = ?", 3)
	}
	return bs, q.Order("id").Find(&bs).Error
}

// The result of a chain that is not kept changes nothing.
func (c Chains) Ignored() (as []Author, err error) {
	q := c.DB.Where("city = ?", "x")
	q.Where("country = ?", "at")
	return as, q.Find(&as).Error
}

func (c Chains) CountAndFind(n int) (bs []Book, total int, err error) {
	q := c.DB.Model(&Book{}).Where("pages > ?", n)
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	return bs, total, q.Limit(10).Find(&bs).Error
}

func (c Chains) books(author uint) *gorm.DB { return c.DB.Where("author_id = ?", author) }

func (c Chains) Helper(author uint) (bs []Book, err error) {
	return bs, c.books(author).Where("in_print").Find(&bs).Error
}

func (c Chains) Option(id uint) (a Author, err error) {
	return a, c.DB.Set("gorm:query_option", "FOR UPDATE").First(&a, id).Error
}

func (c Chains) Raw(title string) (b Book, err error) {
	return b, c.DB.Raw("SELECT id, title FROM books WHERE title = ?", title).Scan(&b).Error
}

func (c Chains) Exec(id uint) error {
	return c.DB.Exec("UPDATE books SET pages = pages + ? WHERE id = ?", 1, id).Error
}

func (c Chains) Create() error { return c.DB.Create(&Author{Name: "x", Country: "at"}).Error }

func (c Chains) CreateParam(r *Review) error { return c.DB.Create(r).Error }

func (c Chains) CreateOwnKey() error { return c.DB.Create(&Shelf{Code: "a", Room: 2}).Error }

func (c Chains) Save() error { return c.DB.Save(&Review{BookID: 3}).Error }

func (c Chains) SaveExisting() error { return c.DB.Save(&Review{ID: 2, BookID: 3, Stars: 1}).Error }

func (c Chains) Update(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).Update("title", "x").Error
}

func (c Chains) UpdateOwn(id uint) error {
	a := Author{ID: id}
	return c.DB.Model(&a).Update("name", "x").Error
}

func (c Chains) Updates(id uint) error {
	return c.DB.Model(&Author{}).Where("id = ?", id).Updates(Author{Name: "x", City: "y"}).Error
}

func (c Chains) UpdatesMap(id uint) error {
	return c.DB.Model(&Review{}).Where("id = ?", id).Updates(map[string]any{"stars": 3}).Error
}

func (c Chains) UpdateExpr(id uint) error {
	return c.DB.Model(&Review{}).Where("id = ?", id).Update("stars", gorm.Expr("stars * ? + ?", 2, 1)).Error
}

func (c Chains) UpdateColumn(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).UpdateColumn("pages", 3).Error
}

func (c Chains) Delete(id uint) error { return c.DB.Where("id = ?", id).Delete(&Review{}).Error }

func (c Chains) DeleteInline(id uint) error { return c.DB.Delete(&Review{}, "book_id = ?", id).Error }

func (c Chains) DeleteOwn(id uint) error { return c.DB.Delete(&Review{ID: id}).Error }

func (c Chains) SoftDelete(id uint) error { return c.DB.Where("id = ?", id).Delete(&Book{}).Error }

func (c Chains) HardDelete(id uint) error {
	return c.DB.Unscoped().Where("id = ?", id).Delete(&Book{}).Error
}

func (c Chains) FirstOrCreate(name string) (s Shelf, err error) {
	return s, c.DB.Where(Shelf{Code: name}).Attrs(Shelf{Room: 2}).FirstOrCreate(&s).Error
}

func (c Chains) FirstOrInit() (s Shelf, err error) {
	return s, c.DB.FirstOrInit(&s, Shelf{Code: "x"}).Error
}

func (c Chains) Transaction(id uint) error {
	return c.DB.Transaction(func(tx *gorm.DB) error {
		if err := tx.Delete(&Review{}, "book_id = ?", id).Error; err != nil {
			return err
		}
		return tx.Unscoped().Delete(&Book{}, "id = ?", id).Error
	})
}

func (c Chains) Association(id uint) (bs []Book, err error) {
	return bs, c.DB.Model(&Author{ID: id}).Association("Books").Find(&bs).Error
}

func (c Chains) NotFound(name string) bool {
	var a Author
	return c.DB.Where("name = ?", name).First(&a).RecordNotFound()
}
