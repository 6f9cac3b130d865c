package gorm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sqlvet/sqlvet/internal/chains/truth/gorm/store"
)

func (c Chains) StorePaginate() (as []Author, n int64, err error) {
	n, err = store.Paginate(c.DB.Model(&Author{}).Where("country = ?", "at"), store.Page{Number: 3, Size: 20}, &as)
	return as, n, err
}

func (c Chains) StoreSorted(sorted bool) (ms []Member, err error) {
	p := store.Page{Size: 20}
	if sorted {
		p.Sort = "email"
	}
	return ms, store.Sorted(p, c.DB.Where("active = ?", true), &ms)
}

func (c Chains) StoreOptions() (as []Author, err error) {
	return as, store.Apply(c.DB, store.ByName("x"), store.WithLimit(3)).Find(&as).Error
}

func (c Chains) DAOByID(ctx context.Context, id uint) (*Member, error) {
	return store.NewDAO[Member](c.DB).ByID(ctx, id)
}

func (c Chains) DAORemove(ctx context.Context, id uint) error {
	return store.NewDAO[Tag](c.DB).Remove(ctx, id)
}

type shelfRepo struct {
	db  *gorm.DB
	log func(string)
}

func newShelfRepo(db *gorm.DB) *shelfRepo { return &shelfRepo{db: db} }

func (r *shelfRepo) conn(ctx context.Context) *gorm.DB {
	if tx, ok := ctx.Value(txKey{}).(*gorm.DB); ok {
		return tx
	}
	return r.db.WithContext(ctx)
}

type txKey struct{}

func (r *shelfRepo) get(ctx context.Context, code string) (*Shelf, error) {
	var s Shelf
	err := r.conn(ctx).Where("code = ?", code).Take(&s).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	return &s, err
}

func (r *shelfRepo) move(ctx context.Context, id uint, room int) error {
	return r.conn(ctx).Model(&Shelf{}).Where("id = ?", id).Update("room", room).Error
}

func (r *shelfRepo) base() *gorm.DB { return r.db.Model(&Shelf{}).Where("room > 0") }

func (c Chains) RepoGet(ctx context.Context, code string) (*Shelf, error) {
	return newShelfRepo(c.DB).get(ctx, code)
}

func (c Chains) RepoMove(ctx context.Context, id uint) error {
	return newShelfRepo(c.DB).move(ctx, id, 4)
}

func (c Chains) RepoBase() (ss []Shelf, n int64, err error) {
	r := newShelfRepo(c.DB)
	if err = r.base().Count(&n).Error; err != nil {
		return nil, 0, err
	}
	return ss, n, r.base().Order("code").Limit(10).Find(&ss).Error
}

type memberQuery struct {
	db *gorm.DB
}

func (q *memberQuery) active() *memberQuery {
	q.db = q.db.Where("active = ?", true)
	return q
}

func (q *memberQuery) named(name string) *memberQuery {
	return &memberQuery{db: q.db.Where("name = ?", name)}
}

func (q *memberQuery) all() (ms []Member, err error) { return ms, q.db.Find(&ms).Error }

func (c Chains) Fluent(name string) ([]Member, error) {
	return (&memberQuery{db: c.DB}).active().named(name).all()
}

func (c Chains) Filters(name, country bool) (as []Author, err error) {
	filters := map[string]any{}
	if name {
		filters["name"] = "x"
	}
	if country {
		filters["country"] = "at"
	}
	return as, c.DB.Where(filters).Find(&as).Error
}

func (c Chains) FilterColumns(values map[string]string) (as []Author, err error) {
	q := c.DB.Model(&Author{})
	for col, val := range values {
		q = q.Where(fmt.Sprintf("%s = ?", col), val)
	}
	return as, q.Limit(20).Find(&as).Error
}

func (c Chains) ConditionList(name, city bool) (as []Author, err error) {
	var conds []string
	var args []any
	if name {
		conds = append(conds, "name = ?")
		args = append(args, "x")
	}
	if city {
		conds = append(conds, "city = ?")
		args = append(args, "y")
	}
	q := c.DB.Model(&Author{})
	if len(conds) > 0 {
		q = q.Where(strings.Join(conds, " AND "), args...)
	}
	return as, q.Find(&as).Error
}

func (c Chains) SwitchSort(title, newest bool) (bs []Book, err error) {
	q := c.DB.Where("in_print")
	switch {
	case title:
		q = q.Order("title")
	case newest:
		q = q.Order("created_at DESC")
	default:
		q = q.Order("id")
	}
	return bs, q.Find(&bs).Error
}

func (c Chains) InitIf() (b Book, err error) {
	if err := c.DB.Where("isbn = ?", "x").First(&b).Error; err != nil {
		return b, err
	}
	return b, nil
}

func (c Chains) JoinSelect() (rows []struct {
	Title string
	Name  string
}, err error) {
	err = c.DB.Table("books AS b").Select("b.title, a.name").Joins("JOIN authors a ON a.id = b.author_id").
		Where("a.country = ? AND b.pages > ?", "at", 100).Order("b.title").Scan(&rows).Error
	return rows, err
}

