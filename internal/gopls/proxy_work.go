package gopls

import (
	"sync"
	"time"

	"github.com/sqlvet/sqlvet/internal/inputs"
)

// jobs holds the directories whose packages are to be analysed.
type jobs struct {
	mu   sync.Mutex
	wake chan struct{}
	dirs []string
	done bool
}

func (j *jobs) add(dir string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range j.dirs {
		if d == dir {
			return
		}
	}
	j.dirs = append(j.dirs, dir)
	select {
	case j.signal() <- struct{}{}:
	default:
	}
}

// signal returns the channel that tells of work. The caller holds mu.
func (j *jobs) signal() chan struct{} {
	if j.wake == nil {
		j.wake = make(chan struct{}, 1)
	}
	return j.wake
}

func (j *jobs) next() (dir string, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.dirs) == 0 {
		return "", false
	}
	dir, j.dirs = j.dirs[0], j.dirs[1:]
	return dir, true
}

// pollTime is how often the proxy looks whether settings or schema changed:
// clients tell of Go files only.
const pollTime = 2 * time.Second

// work analyses what is to be analysed, one package at a time: the go command
// uses all processors for each.
func (p *proxy) work() {
	p.jobs.mu.Lock()
	wake := p.jobs.signal()
	p.jobs.mu.Unlock()
	var watch inputs.Watch
	digests := make(map[string]string)
	for {
		for {
			dir, ok := p.jobs.next()
			if !ok {
				break
			}
			digests[dir] = watch.Digest(dir)
			p.update(dir, p.analyse(dir))
		}
		select {
		case <-wake:
		case <-time.After(pollTime):
			for dir := range digests {
				if watch.Digest(dir) != digests[dir] {
					p.jobs.add(dir)
				}
			}
		}
	}
}

// update replaces the findings of a package and publishes the files concerned.
func (p *proxy) update(dir string, list []finding) {
	byPath := make(map[string][]finding)
	for _, f := range list {
		byPath[f.path] = append(byPath[f.path], f)
	}
	p.mu.Lock()
	changed := make(map[string]bool)
	for path := range p.ours[dir] {
		changed[path] = true
	}
	for path := range byPath {
		changed[path] = true
	}
	p.ours[dir] = byPath
	p.mu.Unlock()
	for path := range changed {
		p.publish(path)
	}
}
