// Package pop holds chains of github.com/gobuffalo/pop/v6.
package pop

import (
	"context"
	"time"

	"github.com/gobuffalo/pop/v6"
)

type Author struct {
	ID        int       `db:"id"`
	Name      string    `db:"name"`
	Country   string    `db:"country"`
	CreatedAt time.Time `db:"created_at"`
	UpdatedAt time.Time `db:"updated_at"`
	Books     []Book    `has_many:"books" order_by:"title asc"`
}

type Book struct {
	ID       int     `db:"id"`
	Title    string  `db:"title"`
	Pages    int     `db:"pages"`
	AuthorID int     `db:"author_id"`
	Author   *Author `belongs_to:"author"`
	Slip     Slip    `has_one:"slip"`
	Tags     []Tag   `many_to_many:"book_tags"`
	Draft    string  `db:"-"`
	Rank     int     `db:"rank" rw:"r"`
}

type Slip struct {
	ID     int    `db:"id"`
	BookID int    `db:"book_id"`
	Text   string `db:"text"`
}

type Tag struct {
	ID    int    `db:"id"`
	Label string `db:"label"`
}

type Shelf struct {
	ID   int    `db:"id"`
	Code string `db:"code"`
}

// TableName is not what the naming rules say.
func (Shelf) TableName() string { return "library_shelves" }

// Authors names its table by its element.
type Authors []Author

// Chains sends each chain by its connection.
type Chains struct{ DB *pop.Connection }

func (c Chains) Find(id int) (a Author, err error) { return a, c.DB.Find(&a, id) }

func (c Chains) FindPointer(id int) (*Tag, error) {
	t := new(Tag)
	return t, c.DB.Find(t, id)
}

func (c Chains) FindNamed(id int) (s Shelf, err error) { return s, c.DB.Find(&s, id) }

func (c Chains) FindWhere(id int) (t Tag, err error) {
	return t, c.DB.Where("label = ?", "x").Find(&t, id)
}

func (c Chains) First() (t Tag, err error) { return t, c.DB.First(&t) }

func (c Chains) FirstWhere(name string) (a Author, err error) {
	return a, c.DB.Where("name = ?", name).First(&a)
}

func (c Chains) Last() (t Tag, err error) { return t, c.DB.Last(&t) }

func (c Chains) LastWhere() (a Author, err error) {
	return a, c.DB.Where("country = ?", "at").Last(&a)
}

func (c Chains) All() (ts []Tag, err error) { return ts, c.DB.All(&ts) }

func (c Chains) AllNamed() (as Authors, err error) { return as, c.DB.All(&as) }

func (c Chains) AllShelves() (ss []Shelf, err error) { return ss, c.DB.Order("code").All(&ss) }

func (c Chains) Where(n int) (bs []Book, err error) {
	return bs, c.DB.Where("pages > ?", n).Where("author_id = ?", 3).All(&bs)
}

func (c Chains) Query(n int) (bs []Book, err error) {
	q := c.DB.Q()
	q.Where("pages > ?", n)
	return bs, q.All(&bs)
}

func (c Chains) In(ids []int) (ts []Tag, err error) { return ts, c.DB.Where("id in (?)", ids).All(&ts) }

func (c Chains) Or(title string) (bs []Book, err error) {
	return bs, c.DB.Where("title = ? OR pages = 0", title).All(&bs)
}

func (c Chains) Like(q string) (as []Author, err error) {
	return as, c.DB.Where("name ILIKE ?", q+"%").All(&as)
}

func (c Chains) Between(from, to time.Time) (as []Author, err error) {
	return as, c.DB.Where("created_at BETWEEN ? AND ?", from, to).All(&as)
}

func (c Chains) Order() (bs []Book, err error) { return bs, c.DB.Order("title, id desc").All(&bs) }

func (c Chains) OrderTwice() (bs []Book, err error) {
	return bs, c.DB.Order("title").Order("id desc").All(&bs)
}

func (c Chains) Limit(n int) (ts []Tag, err error) { return ts, c.DB.Order("id").Limit(n).All(&ts) }

func (c Chains) LimitOnly() (ts []Tag, err error) { return ts, c.DB.Limit(10).All(&ts) }

func (c Chains) Select() (bs []Book, err error) { return bs, c.DB.Select("id", "title").All(&bs) }

func (c Chains) SelectQuery() (bs []Book, err error) {
	return bs, c.DB.Where("pages > 3").Select("title").All(&bs)
}

func (c Chains) Paginate(page int) (ts []Tag, err error) {
	return ts, c.DB.Order("id").Paginate(page, 20).All(&ts)
}

func (c Chains) PaginateQuery() (ts []Tag, err error) {
	return ts, c.DB.Where("label = ?", "x").Paginate(2, 20).All(&ts)
}

func (c Chains) Join() (bs []Book, err error) {
	return bs, c.DB.Q().Join("authors", "authors.id = books.author_id").Where("authors.country = ?", "at").All(&bs)
}

func (c Chains) LeftJoin() (bs []Book, err error) {
	return bs, c.DB.Q().LeftJoin("slips s", "s.book_id = books.id").Where("s.id IS NULL").All(&bs)
}

func (c Chains) InnerJoin() (ts []Tag, err error) {
	return ts, c.DB.Q().InnerJoin("book_tags", "book_tags.tag_id = tags.id AND book_tags.book_id = ?", 3).All(&ts)
}

func (c Chains) GroupHaving() (bs []Book, err error) {
	return bs, c.DB.Select("author_id").GroupBy("author_id").Having("count(*) > ?", 3).All(&bs)
}

func (c Chains) Count() (int, error) { return c.DB.Count(&Tag{}) }

