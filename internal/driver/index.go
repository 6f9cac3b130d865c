package driver

import (
	"fmt"
	"os"
	"strings"

	"github.com/sqlvet/sqlvet/internal/indexadvice"
	"github.com/sqlvet/sqlvet/internal/schema"
)

// index suggests indexes: for the statements of files, or of packages.
func (c *command) index(args []string) int {
	fs := newFlagSet()
	schemaFile := fs.String("schema", "", "read the schema from this SQL `file`")
	queryFile := fs.String("queries", "", "read the statements from this SQL `file`")
	_, err := parseFlags(fs, args)
	if err != nil {
		return c.fail("%v", err)
	}
	if *schemaFile == "" || *queryFile == "" {
		return c.fail("index needs -schema and -queries")
	}
	return c.indexFiles(*schemaFile, *queryFile)
}

// indexFiles prints the suggestions for the statements of a file as SQL.
func (c *command) indexFiles(schemaFile, queryFile string) int {
	ddl, err := os.ReadFile(schemaFile)
	if err != nil {
		return c.fail("%v", err)
	}
	sql, err := os.ReadFile(queryFile)
	if err != nil {
		return c.fail("%v", err)
	}
	named := indexadvice.ReadQueries(string(sql))
	statements := make([]indexadvice.Statement, len(named))
	for i, n := range named {
		statements[i] = n.Statement
	}
	for _, s := range indexadvice.Advise(schema.Parse(schemaFile, string(ddl)), statements, indexadvice.Options{}).Indexes {
		var serves []string
		for _, u := range s.Serves {
			serves = append(serves, fmt.Sprintf("%s -%.0f%%", named[u.Statement].Name, 100*u.Saves))
		}
		if len(serves) > 10 {
			serves = append(serves[:10], "…")
		}
		fmt.Fprintf(c.stdout, "-- confidence %d, benefit %.2f; serves %s\n%s;\n", s.Confidence, s.Benefit, strings.Join(serves, ", "), s.SQL())
	}
	return exitClean
}
