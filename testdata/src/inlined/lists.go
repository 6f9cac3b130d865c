package inlined

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

func joined(db *sql.DB, g *gorm.DB, ids []int64, names []string) {
	var list []string
	for _, id := range ids {
		list = append(list, strconv.FormatInt(id, 10))
	}
	db.Query("SELECT a FROM parts WHERE id IN (" + strings.Join(list, ", ") + ")") // want `is written into the text of this query`

	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + strings.ReplaceAll(n, "'", "''") + "'"
	}
	var n int64
	g.Table("parts").Where("name IN (" + strings.Join(quoted, ",") + ")").Count(&n) // want `is written into the text of this query`
}

func places(db *sql.DB, ids []int64, names []string) {
	var marks, numbers, given []string
	args := make([]any, 0, len(ids))
	for i, id := range ids {
		marks = append(marks, fmt.Sprintf("$%d", i+1))
		numbers = append(numbers, strconv.Itoa(i+1))
		args = append(args, id)
	}
	db.Query("SELECT a FROM parts WHERE id IN ("+strings.Join(marks, ",")+")", args...)
	db.Query("SELECT a FROM parts WHERE id IN ($"+strings.Join(numbers, ",$")+")", args...)
	for _, n := range names {
		given = append(given, n) // whatever it is
	}
	db.Query("SELECT a FROM parts WHERE id IN (" + strings.Join(given, ",") + ")")
	fixed := []string{"'new'", "'old'"}
	db.Query("SELECT a FROM parts WHERE state IN (" + strings.Join(fixed, ",") + ")")
}

func spans(db *sql.DB, days int) {
	const week = 7
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE made > now() - interval '%d days'", days)) // want `days is written into the text of this query: .* bind it to a placeholder \(\$1 \* interval '1 day'\)`
	db.Query(fmt.Sprintf("SELECT a FROM parts WHERE made > now() - interval '%d days'", week))
	db.Query("SELECT a FROM parts WHERE made > now() - make_interval(days => $1)", days)
}
