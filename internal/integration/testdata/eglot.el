;; Opens orders.go with the server in $SERVER (arguments parted by spaces),
;; waits for two diagnostics of sqlvet, applies the fix, and waits until its
;; diagnostic is gone. Eglot 1.9, go-mode.
(require 'package)
(package-initialize)
(require 'project)
(require 'go-mode)
(require 'eglot)
(require 'flymake)

(setq eglot-sync-connect 120
      eglot-connect-timeout 120
      make-backup-files nil
      create-lockfiles nil
      eglot-confirm-server-initiated-edits nil
      eglot-server-programs `((go-mode . ,(split-string (getenv "SERVER")))))
(setq-default eglot-workspace-configuration '((:gopls . (:diagnosticsDelay "0s"))))

(defun own ()
  (seq-filter (lambda (d) (string-match-p "nplusone\\|nonsargable" (flymake-diagnostic-text d)))
              (flymake-diagnostics)))

(defun await (n)
  (let ((tries 0))
    (while (and (/= (length (own)) n) (< tries 1200))
      (accept-process-output nil 0.1)
      (flymake-start)
      (setq tries (1+ tries)))
    (unless (= (length (own)) n)
      (message "want %d diagnostics, have %S" n (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
      (kill-emacs 1))))

(find-file "orders.go")
(go-mode)
(setq-local noninteractive nil) ; flymake does not start in batch mode
(apply #'eglot--connect (eglot--guess-contact))
(await 2)
(dolist (d (own))
  (princ (format "%d: %s\n" (line-number-at-pos (flymake-diagnostic-beg d)) (flymake-diagnostic-text d))))
(let ((fix (seq-find (lambda (d) (string-match-p "nonsargable" (flymake-diagnostic-text d))) (own))))
  (goto-char (flymake-diagnostic-beg fix))
  (eglot-code-actions (flymake-diagnostic-beg fix) (flymake-diagnostic-end fix) "quickfix" t))
(save-buffer)
(await 1)
(kill-emacs 0)
