// Package xorm holds chains of xorm.io/xorm.
package xorm

import (
	"context"
	"time"

	"xorm.io/builder"
	"xorm.io/xorm"
)

// Models are the types that Sync makes tables of.
var Models = []any{new(Author), new(Book), new(Review), new(Member), new(Seat)}

type Author struct {
	Id      int64
	Name    string    `xorm:"varchar(200) notnull unique"`
	Country string    `xorm:"index(place)"`
	City    string    `xorm:"index(place)"`
	Created time.Time `xorm:"created"`
	Updated time.Time `xorm:"updated"`
}

type Book struct {
	ID       int64     `xorm:"pk autoincr"`
	Title    string    `xorm:"index"`
	ISBN     string    `xorm:"'isbn' char(13) unique"`
	Pages    int       `xorm:"notnull default(0)"`
	AuthorID int64     `xorm:"'author_id' index"`
	Note     *string   `xorm:"text"`
	Draft    string    `xorm:"-"`
	Removed  time.Time `xorm:"deleted"`
}

type Review struct {
	Id      int64
	BookId  int64 `xorm:"unique(once)"`
	UserId  int64 `xorm:"unique(once)"`
	Stars   int
	Version int `xorm:"version"`
}

// TableName is not what the mapper says.
func (Review) TableName() string { return "book_reviews" }

type Member struct {
	Id     int64
	Email  string
	Active bool
	Meta   map[string]string `xorm:"json"`
}

// Chains sends each chain by its handle.
type Chains struct{ DB *xorm.Engine }

func (c Chains) Get(id int64) (bool, error) { return c.DB.ID(id).Get(new(Author)) }

func (c Chains) GetWhere(name string) (bool, error) {
	return c.DB.Where("name = ?", name).Get(new(Author))
}

func (c Chains) GetBean(name string) (bool, error) { return c.DB.Get(&Author{Name: "x"}) }

func (c Chains) GetBeans() (bool, error) { return c.DB.Get(&Review{BookId: 1, UserId: 2}) }

func (c Chains) GetSoft(id int64) (bool, error) { return c.DB.ID(id).Get(new(Book)) }

func (c Chains) GetColumn(id int64) (string, error) {
	var name string
	_, err := c.DB.Table("author").Where("id = ?", id).Cols("name").Get(&name)
	return name, err
}

func (c Chains) GetTable(id int64) (string, error) {
	var name string
	_, err := c.DB.Table(new(Author)).ID(id).Cols("name").Get(&name)
	return name, err
}

func (c Chains) Find() (as []Author, err error) { return as, c.DB.Find(&as) }

func (c Chains) FindPointers() (as []*Author, err error) {
	return as, c.DB.Asc("name").Desc("id").Find(&as)
}

func (c Chains) FindMap() (map[int64]*Member, error) {
	ms := make(map[int64]*Member)
	return ms, c.DB.Find(&ms)
}

func (c Chains) FindBean() (as []Author, err error) {
	return as, c.DB.Find(&as, &Author{Country: "at"})
}

func (c Chains) FindSoft() (bs []Book, err error) { return bs, c.DB.Where("pages > ?", 3).Find(&bs) }

func (c Chains) Unscoped() (bs []Book, err error) { return bs, c.DB.Unscoped().Find(&bs) }

func (c Chains) And(n int) (rs []Review, err error) {
	return rs, c.DB.Where("stars > ?", n).And("book_id = ?", 3).Find(&rs)
}

func (c Chains) Or(n int) (rs []Review, err error) {
	return rs, c.DB.Where("stars > ?", n).Or("book_id = ?", 3).Find(&rs)
}

func (c Chains) In(ids []int64) (rs []Review, err error) {
	return rs, c.DB.In("book_id", ids).Find(&rs)
}

func (c Chains) InList() (rs []Review, err error) { return rs, c.DB.In("stars", 1, 2).Find(&rs) }

func (c Chains) NotIn(ids []int64) (rs []Review, err error) {
	return rs, c.DB.NotIn("book_id", ids).Find(&rs)
}

func (c Chains) Cols() (as []Author, err error) { return as, c.DB.Cols("id", "name").Find(&as) }

func (c Chains) Omit() (as []Author, err error) { return as, c.DB.Omit("created").Find(&as) }

func (c Chains) Select() (as []Author, err error) {
	return as, c.DB.Select("id, upper(name) AS name").Find(&as)
}

func (c Chains) Distinct() (as []Author, err error) { return as, c.DB.Distinct("country").Find(&as) }

func (c Chains) OrderBy() (rs []Review, err error) {
	return rs, c.DB.OrderBy("stars DESC, id").Find(&rs)
}

