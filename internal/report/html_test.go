package report

import (
	"regexp"
	"strings"
	"testing"
)

// TestHTML checks that the page needs no network, that nothing from the
// program under analysis is markup, and that places are marked.
func TestHTML(t *testing.T) {
	page := print(t, "html", example(t))
	if m := regexp.MustCompile(`(?i)<link|\ssrc=|@import|url\(|fetch\(|XMLHttpRequest`).FindString(page); m != "" {
		t.Errorf("the page loads something: %q", m)
	}
	for _, want := range []string{
		"<strong>4 findings</strong>",
		`100% of &#34;a&#34;, &lt;b&gt; &amp; c: d`,
		"世界 SELECT <mark>*</mark>`)",            // the source
		"<code>世界 SELECT <mark>*</mark></code>", // the query
		"sub/dir/z.go:3:9",
		"not analysed: package m/c: does not compile:",
		`<span class="del">- q(`, `<span class="add">&#43; q(`,
		`data-table="t"`,
		"PAGE",
		"sqlvet v1.2.3",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if n := strings.Count(page, `<article class="finding`); n != 4 {
		t.Errorf("%d findings", n)
	}
	if page := print(t, "html", &Report{}); !strings.Contains(page, "Nothing found.") {
		t.Error("an empty report does not say so")
	}
}

func TestQuery(t *testing.T) {
	tests := []struct {
		name, text string // with [] around the place
		want       string
	}{
		{"one line", "SELECT [*] FROM t", "SELECT [*] FROM t"},
		{"indented", "\n\t\tSELECT a\n\t\t\tFROM t\n\t\tWHERE [f(b)] = 1\n\t", "SELECT a\n\tFROM t\nWHERE [f(b)] = 1"},
		{"blank lines", "SELECT a\n\n  FROM [t]", "SELECT a\n\nFROM [t]"},
		{"place over lines", "\n\tSELECT [a,\n\tb] FROM t", "SELECT [a,\nb] FROM t"},
		{"whole", "[\n\tSELECT a\n]", "[]SELECT a"},
		{"no place", "[]SELECT a", "[]SELECT a"},
	}
	for _, test := range tests {
		start := strings.Index(test.text, "[")
		text := strings.Replace(test.text, "[", "", 1)
		end := strings.Index(text, "]")
		text = strings.Replace(text, "]", "", 1)
		m := query(&SQL{text, start, end})
		if got := m.Before + "[" + m.Marked + "]" + m.After; got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	if query(nil) != nil || query(&SQL{Text: " \n"}) != nil {
		t.Error("a query where there is none")
	}
}

func TestCommonFolder(t *testing.T) {
	tests := []struct {
		paths []string
		want  string
	}{
		{[]string{"m/a", "m/b/c"}, "m/"},
		{[]string{"m/a/x", "m/a/y"}, "m/a/"},
		{[]string{"m", "m/a"}, "m/"},
		{[]string{"ab", "ac"}, ""},
		{[]string{"example.com/m/ab", "example.com/m/ac"}, "example.com/m/"},
	}
	for _, test := range tests {
		if got := commonFolder(test.paths); got != test.want {
			t.Errorf("%v: %q, want %q", test.paths, got, test.want)
		}
	}
}

// TestHTMLPlan shows a plan with its guilty node marked.
func TestHTMLPlan(t *testing.T) {
	var b strings.Builder
	f := Finding{Rule: "plan", Category: "seq-scan", Message: "m", Plan: "  Limit  cost 9\n! └─ Seq Scan on <t>  cost 9\n"}
	if err := Write(&b, "html", &Report{Findings: []Finding{f}}); err != nil {
		t.Fatal(err)
	}
	if want := `aria-label="plan"><code>Limit  cost 9` + "\n<mark>└─ Seq Scan on &lt;t&gt;  cost 9</mark>\n</code>"; !strings.Contains(b.String(), want) {
		t.Errorf("the page does not hold %s", want)
	}
}
