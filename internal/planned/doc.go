// Package planned answers what PostgreSQL's own planner says of a workload: which
// plans are bad, which indexes would change them (sqlvet explain), and which
// indexes are the best of many (sqlvet index -prove).
package planned
