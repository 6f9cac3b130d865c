package xorm

import (
	"context"
	"fmt"
	"strings"

	"xorm.io/builder"
	"xorm.io/xorm"
)

// A Setting has words in its names that are written in capitals.
type Setting struct {
	ID      int64  `xorm:"not null pk autoincr BIGINT(20) id"`
	UserID  int64  `xorm:"not null default 0 BIGINT(20) INDEX user_id"`
	IP      string `xorm:"not null default '' VARCHAR(255) ip"`
	IPInfo  string `xorm:"not null default '' VARCHAR(255) ip_info"`
	HTMLTop string `xorm:"TEXT html_top"`
	Level   int    `xorm:"not null default 1 INT(11) level"`
	EMail   string
	UserURL string
}

func (c Chains) TagNames(user int64) (ss []*Setting, err error) {
	return ss, c.DB.Where("user_id = ?", user).Desc("id").Find(&ss)
}

func (c Chains) ColsVariable(cols []string) (int64, error) {
	return c.DB.ID(2).Cols(cols...).Update(&Setting{Level: 3})
}

func (c Chains) ColsAppended(level bool) (int64, error) {
	cols := []string{"ip"}
	if level {
		cols = append(cols, "level")
	}
	return c.DB.ID(2).Cols(cols...).Update(&Setting{IP: "x", Level: 3})
}

func (c Chains) ColsOne(attr string) (ss []Setting, err error) {
	return ss, c.DB.Cols(attr).Find(&ss)
}

func (c Chains) ColsMore(attr string) (ss []Setting, err error) {
	return ss, c.DB.Cols("id", attr).Find(&ss)
}

func (c Chains) LoopOr(words []string) (as []Author, err error) {
	sess := c.DB.Where("city = ?", "x")
	for _, w := range words {
		sess = sess.Or("name = ?", w)
	}
	return as, sess.Find(&as)
}

func (c Chains) LoopOrFirst(words []string) (as []Author, err error) {
	sess := c.DB.NewSession()
	defer sess.Close()
	for _, w := range words {
		sess.Or("name LIKE ?", "%"+w+"%")
	}
	return as, sess.Desc("id").Find(&as)
}

func (c Chains) LoopOrGroup(words []string) (as []Author, err error) {
	sess := c.DB.Where("country = ?", "at")
	cond := builder.NewCond()
	for _, w := range words {
		cond = cond.Or(builder.Like{"name", w})
	}
	return as, sess.And(cond).Find(&as)
}

func (c Chains) BuilderQuery(word string) ([]map[string][]byte, error) {
	b := builder.Select("id", "title").From("book").Where(builder.Gt{"pages": 3}).Limit(10)
	return c.DB.Query(b)
}

func (c Chains) BuilderTwo(word string) ([]map[string][]byte, error) {
	b := builder.Select("book.id", "author.name").From("book").InnerJoin("author", "author.id = book.author_id").
		Where(builder.Eq{"author.city": word}).OrderBy("book.id")
	return c.DB.Query(b)
}

func (c Chains) BuilderCount(word string) ([]map[string][]byte, error) {
	b := builder.MySQL().Select("count(*) total").From("book").Where(builder.Expr("title = ?", word))
	return c.DB.Query(b)
}

func (c Chains) BuilderLoop(words []string) ([]map[string][]byte, error) {
	b := builder.Select("id").From("book").Where(builder.Eq{"pages": 3})
	for _, w := range words {
		b.And(builder.Neq{"title": w})
	}
	return c.DB.Query(b)
}

type settingRepo struct {
	db *xorm.Engine
}

func (r *settingRepo) list(ctx context.Context, page, size int, level int) (ss []*Setting, n int64, err error) {
	sess := r.db.Context(ctx).Desc("id")
	if level > 0 {
		sess.Where("level = ?", level)
	}
	n, err = sess.Limit(size, (page-1)*size).FindAndCount(&ss)
	return ss, n, err
}

func (r *settingRepo) set(ctx context.Context, s *Setting, cols ...string) error {
	_, err := r.db.Context(ctx).ID(s.ID).Cols(cols...).Update(s)
	return err
}

func (c Chains) RepoList(ctx context.Context, leveled, first bool) ([]*Setting, int64, error) {
	level, page := 0, 3
	if first {
		page = 1
	}
	if leveled {
		level = 1
	}
	return (&settingRepo{c.DB}).list(ctx, page, 10, level)
}

func (c Chains) ColsMixed(attr string) (int64, error) {
	return c.DB.ID(2).Cols("level", attr).Update(&Setting{Level: 3})
}

func (c Chains) RepoSet(ctx context.Context) error {
	return (&settingRepo{c.DB}).set(ctx, &Setting{ID: 1, IP: "x"}, "ip", "level")
}

func pageOf(sess *xorm.Session, n, size int, out any, cond any) (int64, error) {
	return sess.Limit(size, (n-1)*size).FindAndCount(out, cond)
}

func (c Chains) PageHelper() (as []*Author, n int64, err error) {
	n, err = pageOf(c.DB.Where("city = ?", "x"), 2, 20, &as, &Author{Country: "at"})
	return as, n, err
}

