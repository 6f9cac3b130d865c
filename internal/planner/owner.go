//go:build unix

package planner

import (
	"os"
	"syscall"
)

// sameOwner gives a file to whom another one belongs to.
func sameOwner(path, other string) error {
	info, err := os.Stat(other)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return os.Lchown(path, int(st.Uid), int(st.Gid))
}
