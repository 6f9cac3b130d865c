// Package schema is what the code in ../library is generated from.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

type Author struct{ ent.Schema }

func (Author) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Unique(),
		field.String("country").Optional(),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

func (Author) Edges() []ent.Edge {
	return []ent.Edge{edge.To("books", Book.Type)}
}

type Book struct{ ent.Schema }

func (Book) Fields() []ent.Field {
	return []ent.Field{
		field.String("title"),
		field.String("isbn").StorageKey("isbn13").MaxLen(13).Unique(),
		field.Int("pages").Default(0),
		field.Text("note").Optional().Nillable(),
		field.Enum("state").Values("new", "lent", "lost").Default("new"),
		field.Int("author_id").Optional(),
	}
}

func (Book) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("author", Author.Type).Ref("books").Unique().Field("author_id"),
		edge.To("reviews", Review.Type),
		edge.To("tags", Tag.Type),
		edge.From("borrowers", Member.Type).Ref("borrowed").Through("loans", Loan.Type),
	}
}

func (Book) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("title"),
		index.Fields("state", "pages"),
		index.Fields("pages").Annotations(entsql.IndexWhere("pages > 0")).StorageKey("book_long"),
	}
}

type Review struct{ ent.Schema }

func (Review) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "book_reviews"}}
}

func (Review) Fields() []ent.Field {
	return []ent.Field{field.Int8("stars"), field.String("text").Default("")}
}

func (Review) Edges() []ent.Edge {
	return []ent.Edge{edge.From("book", Book.Type).Ref("reviews").Unique().Required()}
}

func (Review) Indexes() []ent.Index {
	return []ent.Index{index.Fields("stars").Edges("book").Unique()}
}

type Tag struct{ ent.Schema }

func (Tag) Fields() []ent.Field { return []ent.Field{field.String("label")} }

func (Tag) Edges() []ent.Edge {
	return []ent.Edge{edge.From("books", Book.Type).Ref("tags")}
}

// Member borrows books: a table between two with columns of its own, a key that
// the program gives, and edges of a table to itself.
type Member struct{ ent.Schema }

func (Member) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").StorageKey("card").MaxLen(12),
		field.String("name"),
		field.Int("points").Default(0),
		field.Strings("phones").Optional(),
		field.Time("joined").Default(time.Now).Immutable(),
		field.Time("seen").Default(time.Now).UpdateDefault(time.Now),
	}
}

func (Member) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("borrowed", Book.Type).Through("loans", Loan.Type),
		edge.To("friends", Member.Type),
		edge.To("spouse", Member.Type).Unique(),
		edge.To("invited", Member.Type).From("inviter").Unique(),
	}
}

type Loan struct{ ent.Schema }

func (Loan) Annotations() []schema.Annotation {
	return []schema.Annotation{field.ID("member_id", "book_id")}
}

func (Loan) Fields() []ent.Field {
	return []ent.Field{
		field.String("member_id"),
		field.Int("book_id"),
		field.Time("since").Default(time.Now),
		field.Int("weeks").Default(3),
	}
}

func (Loan) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("member", Member.Type).Unique().Required().Field("member_id"),
		edge.To("book", Book.Type).Unique().Required().Field("book_id"),
	}
}
