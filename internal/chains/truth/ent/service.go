package ent

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/author"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/book"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/predicate"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/review"
	"github.com/sqlvet/sqlvet/internal/chains/truth/ent/testdata/library/tag"
)

func (c Chains) ClearTags(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).ClearTags().Exec(ctx)
}

func (c Chains) RemoveTags(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).RemoveTagIDs(1, 2).Exec(ctx)
}

func (c Chains) ClearAuthor(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).ClearAuthor().Exec(ctx)
}

func (c Chains) ReplaceTags(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).SetPages(3).ClearTags().AddTagIDs(4).Exec(ctx)
}

func (c Chains) RemoveReviews(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).RemoveReviewIDs(3, 4).Exec(ctx)
}

func (c Chains) ClearReviews(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).ClearReviews().Exec(ctx)
}

func (c Chains) AddReviews(ctx context.Context, id int) error {
	return c.DB.Book.UpdateOneID(id).AddReviewIDs(3).Exec(ctx)
}

func (c Chains) SetAuthorEntity(ctx context.Context, id int, a *library.Author) error {
	return c.DB.Book.UpdateOneID(id).SetAuthor(a).Exec(ctx)
}

func (c Chains) CreateWithTags(ctx context.Context) (*library.Book, error) {
	return c.DB.Book.Create().SetTitle("x").SetIsbn("y").AddTagIDs(1).SetAuthorID(2).Save(ctx)
}

func (c Chains) NillableUpdate(ctx context.Context, id int, noted bool) (*library.Book, error) {
	var note *string
	if noted {
		note = new(string)
	}
	return c.DB.Book.UpdateOneID(id).SetNillableNote(note).SetState(book.StateLent).Save(ctx)
}

func (c Chains) UpdateMany(ctx context.Context, ids []int) (int, error) {
	return c.DB.Book.Update().Where(book.IDIn(ids...), book.StateNEQ(book.StateLost)).SetState(book.StateLost).AddPages(1).ClearNote().Save(ctx)
}

type books struct {
	db *library.Client
}

func (r *books) get(ctx context.Context, id int) (*library.Book, error) {
	return r.db.Book.Query().Where(book.ID(id)).WithAuthor().WithTags().Only(ctx)
}

func (r *books) page(ctx context.Context, f bookFilter) ([]*library.Book, int, error) {
	q := r.db.Book.Query()
	if f.state != "" {
		q = q.Where(book.StateEQ(book.State(f.state)))
	}
	if f.author != 0 {
		q.Where(book.AuthorIDEQ(f.author))
	}
	if f.tag != "" {
		q = q.Where(book.HasTagsWith(tag.LabelEQ(f.tag)))
	}
	total, err := q.Clone().Count(ctx)
	if err != nil {
		return nil, 0, err
	}
	out, err := q.Order(book.ByTitle(), book.ByID(sql.OrderDesc())).Offset(f.offset).Limit(20).All(ctx)
	return out, total, err
}

type bookFilter struct {
	state  string
	author int
	tag    string
	offset int
}

func (c Chains) RepoGet(ctx context.Context, id int) (*library.Book, error) {
	return (&books{c.DB}).get(ctx, id)
}

func (c Chains) RepoPage(ctx context.Context, state, by, tagged bool) ([]*library.Book, int, error) {
	f := bookFilter{offset: 10}
	if state {
		f.state = "lost"
	}
	if by {
		f.author = 3
	}
	if tagged {
		f.tag = "x"
	}
	return (&books{c.DB}).page(ctx, f)
}

func (c Chains) PredicateList(ctx context.Context, long, lent bool) ([]*library.Book, error) {
	preds := []predicate.Book{book.TitleContainsFold("x")}
	if long {
		preds = append(preds, book.PagesGT(300))
	}
	if lent {
		preds = append(preds, book.Or(book.StateEQ(book.StateLent), book.NoteNotNil()))
	}
	return c.DB.Book.Query().Where(preds...).All(ctx)
}

func (c Chains) PredicateAnd(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(book.And(book.PagesGT(3), book.Not(book.HasReviews()))).All(ctx)
}

func (c Chains) EdgeDeep(ctx context.Context) ([]*library.Author, error) {
	return c.DB.Author.Query().Where(author.HasBooksWith(book.HasReviewsWith(review.StarsGT(3)))).All(ctx)
}

func (c Chains) TagOfBook(ctx context.Context) ([]*library.Tag, error) {
	b, err := c.DB.Book.Get(ctx, 3)
	if err != nil {
		return nil, err
	}
	return b.QueryTags().Order(library.Asc(tag.FieldLabel)).All(ctx)
}

func (c Chains) ParentOf(ctx context.Context, id int) (*library.Author, error) {
	return c.DB.Book.Query().Where(book.ID(id)).QueryAuthor().Only(ctx)
}