func (c Chains) ModelJoin(ids []uint) (bs []Book, err error) {
	err = c.DB.Model(&Book{}).Joins("LEFT JOIN reviews r ON r.book_id = books.id AND r.stars >= ?", 3).
		Where("books.author_id IN ?", ids).Group("books.id").Having("COUNT(r.id) > ?", 2).Find(&bs).Error
	return bs, err
}

func (c Chains) JoinCount() (n int64, err error) {
	return n, c.DB.Model(&Book{}).Joins("JOIN authors ON authors.id = books.author_id").Where("authors.city = ?", "x").Count(&n).Error
}

func (c Chains) JoinPluck() (names []string, err error) {
	return names, c.DB.Model(&Author{}).Joins("JOIN books ON books.author_id = authors.id").Distinct().Pluck("authors.name", &names).Error
}

func (c Chains) ExistsSub() (as []Author, err error) {
	sub := c.DB.Model(&Book{}).Select("1").Where("books.author_id = authors.id")
	return as, c.DB.Where("EXISTS (?)", sub).Find(&as).Error
}

func (c Chains) NotInSub() (ms []Member, err error) {
	busy := c.DB.Model(&Loan{}).Select("member_id").Where("returned_at IS NULL")
	return ms, c.DB.Where("id NOT IN (?)", busy).Find(&ms).Error
}

func (c Chains) SelectSub() (rows []map[string]any, err error) {
	sub := c.DB.Model(&Review{}).Select("AVG(stars)").Where("book_id = books.id")
	return rows, c.DB.Model(&Book{}).Select("title, (?) AS stars", sub).Scan(&rows).Error
}

func (c Chains) UpdateSub(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).
		Update("pages", c.DB.Model(&Review{}).Select("COUNT(*)").Where("book_id = ?", id)).Error
}

func (c Chains) UpdatesStruct(id uint) error {
	return c.DB.Model(&Author{ID: id}).Updates(Author{Name: "x", City: "y"}).Error
}

func (c Chains) UpdatesSelected(id uint) error {
	return c.DB.Model(&Author{}).Where("id = ?", id).Select("Name", "City").Updates(Author{Name: "x"}).Error
}

func (c Chains) UpdatesVar(id uint, name bool) error {
	changes := map[string]any{"updated_at": time.Now()}
	if name {
		changes["name"] = "x"
	}
	return c.DB.Model(&Author{}).Where("id = ?", id).Updates(changes).Error
}

func (c Chains) Increment(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).UpdateColumn("pages", gorm.Expr("pages + ?", 1)).Error
}

func (c Chains) UpdateAll() error {
	return c.DB.Session(&gorm.Session{AllowGlobalUpdate: true}).Model(&Member{}).Update("active", false).Error
}

func (c Chains) SaveLoaded(id uint) error {
	var m Member
	if err := c.DB.First(&m, id).Error; err != nil {
		return err
	}
	m.Name = "new"
	return c.DB.Omit("Loans", "Card").Save(&m).Error
}

func (c Chains) UpsertColumns(m *Member) error {
	return c.DB.Omit(clause.Associations).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "email"}},
		DoUpdates: clause.AssignmentColumns([]string{"name", "active"}),
	}).Create(m).Error
}

func (c Chains) UpsertAssign(s *Shelf) error {
	return c.DB.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "code"}},
		DoUpdates: clause.Assignments(map[string]any{"room": gorm.Expr("excluded.room")}),
	}).Create(s).Error
}

func (c Chains) UpsertAll(t *Tag) error {
	return c.DB.Clauses(clause.OnConflict{UpdateAll: true}).Create(t).Error
}

func (c Chains) LockSkip() (bs []Book, err error) {
	return bs, c.DB.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Where("in_print").Limit(5).Find(&bs).Error
}

func (c Chains) LockInTx(id uint) error {
	return c.DB.Transaction(func(tx *gorm.DB) error {
		var b Book
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).First(&b, "id = ?", id).Error; err != nil {
			return err
		}
		return tx.Model(&Book{}).Where("id = ?", id).Update("pages", 3).Error
	})
}

func (c Chains) ManualTx(id uint) error {
	tx := c.DB.Begin()
	defer tx.Rollback()
	if err := tx.Where("member_id = ?", id).Delete(&Loan{}).Error; err != nil {
		return err
	}
	if err := tx.Delete(&Member{}, id).Error; err != nil {
		return err
	}
	return tx.Commit().Error
}

func (c Chains) DeleteIDs(ids []uint) error { return c.DB.Delete(&Tag{}, ids).Error }

func (c Chains) DeleteKeyed(id uint) error { return c.DB.Delete(&Tag{ID: id}).Error }

func (c Chains) DeleteJoinSub(city string) error {
	return c.DB.Where("author_id IN (?)", c.DB.Model(&Author{}).Select("id").Where("city = ?", city)).Delete(&Book{}).Error
}

