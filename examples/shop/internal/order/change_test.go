package order

import "testing"

func TestMoney(t *testing.T) {
	for cents, want := range map[int64]string{
		0:     "0.00 EUR",
		5:     "0.05 EUR",
		12345: "123.45 EUR",
		-250:  "-2.50 EUR",
	} {
		if got := money(cents); got != want {
			t.Errorf("money(%d) = %q, want %q", cents, got, want)
		}
	}
}
