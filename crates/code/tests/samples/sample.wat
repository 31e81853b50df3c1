;; Counts the knots of a fishing net.
(module $net
  (import "sea" "depth" (func $depth (result i32)))
  (memory $rope 1)
  (global $knots (mut i32) (i32.const 0))
  (type $counter (func (param i32) (result i32)))
  (table $hands 2 funcref)

  (; A net of so many rows and columns
     has a (func $knot) where two ropes meet. ;)
  (func $count_knots (param $rows i32) (param $columns i32) (result i32)
    (i32.mul
      (local.get $rows)
      (local.get $columns)))

  ;; Mends a hole, which takes four knots.
  (func $mend_hole (param $at i32)
    (global.set $knots
      (i32.add (global.get $knots) (i32.const 4)))
    (drop (call $depth)))

  (data $label (i32.const 0) "a net (of hemp")
  (export "count_knots" (func $count_knots))
  (export "mend" (func $mend_hole)))
