package sqlmodel

// A scope is the name space in which an expression is read.
type scope struct {
	level *Level
	rels  []named
	// open is set when relations may be in scope that the text does not
	// show, so that an unqualified column can belong to any of them.
	open  bool
	outer *scope // of the level around, nil if it cannot be seen
	ctes  *ctes
}

// A named is a relation and the name under which its columns are qualified.
type named struct {
	name, schema string
	rel          *Relation
}

// ctes are the WITH queries that can be seen, the nearest first.
type ctes struct {
	name  string
	level *Level
	next  *ctes
}

func (c *ctes) find(name string) *Level {
	for ; c != nil; c = c.next {
		if c.name == name {
			return c.level
		}
	}
	return nil
}

// qualified finds the relation called name.
func (s *scope) qualified(schema, name string) (rel *Relation, outer bool) {
	for ; s != nil; s, outer = s.outer, true {
		for _, n := range s.rels {
			if n.name == name && (schema == "" || schema == n.schema) {
				return n.rel, outer
			}
		}
	}
	return nil, false
}

// unqualified finds the relation of a column without qualifier: that of the
// nearest level with relations, if it has one only.
func (s *scope) unqualified() (rel *Relation, outer bool) {
	for ; s != nil; s, outer = s.outer, true {
		switch {
		case s.open || len(s.rels) > 1:
			return nil, false
		case len(s.rels) == 1:
			return s.rels[0].rel, outer
		}
	}
	return nil, false
}
