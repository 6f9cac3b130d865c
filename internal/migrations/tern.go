package migrations

import "regexp"

var (
	ternLine  = regexp.MustCompile(`(?im)^---- create above / drop below ----`)
	ternPlain = regexp.MustCompile(`(?im)^---- tern: disable-tx ----`)
)

// tern: https://github.com/jackc/tern#migrations
var tern = &Tool{
	Name: "tern", Wraps: Each, Outside: "---- tern: disable-tx ----",
	Tables:   []string{"schema_version", "schema_versions"},
	Packages: []string{"github.com/jackc/tern"},
	holds:    func(f *Folder) bool { return f.has(ternLine) || f.Names["tern.conf"] },
	arrange:  arrangePlain,
	write: func(m Migration) []Text {
		// Each half asks for itself.
		const alone = "---- tern: disable-tx ----\n"
		return []Text{{m.base() + ".sql", alone + m.Up + "\n---- create above / drop below ----\n\n" + alone + m.Down}}
	},
}