func (c Chains) WithTwoLevels(ctx context.Context, id int) (*library.Author, error) {
	return c.DB.Author.Query().Where(author.ID(id)).WithBooks(func(q *library.BookQuery) {
		q.Where(book.StateEQ(book.StateNew)).WithTags(func(q *library.TagQuery) { q.Order(library.Asc(tag.FieldLabel)) })
	}).Only(ctx)
}

func (c Chains) WithReviewsOf(ctx context.Context) ([]*library.Book, error) {
	return c.DB.Book.Query().WithReviews(func(q *library.ReviewQuery) { q.Where(review.StarsGTE(3)).Limit(5) }).Limit(10).All(ctx)
}

func (c Chains) SelectScan(ctx context.Context) (rows []struct {
	Title string
	Pages int
}, err error) {
	return rows, c.DB.Book.Query().Where(book.PagesGT(3)).Select(book.FieldTitle, book.FieldPages).Scan(ctx, &rows)
}

func (c Chains) SelectInts(ctx context.Context) ([]int, error) {
	return c.DB.Book.Query().Unique(true).Select(book.FieldPages).Ints(ctx)
}

func (c Chains) GroupCount(ctx context.Context) (rows []struct {
	State string
	Count int
}, err error) {
	return rows, c.DB.Book.Query().GroupBy(book.FieldState).Aggregate(library.Count()).Scan(ctx, &rows)
}

func (c Chains) SumWhere(ctx context.Context) (int, error) {
	return c.DB.Book.Query().Where(book.AuthorID(2)).Aggregate(library.Sum(book.FieldPages)).Int(ctx)
}

func (c Chains) ExistWhere(ctx context.Context, isbn string) (bool, error) {
	return c.DB.Book.Query().Where(book.IsbnEQ(isbn), book.StateIn(book.StateNew, book.StateLent)).Exist(ctx)
}

func (c Chains) FirstOrdered(ctx context.Context) (*library.Review, error) {
	return c.DB.Review.Query().Order(review.ByStars(sql.OrderDesc())).First(ctx)
}

func (c Chains) LatestOfAuthor(ctx context.Context, id int) (*library.Book, error) {
	return c.DB.Author.Query().Where(author.IDEQ(id)).QueryBooks().Order(library.Desc(book.FieldID)).First(ctx)
}

func (c Chains) RawPredicate(ctx context.Context, word string) ([]*library.Book, error) {
	return c.DB.Book.Query().Where(func(s *sql.Selector) {
		s.Where(sql.Or(sql.EQ(s.C(book.FieldTitle), word), sql.IsNull(s.C(book.FieldNote))))
	}).All(ctx)
}

func (c Chains) BulkSlice(ctx context.Context, labels []string) error {
	bulk := make([]*library.TagCreate, len(labels))
	for i, l := range labels {
		bulk[i] = c.DB.Tag.Create().SetLabel(l)
	}
	return c.DB.Tag.CreateBulk(bulk...).Exec(ctx)
}

func (c Chains) UpsertField(ctx context.Context) error {
	return c.DB.Book.Create().SetTitle("x").SetIsbn("y").OnConflictColumns(book.FieldIsbn).UpdateTitle().Exec(ctx)
}

func (c Chains) WithTx(ctx context.Context, id int) error {
	return withTx(ctx, c.DB, func(tx *library.Tx) error {
		b, err := tx.Book.Query().Where(book.ID(id)).ForUpdate().Only(ctx)
		if err != nil {
			return err
		}
		_, err = tx.Book.UpdateOne(b).SetPages(b.Pages + 1).Save(ctx)
		return err
	})
}

func withTx(ctx context.Context, db *library.Client, fn func(*library.Tx) error) error {
	tx, err := db.Tx(ctx)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

func (c Chains) Since(ctx context.Context, t time.Time) (int, error) {
	return c.DB.Author.Query().Where(author.CreatedAtGTE(t), author.CountryNotNil()).Count(ctx)
}

func (c Chains) DeleteIDs(ctx context.Context, ids ...int) (int, error) {
	return c.DB.Tag.Delete().Where(tag.IDIn(ids...)).Exec(ctx)
}

func (c Chains) DeleteEntity(ctx context.Context, t *library.Tag) error {
	return c.DB.Tag.DeleteOne(t).Exec(ctx)
}

func (c Chains) UpdateVar(ctx context.Context, id int, title bool) (*library.Book, error) {
	u := c.DB.Book.UpdateOneID(id).SetState(book.StateNew)
	if title {
		u.SetTitle("x")
	}
	return u.Save(ctx)
}

func (c Chains) CreateVar(ctx context.Context, note bool) (*library.Book, error) {
	b := c.DB.Book.Create().SetTitle("x").SetIsbn("y")
	if note {
		b = b.SetNote("z")
	}
	return b.Save(ctx)
}