func (c Chains) PreloadOrdered(id uint) (a Author, err error) {
	return a, c.DB.Preload("Books", func(db *gorm.DB) *gorm.DB { return db.Order("books.title").Limit(5) }).First(&a, id).Error
}

func (c Chains) PreloadTwo() (ms []Member, err error) {
	return ms, c.DB.Preload("Card").Preload("Loans.Book").Where("active").Find(&ms).Error
}

func (c Chains) PreloadTags() (bs []Book, err error) {
	return bs, c.DB.Preload("Tags", "label <> ?", "x").Find(&bs).Error
}

func (c Chains) PreloadLoop() (bs []Book, err error) {
	q := c.DB.Where("pages > 3")
	for _, rel := range []string{"Author", "Shelf"} {
		q = q.Preload(rel)
	}
	return bs, q.Find(&bs).Error
}

func (c Chains) ScopeList(active bool) (ms []Member, err error) {
	var scopes []func(*gorm.DB) *gorm.DB
	if active {
		scopes = append(scopes, func(db *gorm.DB) *gorm.DB { return db.Where("active") })
	}
	scopes = append(scopes, func(db *gorm.DB) *gorm.DB { return db.Order("name") })
	return ms, c.DB.Scopes(scopes...).Find(&ms).Error
}

func (c Chains) AssociationAppend(id uint) error {
	b := Book{}
	b.ID = id
	return c.DB.Model(&b).Association("Reviews").Find(&[]Review{})
}

func (c Chains) FirstOrCreateAttrs(label string) (t Tag, err error) {
	return t, c.DB.Where(Tag{Label: "x"}).FirstOrCreate(&t).Error
}

func (c Chains) CreateKeyed(l Loan) error { return c.DB.Omit("Book").Create(&l).Error }

func (c Chains) CreateRows(n int) error {
	rows := make([]AuditEntry, 0, n)
	for range n {
		rows = append(rows, AuditEntry{Kind: "x"})
	}
	return c.DB.Create(&rows).Error
}

func (c Chains) RawScan(ids []uint) (out []Member, err error) {
	return out, c.DB.Raw("SELECT m.* FROM members m JOIN loans l ON l.member_id = m.id WHERE l.book_id IN ?", ids).Scan(&out).Error
}

func (c Chains) GenericChain(ctx context.Context, id uint) (Member, error) {
	return gorm.G[Member](c.DB).Where("id = ?", id).First(ctx)
}

func (c Chains) GenericPage(ctx context.Context) ([]Author, error) {
	return gorm.G[Author](c.DB).Where("country = ?", "at").Order("name").Limit(10).Offset(20).Find(ctx)
}

func (c Chains) TakeMap(id uint) (m map[string]any, err error) {
	return m, c.DB.Model(&Member{}).Where("id = ?", id).Take(&m).Error
}

func (c Chains) ErrorOnly(id uint) bool {
	return errors.Is(c.DB.Select("id").Where("id = ?", id).First(&Author{}).Error, gorm.ErrRecordNotFound)
}

func (c Chains) RowsAffected(id uint) int64 {
	res := c.DB.Where("id = ? AND kind = ?", id, "x").Delete(&AuditEntry{})
	if res.Error != nil {
		return 0
	}
	return res.RowsAffected
}

func (c Chains) FindCount() (as []Author, n int64, err error) {
	q := c.DB.Model(&Author{}).Where("country <> ?", "at")
	if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
		return nil, 0, err
	}
	return as, n, q.Order("name").Limit(5).Offset(10).Find(&as).Error
}

func (c Chains) FirstComposite() (l Loan, err error) {
	return l, c.DB.Where("returned_at IS NULL").First(&l).Error
}

func (c Chains) FirstKeyed() (Tag, error) {
	t := Tag{ID: 3}
	err := c.DB.First(&t).Error
	return t, err
}

func (c Chains) DeleteLoan() error {
	return c.DB.Delete(&Loan{MemberID: 1, BookID: 2, TakenAt: time.Unix(3, 0)}).Error
}

func (c Chains) UpdateLoan() error {
	return c.DB.Model(&Loan{MemberID: 1, BookID: 2, TakenAt: time.Unix(3, 0)}).Update("returned_at", time.Now()).Error
}

func (c Chains) CountThenPage(country string) (as []Author, n int64, err error) {
	q := c.DB.Model(&Author{}).Where("country = ?", country)
	q = q.Count(&n)
	return as, n, q.Limit(5).Offset(10).Find(&as).Error
}

// byCountry adds a condition.
func byCountry(country string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB { return db.Where("country = ?", country) }
}

func (c Chains) start(options ...func(*gorm.DB) *gorm.DB) *gorm.DB {
	db := c.DB
	for _, o := range options {
		db = o(db)
	}
	return db
}

func (c Chains) StartedWithOption() (as []Author, err error) {
	return as, c.start(byCountry("at")).Find(&as).Error
}
