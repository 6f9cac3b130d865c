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
