package sqlmodel

import (
	"fmt"
	"os"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

func TestTry(t *testing.T) {
	sql := os.Getenv("TRY")
	res := Parse(sqlscan.Source{Text: sql}, sqlscan.Statement, sqlscan.StyleUnknown)
	fmt.Println(dump(sql, res))
}
