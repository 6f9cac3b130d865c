package funceffects

// A Delay is what somebody waits for who calls something, if it is no statement. The
// later ones do more harm where something is held meanwhile.
type Delay uint8

// The delays.
const (
	NoDelay   Delay = iota
	Goroutine       // another goroutine of the program
	Disk            // a file
	Store           // a server of keys and values that is told something: as near as the database
	Processor       // a computation that is slow on purpose
	Clock
	Line    // a name to be resolved, a connection
	Process // another program
	Service // another service, by its protocol
	Web     // by HTTP
	Queue
	MailServer
)

// Delay returns what an effect waits for.
func (e Effect) Delay() Delay {
	switch e.Kind {
	case Mail:
		return MailServer
	case Publish:
		return Queue
	case Network:
		switch e.Name {
		case cacheServer:
			return NoDelay
		case toldServer:
			return Store
		case "dns", "net", "connect":
			return Line
		case "rpc", "cloud":
			return Service
		}
		return Web
	case Exec:
		return Process
	case File:
		return Disk
	case Sleep:
		return Clock
	case CPU:
		return Processor
	case Wait:
		// What a function waits for far inside is its own affair: a lock around its
		// cache, its workers.
		if e.Depth <= 2 {
			return Goroutine
		}
	}
	return NoDelay
}

// Longer reports whether a call that waits for it takes longer than a statement does.
func (d Delay) Longer() bool { return d >= Processor && d != Queue }

// String is what is waited for, as the object of a sentence.
func (d Delay) String() string {
	return [...]string{
		"nothing", "another goroutine", "a file", "a server of keys and values", "a computation that is slow on purpose", "the clock",
		"the network", "another process", "another service", "an answer over HTTP", "a queue", "a mail server",
	}[d]
}