func (c Chains) CountWhere() (int, error) { return c.DB.Where("pages > ?", 3).Count(&Book{}) }

func (c Chains) CountByField() (int, error) {
	return c.DB.Where("pages > ?", 3).CountByField(&Book{}, "author_id")
}

func (c Chains) Exists(label string) (bool, error) {
	return c.DB.Where("label = ?", label).Exists(&Tag{})
}

func (c Chains) ExistsSlice() (bool, error) { return c.DB.Where("code = ?", "a").Exists(&[]Shelf{}) }

func (c Chains) BelongsTo(id int) (bs []Book, err error) {
	return bs, c.DB.BelongsTo(&Author{ID: 3}).Order("title").All(&bs)
}

func (c Chains) BelongsToAs() (bs []Book, err error) {
	return bs, c.DB.BelongsToAs(&Author{ID: 3}, "writer_id").All(&bs)
}

func (c Chains) Eager() (as []Author, err error) { return as, c.DB.Eager("Books").All(&as) }

func (c Chains) EagerOne(id int) (b Book, err error) { return b, c.DB.Eager("Author").Find(&b, id) }

func (c Chains) EagerNested() (as []Author, err error) { return as, c.DB.Eager("Books.Slip").All(&as) }

func (c Chains) EagerMany(id int) (b Book, err error) { return b, c.DB.Eager("Tags").Find(&b, id) }

func (c Chains) EagerQuery() (bs []Book, err error) {
	return bs, c.DB.Where("pages > 3").Eager("Author").All(&bs)
}

func (c Chains) EagerPreload() (as []Author, err error) {
	return as, c.DB.EagerPreload("Books").All(&as)
}

func (c Chains) EagerPreloadOne() (bs []Book, err error) {
	return bs, c.DB.EagerPreload("Author").All(&bs)
}

func (c Chains) Load() error {
	a := &Author{ID: 3}
	return c.DB.Load(a, "Books")
}

func (c Chains) Raw(title string) (bs []Book, err error) {
	return bs, c.DB.RawQuery("SELECT id, title FROM books WHERE title = ?", title).All(&bs)
}

func (c Chains) RawFirst(title string) (b Book, err error) {
	return b, c.DB.RawQuery("SELECT id, title FROM books WHERE title = ?", title).First(&b)
}

func (c Chains) RawExec(id int) error {
	return c.DB.RawQuery("UPDATE books SET pages = pages + 1 WHERE id = ?", id).Exec()
}

func (c Chains) RawCount(id int) (int, error) {
	return c.DB.RawQuery("DELETE FROM book_tags WHERE book_id = ?", id).ExecWithCount()
}

func (c Chains) Optional(byTitle, byAuthor bool) (bs []Book, err error) {
	q := c.DB.Order("id")
	if byTitle {
		q.Where("title = ?", "x")
	}
	if byAuthor {
		q = q.Where("author_id = ?", 3)
	}
	return bs, q.All(&bs)
}

func longOnly(q *pop.Query) *pop.Query { return q.Where("pages > ?", 500) }

func byAuthor(id int) pop.ScopeFunc {
	return func(q *pop.Query) *pop.Query { return q.Where("author_id = ?", id) }
}

func (c Chains) Scope() (bs []Book, err error) {
	return bs, c.DB.Scope(longOnly).Scope(byAuthor(3)).All(&bs)
}

func (c Chains) books(author int) *pop.Query { return c.DB.Where("author_id = ?", author) }

func (c Chains) Helper() (bs []Book, err error) { return bs, c.books(3).Order("title").All(&bs) }

func (c Chains) HelperCount() (int, error) { return c.books(3).Where("pages > 3").Count(&Book{}) }

func list(q *pop.Query, out any) error { return q.Limit(7).All(out) }

func (c Chains) Handed() (ts []Tag, err error) { return ts, list(c.DB.Order("label"), &ts) }

func (c Chains) Context(ctx context.Context) (ts []Tag, err error) {
	return ts, c.DB.WithContext(ctx).Where("id > ?", 3).All(&ts)
}

func (c Chains) Create() error { return c.DB.Create(&Author{Name: "x"}) }

func (c Chains) CreateExcept() error { return c.DB.Create(&Author{Name: "x"}, "country") }

func (c Chains) CreateReadOnly() error { return c.DB.Create(&Book{Title: "x"}) }

func (c Chains) CreateNamed(s *Shelf) error { return c.DB.Create(s) }

func (c Chains) Save() error { return c.DB.Save(&Tag{Label: "x"}) }

func (c Chains) SaveExisting() error { return c.DB.Save(&Tag{ID: 3, Label: "x"}) }

func (c Chains) Update() error { return c.DB.Update(&Author{ID: 3, Name: "x"}) }

func (c Chains) UpdateExcept() error { return c.DB.Update(&Book{ID: 3, Title: "x"}, "pages") }

func (c Chains) UpdateColumns() error { return c.DB.UpdateColumns(&Book{ID: 3, Pages: 4}, "pages") }

func (c Chains) UpdateQuery() (int64, error) {
	return c.DB.Where("author_id = ?", 3).UpdateQuery(&Book{Pages: 4}, "pages")
}

func (c Chains) Destroy() error { return c.DB.Destroy(&Tag{ID: 3}) }

func (c Chains) Delete() error { return c.DB.Where("label = ?", "x").Delete(&Tag{}) }

func (c Chains) Reload() error { return c.DB.Reload(&Tag{ID: 3}) }

func (c Chains) Transaction(id int) error {
	return c.DB.Transaction(func(tx *pop.Connection) error {
		if err := tx.RawQuery("DELETE FROM book_tags WHERE book_id = ?", id).Exec(); err != nil {
			return err
		}
		return tx.Destroy(&Book{ID: id})
	})
}
