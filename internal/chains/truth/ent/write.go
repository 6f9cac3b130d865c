package ent

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/author"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/book"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/loan"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/member"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/tag"
)

// What changes rows: keys that the program gives, tables between two, edges of
// a table to itself, conflicts, functions over what is set.

func (c Chains) Join(ctx context.Context, card string) (*library.Member, error) {
	return c.DB.Member.Create().SetID(card).SetName("x").Save(ctx)
}

func (c Chains) JoinWith(ctx context.Context, card string, books ...int) error {
	return c.DB.Member.Create().SetID(card).SetName("x").AddBorrowedIDs(books...).Exec(ctx)
}

func (c Chains) Borrow(ctx context.Context, card string, books ...int) error {
	m, err := c.DB.Member.Get(ctx, card)
	if err != nil {
		return err
	}
	return m.Update().AddBorrowedIDs(books...).Exec(ctx)
}

func (c Chains) BorrowedBy(ctx context.Context, id int, card string) error {
	return c.DB.Book.UpdateOneID(id).AddBorrowerIDs(card).SetState(book.StateLent).Exec(ctx)
}

func (c Chains) BringBack(ctx context.Context, card string, books ...int) error {
	return c.DB.Member.UpdateOneID(card).RemoveBorrowedIDs(books...).AddPoints(1).Exec(ctx)
}

func (c Chains) BringAllBack(ctx context.Context, all bool) (int, error) {
	up := c.DB.Member.Update().Where(member.PointsLT(0))
	if all {
		up.ClearBorrowed()
	}
	return up.SetPoints(0).Save(ctx)
}

func (c Chains) Befriend(ctx context.Context, card string, others ...string) error {
	return c.DB.Member.UpdateOneID(card).AddFriendIDs(others...).Exec(ctx)
}

func (c Chains) Unfriend(ctx context.Context, card string, other string) error {
	return c.DB.Member.UpdateOneID(card).RemoveFriendIDs(other).Exec(ctx)
}

func (c Chains) Hermits(ctx context.Context) (int, error) {
	return c.DB.Member.Update().Where(member.Name("x")).ClearFriends().Save(ctx)
}

func (c Chains) ForgetInviter(ctx context.Context) (int, error) {
	return c.DB.Member.Update().Where(member.HasInviter()).ClearInviter().Save(ctx)
}

func (c Chains) ForgetInvited(ctx context.Context, card string) error {
	return c.DB.Member.UpdateOneID(card).ClearInvited().Exec(ctx)
}

func (c Chains) UntagAll(ctx context.Context, label string) (int, error) {
	return c.DB.Tag.Update().Where(tag.LabelEQ(label)).ClearBooks().Save(ctx)
}

func (c Chains) NewPhone(ctx context.Context, card, phone string) error {
	m, err := c.DB.Member.Get(ctx, card)
	if err != nil {
		return err
	}
	return m.Update().AppendPhones([]string{phone}).SetName("y").Exec(ctx)
}

func (c Chains) OnlyIf(ctx context.Context, card string, points int) (*library.Member, error) {
	return c.DB.Member.UpdateOneID(card).Where(member.Points(points)).AddPoints(2).Save(ctx)
}

func (c Chains) Read(ctx context.Context, card string) (*library.Member, error) {
	return c.DB.Member.UpdateOneID(card).SetName("z").Select(member.FieldName, member.FieldPoints).Save(ctx)
}

func (c Chains) Doubled(ctx context.Context) error {
	return c.DB.Member.Update().Where(member.PointsGT(0)).
		Modify(func(u *sql.UpdateBuilder) { u.Set(member.FieldPoints, sql.Expr("points * 2")) }).Exec(ctx)
}

func (c Chains) Reset(ctx context.Context, forget bool) error {
	return c.DB.Member.Update().SetPoints(1).
		Modify(func(u *sql.UpdateBuilder) {
			u.Add(member.FieldPoints, 3)
			if forget {
				u.SetNull(member.FieldPhones)
			}
		}).Exec(ctx)
}

func (c Chains) ClearThenSet(ctx context.Context, id int, known bool) error {
	up := c.DB.Book.UpdateOneID(id).ClearNote()
	if known {
		up = up.SetNote("x")
	}
	return up.Exec(ctx)
}