func (c Chains) SessionReuse(id int64) error {
	sess := c.DB.NewSession()
	defer sess.Close()
	if err := sess.Begin(); err != nil {
		return err
	}
	if _, err := sess.ID(id).Delete(new(Author)); err != nil {
		return err
	}
	if _, err := sess.Where("user_id = ?", id).Delete(new(Review)); err != nil {
		return err
	}
	return sess.Commit()
}

func (c Chains) TransactionFn(id int64) error {
	_, err := c.DB.Transaction(func(sess *xorm.Session) (any, error) {
		m := &Member{Email: "x"}
		if _, err := sess.Insert(m); err != nil {
			return nil, err
		}
		return sess.ID(id).Cols("email").Update(&Member{Email: "y"})
	})
	return err
}

func (c Chains) InCond(ids []int64) (rs []Review, err error) {
	return rs, c.DB.Where(builder.In("book_id", ids).And(builder.Gt{"stars": 1})).OrderBy("id desc").Find(&rs)
}

func (c Chains) InStrings(names []string) (as []Author, err error) {
	return as, c.DB.In("name", names).And("city = ?", "x").Find(&as)
}

func (c Chains) JoinSelect() (rows []struct {
	Title string
	Name  string
}, err error) {
	err = c.DB.Table("book").Alias("b").Select("b.title, a.name").Join("LEFT", []string{"author", "a"}, "a.id = b.author_id").
		Where("b.pages > ?", 10).Find(&rows)
	return rows, err
}

func (c Chains) JoinTwo() (bs []Book, err error) {
	err = c.DB.Table("book").Join("INNER", "author", "author.id = book.author_id").
		Join("LEFT", "book_reviews", "book_reviews.book_id = book.id").Where("author.city = ?", "x").Find(&bs)
	return bs, err
}

func (c Chains) JoinCount() (int64, error) {
	return c.DB.Table("book").Join("INNER", "author", "author.id = book.author_id").Where("author.city = ?", "x").Count()
}

func (c Chains) ExistWhere(email string) (bool, error) {
	return c.DB.Where("email = ?", email).Exist(&Member{})
}

func (c Chains) BuilderEq(email string) (m Member, has bool, err error) {
	has, err = c.DB.Where(builder.Eq{"email": email}).Get(&m)
	return m, has, err
}

func (c Chains) EqTwo(email string, active bool) (ms []Member, err error) {
	return ms, c.DB.Where(builder.Eq{"email": email, "active": active}).Find(&ms)
}

func (c Chains) NotNull() (as []Book, err error) {
	return as, c.DB.Where(builder.NotNull{"note"}).Find(&as)
}

func (c Chains) OrConds(a, b bool) (as []Author, err error) {
	cond := builder.NewCond()
	if a {
		cond = cond.And(builder.Eq{"city": "x"})
	}
	if b {
		cond = cond.And(builder.Or(builder.Eq{"name": "y"}, builder.Like{"name", "z"}))
	}
	return as, c.DB.Where(cond).Asc("name").Find(&as)
}

func (c Chains) IncrWhere(id int64) (int64, error) {
	return c.DB.Where("id = ?", id).Incr("pages", 2).Update(&Book{})
}

func (c Chains) DecrTable(id int64) (int64, error) {
	return c.DB.Table("member").ID(id).Decr("active").Update(map[string]any{"email": "x"})
}

func (c Chains) UpdateTableMap(id int64) (int64, error) {
	return c.DB.Table("member").Where("id = ?", id).Update(map[string]any{"email": "x", "active": false})
}

func (c Chains) UpdateBean(s *Setting) (int64, error) { return c.DB.ID(s.ID).Update(s) }

func (c Chains) UpdateCond(email string) (int64, error) {
	return c.DB.Cols("active").Update(&Member{Active: true}, &Member{Email: "x"})
}

func (c Chains) InsertBean(m *Member) (int64, error) { return c.DB.InsertOne(m) }

func (c Chains) InsertList(ms []*Member) (int64, error) { return c.DB.Insert(ms) }

func (c Chains) ExecConst(id int64) error {
	_, err := c.DB.Exec("UPDATE member SET active = ? WHERE id = ?", true, id)
	return err
}

func (c Chains) SQLFind(id int64) (ms []Member, err error) {
	return ms, c.DB.SQL("SELECT * FROM member WHERE id > ? ORDER BY id", id).Find(&ms)
}

func (c Chains) WhereJoin(name, city bool) (as []Author, err error) {
	var where []string
	var args []any
	if name {
		where = append(where, "name = ?")
		args = append(args, "x")
	}
	if city {
		where = append(where, "city = ?")
		args = append(args, "y")
	}
	return as, c.DB.Where(strings.Join(where, " AND "), args...).Find(&as)
}

func (c Chains) Formatted(col string) (n int64, err error) {
	return c.DB.Where(fmt.Sprintf("%s > 3", col)).Count(new(Book))
}

func (c Chains) SwitchOrder(newest, top bool) (bs []Book, err error) {
	sess := c.DB.Where("pages > ?", 1)
	switch {
	case newest:
		sess = sess.OrderBy("id DESC")
	case top:
		sess = sess.OrderBy("pages DESC, id")
	default:
		sess = sess.Asc("title")
	}
	return bs, sess.Limit(20).Find(&bs)
}

func (c Chains) SubQuery() (as []Author, err error) {
	sub := builder.Select("author_id").From("book").Where(builder.Gt{"pages": 100})
	return as, c.DB.Where(builder.In("id", sub)).Find(&as)
}
