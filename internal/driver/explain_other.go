//go:build !unix

package driver

func (c *command) explainPlans([]string) int {
	return c.fail("explain: a private PostgreSQL server needs a Unix system")
}
