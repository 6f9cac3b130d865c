// Package queries holds the texts of another package.
package queries

// Broken lacks a column list's end.
const Broken = "INSERT INTO users (name VALUES ($1)"

// Fine parses.
const Fine = "SELECT id FROM users"
