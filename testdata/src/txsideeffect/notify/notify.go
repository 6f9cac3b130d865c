// Package notify does slow things for others.
package notify

import (
	"context"
	"net/http"
	"net/smtp"
	"os"
)

// Mail sends mail.
func Mail(to string) error {
	return smtp.SendMail("mail:25", nil, "shop@example.com", []string{to}, nil)
}

// Hook calls a web hook, two calls deep.
func Hook(ctx context.Context, url string) error { return call(ctx, url) }

func call(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Build makes a request and does not send it.
func Build(url string) (*http.Request, error) { return http.NewRequest(http.MethodGet, url, nil) }

// Export writes a file.
func Export(path string, data []byte) error { return os.WriteFile(path, data, 0o600) }
