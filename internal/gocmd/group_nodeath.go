//go:build unix && !linux

package gocmd

import "syscall"

func diesWithParent(*syscall.SysProcAttr) {}
