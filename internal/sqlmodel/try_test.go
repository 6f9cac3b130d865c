package sqlmodel

import (
	"fmt"
	"os"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

func TestTry(t *testing.T) {
	sql := os.Getenv("TRY")
	res := Parse(source(sql), sqlscan.Fragment(os.Getenv("FRAG")), sqlscan.StyleUnknown)
	fmt.Println(res.SQL)
	fmt.Println(dump(source(sql).Text, res))
}
