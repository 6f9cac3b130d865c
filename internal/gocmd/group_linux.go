package gocmd

import "syscall"

func diesWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGTERM }
