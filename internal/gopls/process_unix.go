//go:build unix

package gopls

import (
	"os"
	"os/exec"
	"syscall"
)

// replaceProcess makes this process one of the program: it returns only with
// an error.
func replaceProcess(path string, args []string) (int, error) {
	return 0, syscall.Exec(path, append([]string{path}, args...), os.Environ())
}

// detach lets the command outlive this process and its terminal, and yield to
// others.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if nice, err := exec.LookPath("nice"); err == nil {
		cmd.Args = append([]string{nice, "-n", "10", cmd.Path}, cmd.Args[1:]...)
		cmd.Path = nice
	}
}