func (c Chains) Renew(ctx context.Context, card string, id int) (int, error) {
	return c.DB.Loan.Update().Where(loan.MemberID(card), loan.BookID(id)).AddWeeks(2).Save(ctx)
}

func (c Chains) UpsertCard(ctx context.Context, card string) (string, error) {
	return c.DB.Member.Create().SetID(card).SetName("x").OnConflictColumns(member.FieldID).UpdateNewValues().ID(ctx)
}

func (c Chains) UpsertKept(ctx context.Context, card string) error {
	return c.DB.Member.Create().SetID(card).SetName("x").OnConflictColumns(member.FieldID).Ignore().Exec(ctx)
}

func (c Chains) UpsertSome(ctx context.Context, name string) error {
	return c.DB.Author.Create().SetName(name).SetCountry("at").
		OnConflict(sql.ConflictColumns(author.FieldName)).
		Update(func(u *library.AuthorUpsert) { u.UpdateCountry() }).
		Exec(ctx)
}

func (c Chains) UpsertCounted(ctx context.Context, title string) error {
	return c.DB.Book.Create().SetTitle(title).SetIsbn("x").
		OnConflict(sql.ConflictColumns(book.FieldIsbn), sql.UpdateWhere(sql.ExprP("books.state = 'new'"))).
		AddPages(1).SetTitle(title).ClearNote().
		Exec(ctx)
}

func (c Chains) UpsertWith(ctx context.Context, isbn string, lost bool) error {
	return c.DB.Book.Create().SetTitle("x").SetIsbn(isbn).
		OnConflict(
			sql.ConflictColumns(book.FieldIsbn),
			sql.ResolveWith(func(u *sql.UpdateSet) {
				u.SetExcluded(book.FieldTitle)
				if lost {
					u.Set(book.FieldState, "lost")
				}
			}),
		).Exec(ctx)
}

func (c Chains) UpsertNot(ctx context.Context, names ...string) error {
	rows := make([]*library.AuthorCreate, 0, len(names))
	for _, n := range names {
		rows = append(rows, c.DB.Author.Create().SetName(n))
	}
	return c.DB.Author.CreateBulk(rows...).OnConflict(sql.ConflictColumns(author.FieldName), sql.DoNothing()).Exec(ctx)
}

func (c Chains) BulkList(ctx context.Context, titles []string, note bool) ([]*library.Book, error) {
	rows := make([]*library.BookCreate, len(titles))
	for i, t := range titles {
		row := c.DB.Book.Create().SetTitle(t).SetIsbn(t)
		if note {
			row.SetNote("x")
		}
		rows[i] = row
	}
	return c.DB.Book.CreateBulk(rows...).Save(ctx)
}

func (c Chains) BulkMapped(ctx context.Context, labels []string) error {
	return c.DB.Tag.MapCreateBulk(labels, func(row *library.TagCreate, i int) { row.SetLabel(labels[i]) }).Exec(ctx)
}

func (c Chains) BulkTwo(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.CreateBulk(
		c.DB.Author.Create().SetName("a"),
		c.DB.Author.Create().SetName("b").SetCountry("de"),
	).Save(ctx)
}

func (c Chains) LoansOf(ctx context.Context, card string) ([]*library.Loan, error) {
	m, err := c.DB.Member.Get(ctx, card)
	if err != nil {
		return nil, err
	}
	return m.QueryLoans().WithBook().Order(library.Desc(loan.FieldSince)).All(ctx)
}

func (c Chains) NamedLoads(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().
		WithNamedBooks("thick", func(q *library.BookQuery) { q.Where(book.PagesGT(500)) }).
		All(ctx)
}

func (c Chains) FirstPage(ctx context.Context, second bool) ([]*library.Author, error) {
	page := 0
	if second {
		page = 1
	}
	return c.DB.Author.Query().Order(author.ByID()).Offset(page * 20).Limit(20).All(ctx)
}

type cut[Q any] interface {
	Limit(int) Q
	Offset(int) Q
}

func pageOf[Q cut[Q]](q Q, no, size int) Q {
	if no > 0 {
		q = q.Offset(no * size)
	}
	return q.Limit(size)
}

func (c Chains) CutTags(ctx context.Context, later bool) ([]*library.Tag, error) {
	no := 0
	if later {
		no = 2
	}
	return pageOf(c.DB.Tag.Query().Where(tag.LabelHasPrefix("x")), no, 10).Order(tag.ByID()).All(ctx)
}
