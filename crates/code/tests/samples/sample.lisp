;;;; Keeps the books of a lighthouse.

(defpackage #:lighthouse
  (:use #:cl)
  (:export #:lamp #:light-up))

(in-package #:lighthouse)

(defconstant +full-turn+ 360
  "Degrees of one turn of the lens.")

(defvar *keepers* '()
  "Everyone who has kept the light.")

(defparameter *oil-price* 12)

(deftype degrees () '(integer 0 360))

(define-condition lamp-broken (error)
  ((reason :initarg :reason :reader reason)))

(defstruct (shift (:constructor make-shift (keeper hours)))
  keeper
  hours)

(defclass lamp ()
  ((oil :initarg :oil :accessor lamp-oil)
   (lit :initform nil :accessor lamp-lit))
  (:documentation "A lamp that burns oil."))

#| What was (defun before-electricity ()
   stands here no more. |#

(defgeneric light-up (thing)
  (:documentation "Makes a thing shine."))

(defmethod light-up ((lamp lamp))
  (when (zerop (lamp-oil lamp))
    (error 'lamp-broken :reason "no oil (none)"))
  (setf (lamp-lit lamp) t))

(defun (setf oil-level) (value lamp)
  (setf (lamp-oil lamp) value))

(defmacro with-lit-lamp ((name) &body body)
  "Runs BODY while the lamp shines."
  `(progn
     (light-up ,name)
     ,@body))

;; Ships are warned by flashes.
(defun count-flashes (minutes &key (per-minute 4))
  "Counts the flashes of so many minutes.
A bracket ( in a text counts for nothing."
  (flet ((flash-p (char)
           (char= char #\()))
    (remove-if-not #'flash-p "((")
    (* minutes per-minute)))

(eval-when (:compile-toplevel :load-toplevel)
  (defun hire-keeper (name)
    (push name *keepers*)))

(deftest flashes-of-an-hour
  (is (= 240 (count-flashes 60))))
