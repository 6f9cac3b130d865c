package unasked

import "database/sql"

func joins(db *sql.DB, chain string) {
	db.Exec("UPDATE rooms SET price = rooms.price * 2 FROM houses") // want `no condition says which row of houses belongs to which of rooms`
	db.Exec("DELETE FROM rooms USING houses")                       // want `no condition says which row of houses`
	db.Exec("UPDATE rooms SET price = s.n FROM (SELECT max(price) AS n FROM rooms) s")
	db.Exec("UPDATE rooms SET price = rooms.price * 2 FROM houses WHERE houses.id = rooms.house AND houses.chain = $1", chain)
	db.Exec("DELETE FROM rooms USING houses WHERE houses.id = rooms.house")
	db.Exec("UPDATE rooms SET price = p.n FROM prices p JOIN houses h ON h.id = p.house WHERE h.chain = $1", chain)
}
