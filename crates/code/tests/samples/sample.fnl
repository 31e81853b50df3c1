;; A music box that plays from a cylinder of pins.

(local fennel (require :fennel))
(local pins-per-turn 48)
(var speed 1)

(fn wind-spring [turns]
  "Winds the spring so many turns."
  (set speed (/ turns 4))
  (fn creak [] (print "creaks ("))
  (creak)
  speed)

(local MusicBox {})

(fn MusicBox.play-tune [self tune]
  "Plays a tune, pin by pin."
  (each [_ pin (ipairs tune)]
    (print pin))
  self)

(lambda lift-comb [box ?height]
  (or ?height 3))

(macro while-wound [...]
  `(while (> speed 0) ,...))

(global last-tune nil)

{: wind-spring : MusicBox}
