//go:build !race

package indexadvice

// slowness is how much slower this build is than a plain one.
const slowness = 1
