(config_file (body (block . (identifier) @name @_type . (string_lit) @name
  (#eq? @_type "variable") (#set! name.join ".")) @definition.variable))
(config_file (body (block . (identifier) @name @_type . (string_lit) @name
  (#eq? @_type "output") (#set! name.join ".")) @definition.property))

; `local.prefix` is defined in any block of locals.
(config_file (body (block . (identifier) @_type . (block_start) (body (attribute . (identifier) @name) @definition.constant)))
  (#eq? @_type "locals"))

(block . (identifier) @_type (body (attribute (identifier) @_source (expression) @import.target))
  (#eq? @_type "module") (#eq? @_source "source")) @import
