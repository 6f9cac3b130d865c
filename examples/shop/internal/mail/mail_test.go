package mail

import "testing"

func TestMessage(t *testing.T) {
	for _, test := range []struct {
		name, to, subject, body string
		want                    string // "": refused
	}{
		{
			name: "plain", to: "ann@example.com", subject: "Order 7", body: "Thank you.\nBye",
			want: "From: shop@example.com\r\nTo: ann@example.com\r\nSubject: Order 7\r\n\r\nThank you.\r\nBye\r\n",
		},
		{name: "header in recipient", to: "ann@example.com\nBcc: all@example.com", subject: "x", body: "x"},
		{name: "header in subject", to: "ann@example.com", subject: "x\r\nBcc: all@example.com", body: "x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := message("shop@example.com", test.to, test.subject, test.body)
			if refused := err != nil; refused != (test.want == "") {
				t.Fatalf("error %v", err)
			}
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
