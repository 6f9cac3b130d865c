package gopls

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// cachedPath returns where the gopls of the version with this sqlvet is kept.
// The name depends on this program's content: another sqlvet has another.
func cachedPath(version string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(exe)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	name := "gopls"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(cache, "sqlvet", "gopls", fmt.Sprintf("%s-%x", version, h.Sum(nil)[:8]), name), nil
}
