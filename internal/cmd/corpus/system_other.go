//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// killGroup leaves cmd's children alone: they end when their work is done.
func killGroup(*exec.Cmd) {}

// lock takes nothing: runs that share -work must not overlap.
func lock(*os.File) error { return nil }

// peak is not known.
func peak(*os.ProcessState) int64 { return 0 }
