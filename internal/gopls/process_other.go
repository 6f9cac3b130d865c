//go:build !unix

package gopls

import "os/exec"

// replaceProcess runs the program in the place of this process, as far as this
// system can.
func replaceProcess(path string, args []string) (int, error) { return inherit(path, args) }

func detach(*exec.Cmd) {}
