package gorm

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Chains sends each chain by its handle.
type Chains struct{ DB *gorm.DB }

func (c Chains) First(id uint) (b Book, err error) {
	err = c.DB.First(&b, id).Error
	return b, err
}

func (c Chains) FirstInline(isbn string) (b Book, err error) {
	return b, c.DB.First(&b, "isbn = ?", isbn).Error
}

func (c Chains) Take(isbn string) (b Book, err error) {
	return b, c.DB.Where("isbn = ?", isbn).Take(&b).Error
}

func (c Chains) Last() (b Book, err error) { return b, c.DB.Last(&b).Error }

func (c Chains) Find(author uint) (bs []Book, err error) {
	err = c.DB.Where("author_id = ?", author).Order("title").Find(&bs).Error
	return bs, err
}

func (c Chains) FindPointers(ctx context.Context) (bs []*Book, err error) {
	return bs, c.DB.WithContext(ctx).Find(&bs).Error
}

func (c Chains) FindIDs(ids []uint) (bs []Book, err error) {
	return bs, c.DB.Find(&bs, ids).Error
}

func (c Chains) In(ids []uint) (bs []Book, err error) {
	return bs, c.DB.Where("id IN ?", ids).Find(&bs).Error
}

func (c Chains) StructCondition(author uint) (bs []Book, err error) {
	return bs, c.DB.Where(&Book{AuthorID: 3, InPrint: true}).Find(&bs).Error
}

func (c Chains) StructFields(author uint) (bs []Book, err error) {
	return bs, c.DB.Where(&Book{AuthorID: author}, "author_id", "pages").Find(&bs).Error
}

func (c Chains) MapCondition(author uint) (bs []Book, err error) {
	return bs, c.DB.Where(map[string]any{"author_id": author, "in_print": true}).Find(&bs).Error
}

func (c Chains) MapSlice(ids []uint) (bs []Book, err error) {
	return bs, c.DB.Where(map[string]any{"author_id": ids}).Find(&bs).Error
}

func (c Chains) Named(title string) (bs []Book, err error) {
	return bs, c.DB.Where("title = @title OR isbn = @title", sql.Named("title", title)).Find(&bs).Error
}

func (c Chains) Or(title, isbn string) (bs []Book, err error) {
	return bs, c.DB.Where("title = ?", title).Or("isbn = ?", isbn).Find(&bs).Error
}

func (c Chains) Not(title string) (bs []Book, err error) {
	return bs, c.DB.Not("title = ?", title).Not(map[string]any{"pages": 0}).Find(&bs).Error
}

func (c Chains) Group(title string, n int) (bs []Book, err error) {
	return bs, c.DB.Where(c.DB.Where("title = ?", title).Or("pages > ?", n)).Where("in_print").Find(&bs).Error
}

func (c Chains) Between(from, to time.Time) (bs []Book, err error) {
	return bs, c.DB.Where("created_at BETWEEN ? AND ?", from, to).Find(&bs).Error
}

func (c Chains) Like(q string) (as []Author, err error) {
	return as, c.DB.Where("name LIKE ?", q+"%").Find(&as).Error
}

func (c Chains) Select() (bs []Book, err error) {
	return bs, c.DB.Select("id", "title").Find(&bs).Error
}

func (c Chains) SelectText() (bs []Book, err error) {
	return bs, c.DB.Select("id, coalesce(isbn, ?) AS isbn", "-").Find(&bs).Error
}

func (c Chains) SelectSlice() (bs []Book, err error) {
	return bs, c.DB.Select([]string{"id", "pages"}).Find(&bs).Error
}

func (c Chains) Omit() (as []Author, err error) {
	return as, c.DB.Omit("email", "city").Find(&as).Error
}

func (c Chains) Page(limit, offset int) (bs []Book, err error) {
	return bs, c.DB.Order("id desc").Limit(limit).Offset(offset).Find(&bs).Error
}

func (c Chains) OrderClause() (bs []Book, err error) {
	return bs, c.DB.Order(clause.OrderByColumn{Column: clause.Column{Name: "pages"}, Desc: true}).Find(&bs).Error
}

func (c Chains) Distinct() (names []string, err error) {
	return names, c.DB.Model(&Author{}).Distinct("country", "city").Find(&names).Error
}

func (c Chains) Pluck() (titles []string, err error) {
	return titles, c.DB.Model(&Book{}).Where("pages > ?", 10).Pluck("title", &titles).Error
}

func (c Chains) Count(author uint) (n int64, err error) {
	return n, c.DB.Model(&Book{}).Where("author_id = ?", author).Count(&n).Error
}

func (c Chains) CountTable() (n int64, err error) {
	return n, c.DB.Table("book_tags").Where("tag_id = ?", 3).Count(&n).Error
}

