package nplusone

import (
	"fmt"
	"strings"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/loops"
)

// message names the query, the loop, the way from one to the other, and the
// remedy.
func message(e funceffects.Effect, v verdict) string {
	var b strings.Builder
	switch {
	case v.category == "hoist":
		fmt.Fprintf(&b, "%s is the same in each iteration of the loop at line %d", e.Statement(), v.loop.Line)
	case v.loop.Kind == loops.Resolver:
		fmt.Fprintf(&b, "%s runs once per object that this field is resolved for", e.Statement())
	case v.loop.Kind == loops.Hook:
		fmt.Fprintf(&b, "%s runs once per record that is loaded: the hook is called for each", e.Statement())
	case v.loop.Kind == loops.Recursion:
		fmt.Fprintf(&b, "%s runs once per node of the recursion at line %d", e.Statement(), v.loop.Line)
	case v.loop.Kind == loops.Callback:
		fmt.Fprintf(&b, "%s runs once per element of the call at line %d", e.Statement(), v.loop.Line)
	default:
		fmt.Fprintf(&b, "%s runs once per iteration of the loop at line %d", e.Statement(), v.loop.Line)
	}
	if v.outer != nil {
		fmt.Fprintf(&b, ", itself in the loop at line %d", v.outer.Line)
	}
	b.WriteString(way(e))
	if e.Through != "" {
		fmt.Fprintf(&b, " through %s", e.Through)
	}
	if e.Cached {
		b.WriteString(", unless a cache has it")
	}
	if v.category == perTx {
		b.WriteString(", which may begin a transaction each time")
	}
	b.WriteString(": " + remedy(e, v))
	if v.little != "" {
		b.WriteString(ofLittleUse(v.little))
	}
	if v.tx != "" {
		fmt.Fprintf(&b, "; %s holds its locks for as many round trips", v.tx)
	}
	return b.String()
}

// way names the calls between the loop and the query.
func way(e funceffects.Effect) string {
	if len(e.Path) < 2 {
		return ""
	}
	return ", via " + e.Way()
}

// remedy says what to write instead.
func remedy(e funceffects.Effect, v verdict) string {
	switch {
	case v.category == "hoist":
		return "run it once before the loop"
	case v.category == "resolver":
		return "collect the keys with a dataloader, which asks once for all objects"
	case v.loop.Kind == loops.Hook:
		return "load what the hook needs together with the records"
	case e.Batch:
		return "the function takes many at once: call it once with all of them"
	case e.Kind == funceffects.WriteDB:
		return writeRemedy(e)
	case v.loop.Chain:
		return "fetch the whole chain at once with WITH RECURSIVE"
	}
	return readRemedy(e)
}

func readRemedy(e funceffects.Effect) string {
	switch e.Library {
	case "gorm.io/gorm", "github.com/jinzhu/gorm":
		return "load all at once with Preload, Joins or one Find with IN"
	case "entgo.io/ent":
		return "load all at once with With<Edge> or one query with IDIn"
	case "github.com/uptrace/bun", "github.com/go-pg/pg/v10":
		return "load all at once with Relation or one query with WHERE … IN (?)"
	case "xorm.io/xorm":
		return "load all at once with In(column, ids) and Find"
	case "github.com/gobuffalo/pop/v6":
		return "load all at once with EagerPreload or one query with IN (?)"
	case "github.com/Masterminds/squirrel":
		return "fetch all at once with squirrel.Eq{column: ids} or a JOIN"
	}
	return "fetch all at once with WHERE … = ANY($1) and a map, or a JOIN"
}

func writeRemedy(e funceffects.Effect) string {
	verb, _, _ := strings.Cut(e.SQL, " ")
	switch strings.ToLower(verb) {
	case "insert":
		return insertRemedy(e.Library)
	case "update":
		return "write all at once with " + anyOf(e.Library) + ", or UPDATE … FROM (VALUES …) if the values differ"
	case "delete":
		return "write all at once with " + anyOf(e.Library)
	}
	if e.Library == "gorm.io/gorm" {
		return "write all at once: Create takes a slice, Updates and Delete a WHERE … IN ?"
	}
	return "write all at once with one statement for all elements"
}

func insertRemedy(library string) string {
	switch library {
	case "gorm.io/gorm":
		return "write all at once with Create or CreateInBatches on a slice"
	case "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v4":
		return "write all at once with CopyFrom, or queue them in a pgx.Batch"
	case "entgo.io/ent":
		return "write all at once with CreateBulk"
	case "xorm.io/xorm", "github.com/uptrace/bun", "github.com/go-pg/pg/v10", "github.com/gobuffalo/pop/v6":
		return "write all at once: pass the slice"
	case "github.com/jmoiron/sqlx":
		return "write all at once: NamedExec takes a slice of rows"
	}
	return "write all at once with a multi-row INSERT"
}

// anyOf is how a library spells a condition on many keys.
func anyOf(library string) string {
	switch library {
	case "gorm.io/gorm", "github.com/jinzhu/gorm":
		return "WHERE … IN ?"
	case "github.com/uptrace/bun", "github.com/go-pg/pg/v10", "github.com/gobuffalo/pop/v6":
		return "WHERE … IN (?)"
	case "xorm.io/xorm":
		return "In(column, keys)"
	}
	return "WHERE … = ANY($1)"
}

// ofLittleUse is the end of a message about what nobody needs to act on.
func ofLittleUse(why string) string { return "; of little use, since " + why }
