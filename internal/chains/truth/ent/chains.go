// Package ent holds chains of entgo.io/ent, over the code in testdata/library
// that is generated from testdata/schema.
package ent

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/author"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/book"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/predicate"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/review"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/tag"
)

// Chains sends each chain by its client.
type Chains struct{ DB *library.Client }

func (c Chains) All(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().All(ctx)
}

func (c Chains) Get(ctx context.Context, id int) (*library.Author, error) {
	return c.DB.Author.Get(ctx, id)
}

func (c Chains) Only(ctx context.Context, name string) (*library.Author, error) {
	return c.DB.Author.Query().Where(author.Name(name)).Only(ctx)
}

func (c Chains) OnlyID(ctx context.Context, isbn string) (int, error) {
	return c.DB.Book.Query().Where(book.Isbn(isbn)).OnlyID(ctx)
}

func (c Chains) First(ctx context.Context) (*library.Book, error) {
	return c.DB.Book.Query().Where(book.PagesGT(3)).Order(library.Desc(book.FieldPages)).First(ctx)
}

func (c Chains) FirstID(ctx context.Context) (int, error) {
	return c.DB.Tag.Query().Where(tag.LabelEQ("x")).FirstID(ctx)
}

func (c Chains) IDs(ctx context.Context) ([]int, error) {
	return c.DB.Tag.Query().Where(tag.IDGT(3)).IDs(ctx)
}

func (c Chains) Count(ctx context.Context) (int, error) {
	return c.DB.Book.Query().Where(book.StateEQ(book.StateLost)).Count(ctx)
}

func (c Chains) CountAll(ctx context.Context) (int, error) { return c.DB.Tag.Query().Count(ctx) }

func (c Chains) Exist(ctx context.Context) (bool, error) {
	return c.DB.Author.Query().Where(author.Country("at")).Exist(ctx)
}

func (c Chains) Comparisons(ctx context.Context, n int) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.PagesGTE(n), book.PagesLT(500), book.TitleNEQ("x")).All(ctx)
}

func (c Chains) In(ctx context.Context, ids []int) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.IDIn(ids...)).All(ctx)
}

func (c Chains) NotIn(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.StateNotIn(book.StateLent, book.StateLost)).All(ctx)
}

func (c Chains) Contains(ctx context.Context, q string) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.TitleContains(q)).All(ctx)
}

func (c Chains) Prefix(ctx context.Context, q string) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.TitleHasPrefix(q)).All(ctx)
}

func (c Chains) Suffix(ctx context.Context, q string) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.NameHasSuffix(q)).All(ctx)
}

func (c Chains) EqualFold(ctx context.Context, q string) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.NameEqualFold(q)).All(ctx)
}

func (c Chains) ContainsFold(ctx context.Context, q string) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.NameContainsFold(q)).All(ctx)
}

func (c Chains) IsNil(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.NoteIsNil()).All(ctx)
}

func (c Chains) NotNil(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.CountryNotNil()).All(ctx)
}

func (c Chains) Or(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.Or(book.Title("x"), book.Pages(3))).All(ctx)
}

func (c Chains) AndNot(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.And(book.PagesGT(3), book.Not(book.StateEQ(book.StateNew)))).All(ctx)
}

func (c Chains) HasEdge(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.HasBooks()).All(ctx)
}

func (c Chains) HasEdgeWith(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.HasBooksWith(book.PagesGT(500))).All(ctx)
}

func (c Chains) HasParent(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.HasAuthorWith(author.Country("at"))).All(ctx)
}

func (c Chains) HasMany(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.HasTagsWith(tag.LabelEQ("x"))).All(ctx)
}

func (c Chains) HasNoReview(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.Not(book.HasReviews())).All(ctx)
}

func (c Chains) Page(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Order(library.Asc(book.FieldTitle, book.FieldID)).Limit(10).Offset(20).All(ctx)
}

func (c Chains) OrderByFunc(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Order(book.ByPages(sql.OrderDesc())).All(ctx)
}

