package gopls

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Named reports whether a program that was started as argv0 is to act as
// gopls: through a link named gopls or gopls-…, for editors that take the path
// of gopls and no arguments.
func Named(argv0 string) bool {
	base := strings.TrimSuffix(filepath.Base(argv0), ".exe")
	return base == "gopls" || strings.HasPrefix(base, "gopls-")
}

// Main runs "sqlvet gopls" on the arguments after these words, and returns the
// exit code. release is the version of sqlvet that its release was stamped
// with, "" for other builds. Without arguments, or with those that gopls
// itself takes, it is gopls.
func Main(release string, args []string) int {
	var err error
	code := 0
	switch {
	case len(args) > 0 && args[0] == "build":
		err = buildCommand(release, args[1:])
	case len(args) > 0 && args[0] == "proxy":
		code, err = proxyCommand(args[1:])
	case len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help"):
		fmt.Print(usage)
	default:
		code, err = launch(release, args)
	}
	if errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		fmt.Fprintln(os.Stderr, "sqlvet:", err)
		return 2
	}
	return code
}

// usage answers at once, where asking gopls itself may mean building it first.
const usage = `sqlvet gopls is a gopls that has sqlvet inside: what an editor starts.

	sqlvet gopls           serve; the first start builds it in the background
	sqlvet gopls build     build it now and print its path; -h tells the flags
	sqlvet gopls proxy     serve through the installed gopls, without a build
	sqlvet gopls ...       anything else goes to gopls: sqlvet gopls help
`

func buildCommand(release string, args []string) error {
	fs := flag.NewFlagSet("sqlvet gopls build", flag.ContinueOnError)
	b := &Builder{Release: release, Notes: os.Stderr}
	file := fs.String("o", "", "write the program to `FILE` (default: where \"sqlvet gopls\" looks for it)")
	fs.StringVar(&b.Version, "gopls", "", "build this `VERSION` of gopls (default: the newest that your Go can build)")
	fs.StringVar(&b.Source, "source", "", "take sqlvet's sources from `DIR` (default: those of this program)")
	if err := fs.Parse(args); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			err = errors.New("usage: sqlvet gopls build [-o FILE] [-gopls VERSION] [-source DIR]") // the flag set said what is wrong
		}
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("gopls build takes no argument %q", fs.Arg(0))
	}
	path, err := b.Build(*file)
	if err != nil {
		return err
	}
	fmt.Println(path)
	return nil
}

func proxyCommand(args []string) (int, error) {
	stock, err := findStock()
	if err != nil {
		return 0, err
	}
	return runProxy(stock, args, nil)
}

// launch runs the gopls that was built for this sqlvet. If there is none it is
// built, meanwhile the stock gopls serves.
func launch(release string, args []string) (int, error) {
	b, built, err := cachedBuild(release)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(built); err == nil {
		now := time.Now()
		os.Chtimes(filepath.Dir(built), now, now) // see removeOld
		return replaceProcess(built, args)
	}
	stock, err := findStock()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "sqlvet: building gopls, which takes a minute or more")
		b.Notes = os.Stderr
		if built, err = b.Build(""); err != nil {
			return 0, err
		}
		return replaceProcess(built, args)
	case !serves(args):
		return replaceProcess(stock, args)
	}
	return runProxy(stock, args, func(tell func(string)) { buildBeside(b.Version, built, tell) })
}

// cachedBuild returns what builds the gopls for this sqlvet, and the path of
// the result.
func cachedBuild(release string) (*Builder, string, error) {
	env, err := goEnv("GOVERSION")
	if err != nil {
		return nil, "", err
	}
	version, err := choose("", env["GOVERSION"])
	if err != nil {
		return nil, "", err
	}
	path, err := cachedPath(version)
	return &Builder{Release: release, Version: version}, path, err
}

// serves reports whether gopls with these arguments is a server on standard
// input and output, not one of its other commands.
func serves(args []string) bool {
	for _, arg := range args {
		switch {
		case strings.HasPrefix(arg, "-listen"), strings.HasPrefix(arg, "--listen"):
			return false
		case !strings.HasPrefix(arg, "-"):
			return arg == "serve"
		}
	}
	return true
}

// findStock returns the path of the gopls that is installed, on PATH or where
// "go install" puts it. A link to this very program is none.
func findStock() (string, error) {
	name := "gopls"
	env, err := goEnv("GOBIN", "GOPATH", "GOEXE", "GOVERSION")
	if err != nil {
		return "", err
	}
	dirs := filepath.SplitList(os.Getenv("PATH"))
	if env["GOBIN"] != "" {
		dirs = append(dirs, env["GOBIN"])
	}
	for _, dir := range filepath.SplitList(env["GOPATH"]) {
		dirs = append(dirs, filepath.Join(dir, "bin"))
	}
	var me os.FileInfo
	if exe, err := os.Executable(); err == nil {
		me, _ = os.Stat(exe)
	}
	for _, dir := range dirs {
		path, err := exec.LookPath(filepath.Join(dir, name+env["GOEXE"]))
		if err != nil {
			continue
		}
		if info, err := os.Stat(path); err == nil && !os.SameFile(info, me) {
			return path, nil
		}
	}
	// Not @latest: it may need a newer Go than this.
	wanted, err := choose("", env["GOVERSION"])
	if err != nil {
		wanted = "latest"
	}
	return "", fmt.Errorf("no gopls on PATH or in GOPATH/bin: install it with \"go install golang.org/x/tools/gopls@%s\"", wanted)
}

// inherit runs the program on this process's files.
func inherit(path string, args []string) (int, error) {
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
