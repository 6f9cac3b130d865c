package served

import "testing"

func TestHelp(t *testing.T) {
	helped()
	here() // want `test: it stands in a test`
}
