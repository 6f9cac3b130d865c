//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// killGroup makes the end of cmd's context end its children as well: sqlvet
// runs the go command, which runs compilers.
func killGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
