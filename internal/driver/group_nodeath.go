//go:build unix && !linux

package driver

import "syscall"

func diesWithParent(*syscall.SysProcAttr) {}
