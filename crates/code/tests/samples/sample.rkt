#lang racket/base
;; Sorts buttons in a haberdashery.

(require racket/list
         "drawers.rkt")

(provide sort-buttons (struct-out button))

(struct button (holes colour) #:transparent)

(define drawer-count 24)

;; Puts buttons in order of their holes.
(define (sort-buttons buttons #:reverse? [reverse? #f])
  (define sorted (sort buttons < #:key button-holes))
  (if reverse? (reverse sorted) sorted))

(define/contract (add-button drawer b)
  (-> list? button? list?)
  (cons b drawer))

(define pick-colour
  (λ (buttons colour)
    (filter (λ (b) (equal? (button-colour b) colour)) buttons)))

(define ((matching colour) b)
  (equal? colour (button-colour b)))

(define cabinet%
  (class object%
    (super-new)
    (init-field drawers)
    (define/public (open-drawer n)
      (list-ref drawers n))
    (define/private (rattle)
      (displayln "( rattles"))))

(define-syntax-rule (with-thread colour body ...)
  (parameterize ([current-thread-colour colour])
    body ...))

(define-syntax (sew stx)
  (syntax-case stx ()
    [(_ b) #'(stitch b)]))

(define current-thread-colour (make-parameter "white"))

(define-values (small large) (values 2 4))

(module+ test
  (require rackunit)
  (define four (button 4 "red"))
  (check-equal? (sort-buttons (list four)) (list four)))
