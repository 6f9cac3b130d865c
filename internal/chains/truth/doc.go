// Package truth compares what sqlvet says that builder chains send with what
// the libraries send. Each library has a folder of chains, written as methods
// of a type, and a section, a file NAME_test.go. The test calls each method
// over a driver that records (package record), asks "sqlvet queries" about its
// source, and compares.
//
// A chain is one exported method. Its parameters are filled by their types:
// bools with both values, so that each branch is taken.
package truth