func (c Chains) Limit(n, skip int) (ms []Member, err error) {
	return ms, c.DB.Limit(n, skip).Find(&ms)
}

func (c Chains) LimitOnly() (ms []Member, err error) { return ms, c.DB.Asc("id").Limit(10).Find(&ms) }

func (c Chains) Alias() (rs []Review, err error) {
	return rs, c.DB.Alias("r").Where("r.stars = ?", 3).Find(&rs)
}

func (c Chains) Join() (rs []Review, err error) {
	return rs, c.DB.Join("INNER", "book", "book.id = book_reviews.book_id").Where("book.pages > ?", 3).Find(&rs)
}

func (c Chains) JoinAlias() (ids []int64, err error) {
	return ids, c.DB.Table("book").Alias("b").Join("LEFT", []string{"author", "a"}, "a.id = b.author_id").
		Where("a.country = ?", "at").Cols("b.id").Find(&ids)
}

func (c Chains) JoinBean() (ids []int64, err error) {
	return ids, c.DB.Table("book").Join("LEFT", new(Author), "author.id = book.author_id").Cols("book.id").Find(&ids)
}

func (c Chains) GroupHaving() (ids []int64, err error) {
	return ids, c.DB.Table("book_reviews").Select("book_id").GroupBy("book_id").Having("count(*) > 3").Find(&ids)
}

func (c Chains) Count() (int64, error) { return c.DB.Where("stars = ?", 3).Count(new(Review)) }

func (c Chains) CountBean() (int64, error) { return c.DB.Count(&Author{Country: "at"}) }

func (c Chains) CountTable() (int64, error) { return c.DB.Table("author").Count() }

func (c Chains) CountSoft() (int64, error) { return c.DB.Count(new(Book)) }

func (c Chains) Exist() (bool, error) { return c.DB.Where("email = ?", "x").Exist(new(Member)) }

func (c Chains) ExistTable() (bool, error) { return c.DB.Table("member").Where("active").Exist() }

func (c Chains) ExistBean() (bool, error) { return c.DB.Exist(&Member{Email: "x"}) }

func (c Chains) FindAndCount() (int64, error) {
	var rs []Review
	return c.DB.Where("stars > ?", 3).Limit(1).FindAndCount(&rs)
}

func (c Chains) Sum() (float64, error) { return c.DB.Where("book_id = ?", 3).Sum(new(Review), "stars") }

func (c Chains) SumInt() (int64, error) { return c.DB.SumInt(new(Review), "stars") }

func (c Chains) Iterate() error {
	return c.DB.Where("active = ?", true).Iterate(new(Member), func(int, any) error { return nil })
}

func (c Chains) Rows() error {
	rows, err := c.DB.Where("stars = 5").Rows(new(Review))
	if err != nil {
		return err
	}
	return rows.Close()
}

func (c Chains) SQL(n int) (rs []Review, err error) {
	return rs, c.DB.SQL("SELECT id, stars FROM book_reviews WHERE stars > ?", n).Find(&rs)
}

func (c Chains) Query(n int) ([]map[string][]byte, error) {
	return c.DB.Query("SELECT id FROM book_reviews WHERE stars > ?", n)
}

func (c Chains) QueryString() ([]map[string]string, error) {
	return c.DB.Table("author").Cols("id").Where("country = ?", "at").QueryString()
}

func (c Chains) Exec(id int64) error {
	_, err := c.DB.Exec("UPDATE book SET pages = pages + 1 WHERE id = ?", id)
	return err
}

func (c Chains) Eq() (rs []Review, err error) {
	return rs, c.DB.Where(builder.Eq{"book_id": 3, "stars": 5}).Find(&rs)
}

func (c Chains) Cond(n int) (rs []Review, err error) {
	cond := builder.NewCond().And(builder.Gt{"stars": n}).And(builder.In("book_id", 1, 2).Or(builder.IsNull{"user_id"}))
	return rs, c.DB.Where(cond).Find(&rs)
}

func (c Chains) Like(q string) (as []Author, err error) {
	return as, c.DB.Where(builder.Like{"name", q}).And(builder.Neq{"country": "at"}).Find(&as)
}

func (c Chains) Expr(q string) (as []Author, err error) {
	return as, c.DB.Where(builder.Expr("lower(name) = ?", q)).Find(&as)
}

func (c Chains) Between() (rs []Review, err error) {
	return rs, c.DB.Where(builder.Between{Col: "stars", LessVal: 2, MoreVal: 4}).Find(&rs)
}

