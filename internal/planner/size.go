//go:build unix

package planner

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
)

const (
	pageSize    = 8192
	pageHeader  = 24
	tupleHeader = 24 // of a row, aligned, without a null bitmap
	lineItem    = 4
	segment     = 131072 // pages of one file
)

// maxPages bounds what a file is extended to: 2 TiB.
const maxPages = 1 << 28

func align(n float64) float64 { return math.Ceil(n/8) * 8 }

// heapPages estimates the size of a table.
func heapPages(rows float64, columns []*Column) int64 {
	width := 0.0
	for _, c := range columns {
		width += float64(c.Width)
	}
	// What is longer is kept elsewhere.
	width = math.Min(width, 2000)
	perPage := math.Max(math.Floor((pageSize-pageHeader)/(align(width)+tupleHeader+lineItem)), 1)
	return int64(math.Ceil(rows / perPage))
}

// pages estimates the size of an index of so many rows, without slack.
func (x *Index) pagesOf(rows float64) int64 {
	width, values := 0.0, 1.0
	for _, k := range x.keys {
		c := x.table.column(k)
		if c == nil {
			width += 16 // an expression: a guess
			values *= 200
			continue
		}
		// Keys are packed to the alignment of their type.
		width += float64(c.Width)
		if d := c.values(x.table.Rows); d > 0 {
			values *= d
		}
	}
	switch x.Method {
	case "brin":
		return 3 + x.table.Pages/100_000
	case "hash":
		return int64(math.Ceil(rows/(0.75*pageSize/20))) + 4
	case "gin":
		return int64(math.Ceil(rows*ginElements*3/pageSize)) + 2
	}
	tuple := align(width+8) + lineItem
	if x.Method == "btree" && !x.Unique {
		// Rows of one value share its key: a posting list of at most a sixth
		// of a page.
		same := math.Min(math.Max(rows/values, 1), 200)
		tuple = math.Min(tuple, (tuple+6*same)/same)
	}
	perPage := math.Floor((pageSize - pageHeader - 16) * 0.9 / tuple)
	leaves := math.Ceil(rows / math.Max(perPage, 1))
	return 1 + int64(leaves+math.Ceil(leaves/200)) // and the page that tells where the root is
}

// ginElements is how many elements a row has in a GIN index.
const ginElements = 8

// values is the number of different values, 0 if it is not known.
func (c *Column) values(rows float64) float64 {
	if c.distinct < 0 {
		return -c.distinct * rows
	}
	return c.distinct
}

// resize gives a file of the data folder a number of pages, at least its first
// so many bytes. What is added is a hole.
func resize(data, file string, pages, base int64) error {
	if file == "" {
		return nil
	}
	pages = min(max(pages, (base+pageSize-1)/pageSize), maxPages)
	for n := int64(0); ; n++ {
		path := filepath.Join(data, file)
		if n > 0 {
			path = fmt.Sprintf("%s.%d", path, n)
		}
		size := min(pages, segment) * pageSize
		pages -= size / pageSize
		if size == 0 && n > 0 {
			err := os.Remove(path)
			if os.IsNotExist(err) {
				return nil
			} else if err != nil {
				return err
			}
			continue
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		err = f.Truncate(size)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
		if err := likeFirst(path, filepath.Join(data, file)); err != nil {
			return err
		}
	}
}

// likeFirst gives a further segment to the owner of the first.
func likeFirst(path, first string) error {
	if path == first || os.Getuid() != 0 {
		return nil
	}
	return sameOwner(path, first)
}
