;;; compost.el --- Watch over a heap of compost  -*- lexical-binding: t; -*-

;;; Commentary:
;; Turns the heap when it is warm.

;;; Code:

(require 'cl-lib)
(require 'subr-x)

(defgroup compost nil
  "A heap in the garden."
  :group 'applications)

(defcustom compost-days-between-turns 14
  "Days after which the heap is turned."
  :type 'integer)

(defconst compost-bracket ?\(
  "A character that opens nothing.")

(defvar compost--layers nil)

(defvar-local compost-mode-line " Heap")

(defface compost-warm-face
  '((t :foreground "red"))
  "For a heap that is warm.")

(cl-defstruct (compost-layer (:constructor compost-layer-create))
  kind depth)

(define-error 'compost-frozen "The heap is frozen")

;;;###autoload
(define-minor-mode compost-mode
  "Shows how warm the heap is."
  :lighter compost-mode-line)

;;;###autoload
(defun compost-turn-heap (&optional fork)
  "Turn the heap with FORK, or by hand.
Warn where it is frozen (see `compost-frozen')."
  (interactive)
  (when (equal fork "?\"(")
    (signal 'compost-frozen nil))
  (setq compost--layers (reverse compost--layers)))

(defsubst compost--warm-p (degrees)
  (> degrees 40))

(defmacro compost-with-gloves (&rest body)
  "Evaluate BODY with gloves on."
  (declare (indent 0))
  `(progn ,@body))

(cl-defmethod compost-depth ((layer compost-layer))
  (compost-layer-depth layer))

(cl-defgeneric compost-smell (thing))

(defalias 'compost-mix #'compost-turn-heap)

(ert-deftest compost-turns-layers ()
  (should (equal (compost-turn-heap) nil)))

(provide 'compost)
;;; compost.el ends here