func (c Chains) OrderByCount(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().Order(author.ByBooksCount(sql.OrderDesc())).Limit(3).All(ctx)
}

func (c Chains) Select(ctx context.Context) (titles []string, err error) {
	return titles, c.DB.Book.Query().Select(book.FieldTitle).Scan(ctx, &titles)
}

func (c Chains) SelectStrings(ctx context.Context) ([]string, error) {
	return c.DB.Tag.Query().Select(tag.FieldLabel).Strings(ctx)
}

func (c Chains) SelectAll(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Select(book.FieldTitle, book.FieldPages).All(ctx)
}

func (c Chains) Unique(ctx context.Context) ([]string, error) {
	return c.DB.Author.Query().Unique(true).Select(author.FieldCountry).Strings(ctx)
}

func (c Chains) GroupBy(ctx context.Context) error {
	var out []struct {
		Country string
		Count   int
	}
	return c.DB.Author.Query().GroupBy(author.FieldCountry).Aggregate(library.Count()).Scan(ctx, &out)
}

func (c Chains) GroupBySum(ctx context.Context) error {
	var out []struct {
		State string
		Sum   int
	}
	return c.DB.Book.Query().Where(book.PagesGT(3)).GroupBy(book.FieldState).Aggregate(library.As(library.Sum(book.FieldPages), "sum")).Scan(ctx, &out)
}

func (c Chains) Aggregate(ctx context.Context) (int, error) {
	return c.DB.Book.Query().Aggregate(library.Max(book.FieldPages)).Int(ctx)
}

func (c Chains) With(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().WithBooks().All(ctx)
}

func (c Chains) WithParent(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().WithAuthor().Where(book.PagesGT(3)).All(ctx)
}

func (c Chains) WithFunc(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().WithBooks(func(q *library.BookQuery) {
		q.Where(book.PagesGT(3)).Order(library.Asc(book.FieldTitle))
	}).All(ctx)
}

func (c Chains) WithNested(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().WithBooks(func(q *library.BookQuery) { q.WithReviews() }).All(ctx)
}

func (c Chains) WithMany(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().WithTags().All(ctx)
}

func (c Chains) Edge(ctx context.Context, id int) ([]*library.Book, error) {
	return c.DB.Author.Query().Where(author.ID(id)).QueryBooks().Where(book.PagesGT(3)).All(ctx)
}

func (c Chains) EdgeOf(ctx context.Context, id int) ([]*library.Book, error) {
	a, err := c.DB.Author.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return a.QueryBooks().All(ctx)
}

func (c Chains) EdgeUp(ctx context.Context, id int) (*library.Author, error) {
	return c.DB.Book.Query().Where(book.ID(id)).QueryAuthor().Only(ctx)
}

func (c Chains) EdgeMany(ctx context.Context) ([]*library.Tag, error) {
	return c.DB.Book.Query().Where(book.Title("x")).QueryTags().All(ctx)
}

func (c Chains) Custom(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(func(s *sql.Selector) {
		s.Where(sql.GT(s.C(book.FieldPages), 3))
	}).All(ctx)
}

func (c Chains) Modify(ctx context.Context) (ns []int, err error) {
	return ns, c.DB.Book.Query().Modify(func(s *sql.Selector) { s.Select("pages") }).Scan(ctx, &ns)
}

func (c Chains) ForUpdate(ctx context.Context, id int) (*library.Tag, error) {
	return c.DB.Tag.Query().Where(tag.ID(id)).ForUpdate().Only(ctx)
}

func (c Chains) Optional(ctx context.Context, byTitle, byState bool) ([]*library.Book, error) {
	q := c.DB.Book.Query().Order(library.Asc(book.FieldID))
	if byTitle {
		q.Where(book.Title("x"))
	}
	if byState {
		q = q.Where(book.StateEQ(book.StateLent))
	}
	return q.All(ctx)
}

