package migrations

import (
	"path"
	"slices"
)

// PrismaFile is the one file of each of prisma's folders: a migration's name is
// its folder's.
const PrismaFile = "migration.sql"

// prisma: https://www.prisma.io/docs/orm/prisma-migrate
var prisma = &Tool{
	Name:   "prisma",
	Tables: []string{"_prisma_migrations"},
	holds: func(f *Folder) bool {
		return slices.ContainsFunc(f.Files, func(in *File) bool { return in.Name == PrismaFile })
	},
	arrange: arrangePlain,
	write:   func(m Migration) []Text { return []Text{{path.Join(m.base(), PrismaFile), m.Up}} },
}
