//go:build unix

package gocmd

import (
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// start starts a command, such as the go command, that has children of its own,
// and passes on to all of them what is to end this process. The function that
// it returns waits for the command. If a signal came, it does not return: this
// process ends by the signal.
//
// The command has a process group of its own: a signal reaches its children
// too, wherever this process was told to end. If this process is killed, Linux
// ends the command.
func start(cmd *exec.Cmd) (wait func() error, err error) {
	signals := make(chan os.Signal, 2)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as under nohup
			signal.Notify(signals, s)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	diesWithParent(cmd.SysProcAttr)
	runtime.LockOSThread() // the thread counts as the parent
	if err := cmd.Start(); err != nil {
		signal.Stop(signals)
		runtime.UnlockOSThread()
		return nil, err
	}
	ended, came := make(chan struct{}), make(chan syscall.Signal, 1)
	go func() {
		const grace = 5 * time.Second
		var kill <-chan time.Time
		for {
			select {
			case s := <-signals:
				if kill == nil {
					came <- s.(syscall.Signal)
				}
				kill = time.After(grace)
				syscall.Kill(-cmd.Process.Pid, s.(syscall.Signal))
			case <-kill:
				syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			case <-ended:
				return
			}
		}
	}()
	return func() error {
		err := cmd.Wait()
		close(ended)
		signal.Stop(signals)
		runtime.UnlockOSThread()
		select {
		case s := <-came:
			signal.Reset(s)
			syscall.Kill(os.Getpid(), s)
			time.Sleep(time.Second) // it arrives before
			os.Exit(128 + int(s))
			return err
		default:
			return err
		}
	}, nil
}
