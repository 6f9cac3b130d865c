package indexadvice

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// Assumed shares of a table's rows that satisfy a condition, where no
// statistics are known. They follow from what names mean: a queue drains, few
// rows are deleted, a flag mostly has its default.
const (
	shareQueue  = 0.05 // status = 'pending'
	shareRare   = 0.1  // deleted_at IS NOT NULL, a flag that differs from its default
	shareOther  = 0.25 // any other literal of a column with few values
	shareCode   = 0.12 // country = 'JP'
	shareFlag   = 0.3  // a flag of which nothing is known
	shareCommon = 0.9  // deleted_at IS NULL
	shareRange  = 0.05 // x < $1 on a time or key
	shareRecent = 0.1  // x > now() - interval '1 day'
	sharePast   = 0.5  // x < now(), of what is not taken away
	sharePurge  = 0.1  // DELETE … WHERE created_at < now() - interval '1 year': done often, so few are left
	shareAlive  = 0.3  // expires_at > now()
	shareNumber = 0.2  // x > $1 on a quantity
)

var (
	queueWord = regexp.MustCompile(`(?i)^(pending|queued|available|running|retryable|retry|retrying|failed|failure|error|unread|new|open|draft|scheduled|processing|in_?progress|waiting|created|started|enqueued|unprocessed|unsent|locked|triggered|unacknowledged|abandoned|stale|expired|dead|active_job|initiated|requested|submitted|to_?do|needs_\w+|awaiting_\w+|[a-z_]+ing)$`)
	// goneWord is a state that few rows get.
	goneWord = regexp.MustCompile(`(?i)^(blocklisted|blacklisted|banned|blocked|deleted|disabled|suspended|archived|revoked|rejected|cancell?ed|spam|trashed|reported|flagged|unsubscribed|bounced|admin|administrator|owner|root|superuser)$`)
	// goneName is a mark that few rows get: its presence is rare.
	goneName = regexp.MustCompile(`(^|_)(deleted|archived|revoked|removed|banned|blocked|disabled|suspended|cancell?ed|hidden|locked|trashed|purged|expired|failed|error|errored|rejected|flagged|reported|invalidated|superseded)(_|$)`)
	// doneName is a mark that every row gets in the end: its absence is rare.
	doneName = regexp.MustCompile(`(^|_)(processed|published|sent|delivered|completed|finished|closed|resolved|acknowledged|acked|read|seen|ended|end|synced|indexed|exported|notified|dispatched|verified|confirmed|handled|finalized|stopped|consumed|used|settled|paid|released)(_|$)`)
)

// nullShare returns the share of rows in which a column is null.
func (t *table) nullShare(c *schema.Column) float64 {
	name := strings.ToLower(c.Name)
	switch {
	case c.NotNull || t.Primary != nil && hasKey(t.Primary, c.Name):
		return 0
	case goneName.MatchString(name):
		return shareCommon
	case doneName.MatchString(name) && isTime(t.cat.baseType(c.Type)):
		return shareRare
	}
	return shareOther
}

func hasKey(x *schema.Index, column string) bool {
	for _, k := range x.Keys {
		if k.Column == column {
			return true
		}
	}
	return false
}

// flagShare returns the share of rows in which a boolean column is value.
func (t *table) flagShare(c *schema.Column, value bool) float64 {
	common, known := false, true
	switch strings.ToLower(strings.TrimSpace(c.Default)) {
	case "true", "'t'", "'t'::boolean", "'true'":
		common = true
	case "false", "'f'", "'f'::boolean", "'false'":
		common = false
	default:
		known = false
	}
	done := doneName.MatchString(strings.ToLower(c.Name))
	switch {
	case !known:
		return shareFlag
	case done && !common:
		// Every row gets the mark in the end: the default is a queue.
		if value {
			return shareCommon
		}
		return shareRare
	case value == common:
		return shareCommon
	}
	return shareRare
}

// literalShare returns the share of rows in which a column of few values is
// one of the literals.
func (t *table) literalShare(c *schema.Column, values []string) float64 {
	sum := 0.0
	for _, v := range values {
		switch {
		case t.class(c) != classLow:
			sum += 1 / t.distinct(c)
		case says(queueWord, v):
			sum += shareQueue
		case says(goneWord, v):
			sum += shareRare
		case codeName.MatchString(strings.ToLower(c.Name)):
			sum += shareCode
		default:
			sum += math.Min(shareOther, 1.5/t.listed(c))
		}
	}
	return min(sum, 1)
}

// says reports whether a literal is such a word, or a name that ends in one:
// 'instance_admin' is an admin. What is said of it with "not" it is not.
func says(word *regexp.Regexp, literal string) bool {
	value := strings.ToLower(strings.Trim(literal, "'"))
	if word.MatchString(value) {
		return true
	}
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' || r == ':' })
	return len(parts) > 1 && word.MatchString(parts[len(parts)-1]) &&
		!slices.ContainsFunc(parts, func(p string) bool { return slices.Contains([]string{"not", "non", "no", "never", "un"}, p) })
}
