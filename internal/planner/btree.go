//go:build unix

package planner

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
)

// The planner prices each descent of a B-tree by its height, which stands on
// the index's first page (src/include/access/nbtree.h). An empty index has no
// root, so one is made: pages of one entry each, one above the other, down to
// what the index has, or to an empty leaf. The planner reads them, too: it
// looks for the least and the greatest key (get_actual_variable_range).
const (
	btreeMagic   = 0x053162
	metaMagic    = pageHeader // offsets in the first page
	metaRoot     = pageHeader + 8
	metaLevel    = pageHeader + 12
	metaFastRoot = pageHeader + 16
	metaFast     = pageHeader + 20

	btreeSpecial = 16     // bytes at the end of each page
	leafPage     = 1      // BTP_LEAF
	rootPage     = 2      // BTP_ROOT
	pivotTuple   = 0x2000 // INDEX_ALT_TID_MASK: an entry of an inner page
	innerFill    = 0.7    // BTREE_NONLEAF_FILLFACTOR
)

// levels is how many levels a B-tree of so many pages has above its leaves.
// The entries of inner pages hold a key, and the row's place as well where it
// takes that to tell the rows on both sides of the entry apart. An index that
// was built at once has slack in all of them; in one that grew with its table
// the root is filled up before there is another level.
func (x *Index) levels(pages int64) (n uint32) {
	width, values := 0.0, 1.0
	for _, k := range x.keys {
		c := x.table.column(k)
		if c == nil {
			width, values = width+16, math.Inf(1)
			continue
		}
		width += float64(c.Width)
		if d := c.values(x.table.Rows); d > 0 {
			values *= d
		}
	}
	if !x.Unique && values < 2*float64(pages) {
		width += 8
	}
	const room = pageSize - pageHeader - btreeSpecial
	entry := align(width+8) + lineItem
	fanout := math.Max(math.Floor(room*innerFill/entry), 2)
	root := fanout
	if x.Constraint {
		root = math.Floor(room / entry)
	}
	for leaves := math.Ceil(float64(pages-1) * (1 - 1/fanout)); leaves > 1; n++ {
		if leaves <= root {
			return n + 1
		}
		leaves = math.Ceil(leaves / fanout)
	}
	return n
}

// raise gives a B-tree's file the height of one that has so many pages.
//
// Have: the server has not read the file since it started.
func (x *Index) raise(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(x.raiseIn(f), f.Close())
}

func (x *Index) raiseIn(f *os.File) error {
	meta := make([]byte, pageSize)
	if _, err := f.ReadAt(meta, 0); err != nil {
		return err
	}
	le := binary.NativeEndian
	if le.Uint32(meta[metaMagic:]) != btreeMagic {
		return nil // of a version that is not known: heights are as they are
	}
	root, level := le.Uint32(meta[metaRoot:]), le.Uint32(meta[metaLevel:])
	next := uint32((x.base + pageSize - 1) / pageSize)
	write := func(child uint32) error {
		page := btreePage(level, child)
		root = next
		next++
		_, err := f.WriteAt(page, int64(root)*pageSize)
		return err
	}
	want := x.levels(x.Pages)
	if root == 0 {
		level = 0
		if err := write(0); err != nil {
			return err
		}
	}
	for level < want && int64(next) < x.Pages {
		level++
		if err := write(root); err != nil {
			return err
		}
	}
	for at, v := range map[int]uint32{metaRoot: root, metaLevel: level, metaFastRoot: root, metaFast: level} {
		le.PutUint32(meta[at:], v)
	}
	_, err := f.WriteAt(meta, 0)
	return err
}

// btreePage is the only page of a level: an empty leaf, or one whose entry
// stands for all keys and leads to child.
func btreePage(level, child uint32) []byte {
	page := make([]byte, pageSize)
	le := binary.NativeEndian
	lower, upper := pageHeader, pageSize-btreeSpecial
	flags := uint16(rootPage)
	if level == 0 {
		flags |= leafPage
	} else {
		const size = 8 // of an entry without key
		upper -= size
		entry := page[upper:]
		le.PutUint16(entry[0:], uint16(child>>16))
		le.PutUint16(entry[2:], uint16(child))
		le.PutUint16(entry[6:], size|pivotTuple)
		le.PutUint32(page[lower:], uint32(upper)|1<<15|size<<17) // offset, LP_NORMAL, length
		lower += lineItem
	}
	le.PutUint16(page[12:], uint16(lower))
	le.PutUint16(page[14:], uint16(upper))
	le.PutUint16(page[16:], pageSize-btreeSpecial)
	le.PutUint16(page[18:], pageSize|4) // size and version of the layout
	special := page[pageSize-btreeSpecial:]
	le.PutUint32(special[8:], level)
	le.PutUint16(special[12:], flags)
	return page
}