func (c Chains) InSub() (rs []Review, err error) {
	from := builder.Select("id").From("book").Where(builder.Eq{"pages": 0})
	return rs, c.DB.Where(builder.In("book_id", from)).Find(&rs)
}

func (c Chains) Optional(byName, byCountry bool) (as []Author, err error) {
	sess := c.DB.NewSession()
	defer sess.Close()
	if byName {
		sess.And("name = ?", "x")
	}
	if byCountry {
		sess = sess.Where("country = ?", "at")
	}
	return as, sess.OrderBy("id").Find(&as)
}

func (c Chains) OptionalCond(byName bool) (as []Author, err error) {
	cond := builder.NewCond()
	if byName {
		cond = cond.And(builder.Eq{"name": "x"})
	}
	return as, c.DB.Where(cond).Find(&as)
}

func (c Chains) reviews(n int) *xorm.Session { return c.DB.Where("stars >= ?", n) }

func (c Chains) Helper() (rs []Review, err error) { return rs, c.reviews(3).Asc("id").Find(&rs) }

func limited(sess *xorm.Session, out any) error { return sess.Limit(7).Find(out) }

func (c Chains) Handed() (ms []Member, err error) { return ms, limited(c.DB.Where("active"), &ms) }

func (c Chains) Context(ctx context.Context) (ms []Member, err error) {
	return ms, c.DB.Context(ctx).Where("id > ?", 3).Find(&ms)
}

func (c Chains) Insert() (int64, error) { return c.DB.Insert(&Author{Name: "x"}) }

func (c Chains) InsertOne(m *Member) (int64, error) { return c.DB.InsertOne(m) }

func (c Chains) InsertMany() (int64, error) {
	return c.DB.Insert([]*Review{{BookId: 1}, {BookId: 2}})
}

func (c Chains) InsertCols() (int64, error) {
	return c.DB.Cols("book_id", "stars").Insert(&Review{BookId: 1, Stars: 2})
}

func (c Chains) InsertMap() (int64, error) {
	return c.DB.Table("author").Insert(map[string]any{"name": "x"})
}

func (c Chains) Update(id int64) (int64, error) { return c.DB.ID(id).Update(&Author{Name: "x"}) }

func (c Chains) UpdateCols(id int64) (int64, error) {
	return c.DB.ID(id).Cols("active", "email").Update(&Member{Email: "x"})
}

func (c Chains) UpdateAllCols(id int64) (int64, error) {
	return c.DB.ID(id).AllCols().Update(&Member{Email: "x"})
}

func (c Chains) UpdateWhere() (int64, error) {
	return c.DB.Where("active = ?", false).Update(&Member{Email: "x"})
}

func (c Chains) UpdateMap(id int64) (int64, error) {
	return c.DB.Table(new(Member)).ID(id).Update(map[string]any{"email": "x"})
}

func (c Chains) UpdateVersion(id int64) (int64, error) {
	return c.DB.ID(id).Update(&Review{Stars: 3, Version: 1})
}

func (c Chains) Incr(id int64) (int64, error) {
	return c.DB.ID(id).Incr("stars", 2).NoAutoCondition().Cols("stars").Update(new(Review))
}

func (c Chains) SetExpr(id int64) (int64, error) {
	return c.DB.ID(id).SetExpr("city", "upper(city)").Update(new(Author))
}

func (c Chains) Delete(id int64) (int64, error) { return c.DB.ID(id).Delete(new(Member)) }

func (c Chains) DeleteBean() (int64, error) { return c.DB.Delete(&Review{BookId: 3}) }

func (c Chains) DeleteWhere() (int64, error) { return c.DB.Where("stars < ?", 2).Delete(new(Review)) }

func (c Chains) DeleteTable() (int64, error) {
	return c.DB.Table("member").Where("active = ?", false).Delete()
}

func (c Chains) SoftDelete(id int64) (int64, error) { return c.DB.ID(id).Delete(new(Book)) }

func (c Chains) HardDelete(id int64) (int64, error) { return c.DB.ID(id).Unscoped().Delete(new(Book)) }

func (c Chains) ForUpdate(id int64) error {
	sess := c.DB.NewSession()
	defer sess.Close()
	if err := sess.Begin(); err != nil {
		return err
	}
	if _, err := sess.ID(id).ForUpdate().Get(new(Member)); err != nil {
		return err
	}
	return sess.Commit()
}

func (c Chains) Transaction(id int64) error {
	_, err := c.DB.Transaction(func(sess *xorm.Session) (any, error) {
		if _, err := sess.Where("book_id = ?", id).Delete(new(Review)); err != nil {
			return nil, err
		}
		return sess.ID(id).Unscoped().Delete(new(Book))
	})
	return err
}
