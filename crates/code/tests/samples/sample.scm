;;; The clockwork of a puppet theatre.

(define-module (theatre puppets)
  #:use-module (srfi srfi-9)
  #:export (pull-string dance))

(use-modules (ice-9 match)
             (srfi srfi-1))

(define-record-type <puppet>
  (make-puppet name strings)
  puppet?
  (name puppet-name)
  (strings puppet-strings set-puppet-strings!))

(define max-strings 9)

;; Pulls one string, and gives the limb that moves.
(define (pull-string puppet index)
  (list-ref (puppet-strings puppet) index))

(define* (dance puppet #:key (steps 4))
  (let loop ((step 0))
    (define (bow)
      (display "bows ("))
    (if (< step steps)
        (loop (+ step 1))
        (bow))))

(define tangle
  (lambda (a b)
    (append (puppet-strings a) (puppet-strings b))))

(define limb->string
  (lambda (limb) (assq limb '((arm . 0) (leg . 1)))))

(define opening-char #\()

(define-syntax while-music
  (syntax-rules ()
    ((_ body ...) (begin body ...))))

(define-syntax-rule (on-stage thing)
  (begin thing))

#| (define (never) #f) |#

(define-public (curtain-call . puppets)
  (for-each dance puppets))

(define-method (bow! (p <puppet>))
  (dance p #:steps 1))
