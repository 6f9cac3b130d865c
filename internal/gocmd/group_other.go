//go:build !unix

package gocmd

import "os/exec"

// start starts a command, and returns what waits for it.
func start(cmd *exec.Cmd) (wait func() error, err error) { return cmd.Wait, cmd.Start() }