func (c Chains) Predicates(ctx context.Context, long bool) ([]*library.Book, error) {
	ps := []predicate.Book{book.TitleNEQ("x")}
	if long {
		ps = append(ps, book.PagesGT(500))
	}
	return c.DB.Book.Query().Where(ps...).All(ctx)
}

func (c Chains) booksOf(name string) *library.BookQuery {
	return c.DB.Book.Query().Where(book.HasAuthorWith(author.Name(name)))
}

func (c Chains) Helper(ctx context.Context) (int, error) { return c.booksOf("x").Count(ctx) }

func (c Chains) Clone(ctx context.Context) error {
	q := c.DB.Tag.Query().Where(tag.LabelHasPrefix("x"))
	if _, err := q.Clone().Count(ctx); err != nil {
		return err
	}
	_, err := q.Limit(5).All(ctx)
	return err
}

func (c Chains) Create(ctx context.Context) (*library.Author, error) {
	return c.DB.Author.Create().SetName("x").SetCountry("at").Save(ctx)
}

func (c Chains) CreateDefaults(ctx context.Context) error {
	return c.DB.Book.Create().SetTitle("x").SetIsbn("y").Exec(ctx)
}

func (c Chains) CreateNillable(ctx context.Context, with bool) error {
	var n *string
	if with {
		n = new(string)
	}
	return c.DB.Book.Create().SetTitle("x").SetIsbn("y").SetNillableNote(n).Exec(ctx)
}

func (c Chains) CreateEdge(ctx context.Context, id int) (*library.Review, error) {
	return c.DB.Review.Create().SetStars(3).SetBookID(id).Save(ctx)
}

func (c Chains) CreateBulk(ctx context.Context) ([]*library.Tag, error) {
	return c.DB.Tag.CreateBulk(c.DB.Tag.Create().SetLabel("x"), c.DB.Tag.Create().SetLabel("y")).Save(ctx)
}

func (c Chains) Upsert(ctx context.Context) error {
	return c.DB.Author.Create().SetName("x").OnConflictColumns(author.FieldName).UpdateNewValues().Exec(ctx)
}

func (c Chains) DoNothing(ctx context.Context) error {
	return c.DB.Tag.Create().SetLabel("x").OnConflict().DoNothing().Exec(ctx)
}

func (c Chains) Update(ctx context.Context) (int, error) {
	return c.DB.Book.Update().Where(book.StateEQ(book.StateLost)).SetPages(0).Save(ctx)
}

func (c Chains) UpdateClear(ctx context.Context) (int, error) {
	return c.DB.Author.Update().Where(author.Name("x")).ClearCountry().Save(ctx)
}

func (c Chains) UpdateAdd(ctx context.Context) error {
	return c.DB.Book.Update().AddPages(2).Where(book.Isbn("x")).Exec(ctx)
}

func (c Chains) UpdateOne(ctx context.Context, id int) (*library.Tag, error) {
	return c.DB.Tag.UpdateOneID(id).SetLabel("x").Save(ctx)
}

func (c Chains) UpdateEntity(ctx context.Context, b *library.Tag) error {
	return c.DB.Tag.UpdateOne(b).SetLabel("x").Exec(ctx)
}

func (c Chains) AddEdge(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).AddTagIDs(1, 2).Exec(ctx)
}

func (c Chains) Delete(ctx context.Context) (int, error) {
	return c.DB.Review.Delete().Where(review.StarsLT(2)).Exec(ctx)
}

func (c Chains) DeleteOne(ctx context.Context, id int) error {
	return c.DB.Tag.DeleteOneID(id).Exec(ctx)
}

func (c Chains) DeleteEdge(ctx context.Context) (int, error) {
	return c.DB.Review.Delete().Where(review.HasBookWith(book.Pages(0))).Exec(ctx)
}

func (c Chains) InTx(ctx context.Context, id int) error {
	tx, err := c.DB.Tx(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Review.Delete().Where(review.HasBookWith(book.ID(id))).Exec(ctx); err != nil {
		return tx.Rollback()
	}
	return tx.Commit()
}