func (c Chains) CountDistinct() (n int64, err error) {
	return n, c.DB.Model(&Book{}).Distinct("author_id").Count(&n).Error
}

func (c Chains) GroupBy(n int) (err error) {
	var out []struct {
		AuthorID uint
		Total    int
	}
	return c.DB.Model(&Book{}).Select("author_id, sum(pages) as total").Group("author_id").Having("sum(pages) > ?", n).Find(&out).Error
}

func (c Chains) Scan() (err error) {
	var out struct{ Title string }
	return c.DB.Model(&Book{}).Select("title").Where("id = ?", 1).Scan(&out).Error
}

func (c Chains) SmallStruct() (err error) {
	var out []struct {
		ID    uint
		Title string
	}
	return c.DB.Model(&Book{}).Find(&out).Error
}

func (c Chains) Rows() (*sql.Rows, error) {
	return c.DB.Model(&Book{}).Where("in_print = ?", true).Rows()
}

func (c Chains) Joins(name string) (bs []Book, err error) {
	return bs, c.DB.Joins("JOIN authors ON authors.id = books.author_id AND authors.name = ?", name).Find(&bs).Error
}

func (c Chains) JoinAssociation() (bs []Book, err error) {
	return bs, c.DB.Joins("Author").Find(&bs).Error
}

func (c Chains) JoinCondition() (bs []Book, err error) {
	return bs, c.DB.Joins("Author", c.DB.Where(&Author{Country: "at"})).Find(&bs).Error
}

func (c Chains) InnerJoins() (bs []Book, err error) {
	return bs, c.DB.InnerJoins("Author").Find(&bs).Error
}

func (c Chains) TableAlias() (err error) {
	var out []struct{ ID uint }
	return c.DB.Table("books AS b").Select("b.id").Joins("LEFT JOIN reviews r ON r.book_id = b.id").Where("r.id IS NULL").Find(&out).Error
}

func (c Chains) Preload() (as []Author, err error) { return as, c.DB.Preload("Books").Find(&as).Error }

func (c Chains) PreloadBelongsTo() (b Book, err error) {
	return b, c.DB.Preload("Author").First(&b, 1).Error
}

func (c Chains) PreloadNested() (as []Author, err error) {
	return as, c.DB.Preload("Books.Reviews").Find(&as).Error
}

func (c Chains) PreloadCondition() (as []Author, err error) {
	return as, c.DB.Preload("Books", "in_print = ?", true).Find(&as).Error
}

func (c Chains) PreloadFunc() (as []Author, err error) {
	return as, c.DB.Preload("Books", func(db *gorm.DB) *gorm.DB { return db.Order("books.title").Limit(3) }).Find(&as).Error
}

func (c Chains) PreloadMany() (bs []Book, err error) { return bs, c.DB.Preload("Tags").Find(&bs).Error }

func (c Chains) PreloadAll() (ms []Member, err error) {
	return ms, c.DB.Preload(clause.Associations).Find(&ms).Error
}

func (c Chains) Subquery(country string) (bs []Book, err error) {
	from := c.DB.Model(&Author{}).Select("id").Where("country = ?", country)
	return bs, c.DB.Where("author_id IN (?)", from).Find(&bs).Error
}

func (c Chains) FromSubquery() (err error) {
	var out []struct{ Total int }
	inner := c.DB.Model(&Book{}).Select("author_id", "pages")
	return c.DB.Table("(?) as t", inner).Select("sum(t.pages) as total").Find(&out).Error
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

func (c Chains) Optional(title string, author uint, byTitle, byAuthor bool) (bs []Book, err error) {
	q := c.DB.Model(&Book{})
	if byTitle {
		q = q.Where("title = ?", title)
	}
	if byAuthor {
		q = q.Where("author_id = ?", author)
	}
	return bs, q.Order("id").Find(&bs).Error
}

func (c Chains) CountAndFind(n int) (bs []Book, total int64, err error) {
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

func list(db *gorm.DB, out any) error { return db.Order("id").Limit(20).Find(out).Error }

func (c Chains) Handed() (ms []Member, err error) {
	return ms, list(c.DB.Where("active"), &ms)
}

func (c Chains) Session() (bs []Book, err error) {
	base := c.DB.Where("in_print").Session(&gorm.Session{})
	return bs, base.Where("pages > 3").Find(&bs).Error
}

func (c Chains) Locking(id uint) (b Book, err error) {
	return b, c.DB.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).First(&b, id).Error
}

func (c Chains) Raw(title string) (b Book, err error) {
	return b, c.DB.Raw("SELECT id, title FROM books WHERE title = ?", title).Scan(&b).Error
}

func (c Chains) Exec(id uint) error {
	return c.DB.Exec("UPDATE books SET pages = pages + ? WHERE id = ?", 1, id).Error
}

func (c Chains) Create() error {
	return c.DB.Create(&Author{Name: "x", Country: "at"}).Error
}

func (c Chains) CreateParam(m *Member) error { return c.DB.Create(m).Error }

func (c Chains) CreateSlice() error {
	return c.DB.Create(&[]Tag{{Label: "a"}, {Label: "b"}}).Error
}

func (c Chains) CreateBatches(tags []Tag) error { return c.DB.CreateInBatches(tags, 100).Error }

func (c Chains) CreateMap() error {
	return c.DB.Model(&Tag{}).Create(map[string]any{"label": "x"}).Error
}

func (c Chains) CreateSelect() error {
	return c.DB.Select("Name", "City").Create(&Author{Name: "x", City: "y"}).Error
}

func (c Chains) Upsert() error {
	return c.DB.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "email"}},
		DoUpdates: clause.AssignmentColumns([]string{"name"}),
	}).Create(&Member{Name: "x", Email: "y"}).Error
}

