// Package port names tables and columns for others.
package port

import "github.com/doug-martin/goqu/v9"

const pierName = "piers"

var (
	Piers   = goqu.T(pierName)    // want Piers:`text\(piers\)`
	PierID  = Piers.Col("id")     // want PierID:`text\(piers.id\)`
	PierLen = Piers.Col("length") // want PierLen:`text\(piers.length\)`
)