func (c Chains) DoNothing() error {
	return c.DB.Clauses(clause.OnConflict{DoNothing: true}).Create(&Tag{Label: "x"}).Error
}

func (c Chains) Save() error {
	return c.DB.Save(&Tag{ID: 3, Label: "x"}).Error
}

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
	return c.DB.Model(&Tag{}).Where("id = ?", id).Updates(map[string]any{"label": "x"}).Error
}

func (c Chains) UpdateExpr(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).Update("pages", gorm.Expr("pages * ? + ?", 2, 1)).Error
}

func (c Chains) UpdateColumn(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).UpdateColumn("pages", 3).Error
}

func (c Chains) Delete(id uint) error { return c.DB.Delete(&Tag{}, id).Error }

func (c Chains) DeleteWhere(before time.Time) error {
	return c.DB.Where("taken_at < ?", before).Delete(&Loan{}).Error
}

func (c Chains) SoftDelete(id uint) error { return c.DB.Delete(&Book{}, "id = ?", id).Error }

func (c Chains) HardDelete(id uint) error { return c.DB.Unscoped().Delete(&Book{}, id).Error }

func (c Chains) Returning(id uint) error {
	var t Tag
	return c.DB.Clauses(clause.Returning{}).Where("id = ?", id).Delete(&t).Error
}

func (c Chains) FirstOrCreate(email string) (m Member, err error) {
	return m, c.DB.Where(Member{Email: email}).Attrs(Member{Name: "x"}).FirstOrCreate(&m).Error
}

func (c Chains) FirstOrInit() (t Tag, err error) {
	return t, c.DB.FirstOrInit(&t, Tag{Label: "x"}).Error
}

func (c Chains) Transaction(id uint) error {
	return c.DB.Transaction(func(tx *gorm.DB) error {
		if err := tx.Delete(&Review{}, "book_id = ?", id).Error; err != nil {
			return err
		}
		return tx.Unscoped().Delete(&Book{}, "id = ?", id).Error
	})
}

func (c Chains) AssociationFind() (bs []Book, err error) {
	a := Author{ID: 3}
	return bs, c.DB.Model(&a).Where("in_print").Association("Books").Find(&bs)
}

func (c Chains) AssociationCount() int64 {
	return c.DB.Model(&Book{Model: gorm.Model{ID: 3}}).Association("Tags").Count()
}

func (c Chains) FindInBatches() error {
	var bs []Book
	return c.DB.Where("in_print").Limit(2).FindInBatches(&bs, 1, func(*gorm.DB, int) error { return nil }).Error
}

func (c Chains) Generic(ctx context.Context, id uint) (Book, error) {
	return gorm.G[Book](c.DB).Where("id = ?", id).First(ctx)
}

func (c Chains) GenericFind(ctx context.Context) ([]Author, error) {
	return gorm.G[Author](c.DB).Where("country = ?", "at").Order("name").Limit(5).Find(ctx)
}

func (c Chains) GenericCount(ctx context.Context) (int64, error) {
	return gorm.G[Member](c.DB).Where("active").Count(ctx, "*")
}

func (c Chains) GenericUpdate(ctx context.Context, id uint) (int, error) {
	return gorm.G[Tag](c.DB).Where("id = ?", id).Update(ctx, "label", "x")
}

func (c Chains) GenericDelete(ctx context.Context, id uint) (int, error) {
	return gorm.G[Tag](c.DB).Where("id = ?", id).Delete(ctx)
}

func (c Chains) GenericCreate(ctx context.Context) error {
	return gorm.G[Tag](c.DB).Create(ctx, &Tag{Label: "x"})
}

func find[T any](db *gorm.DB, column string, value any) (out []T, err error) {
	return out, db.Where(column+" = ?", value).Find(&out).Error
}

func (c Chains) TypeParameter() ([]Card, error) { return find[Card](c.DB, "member_id", 3) }
