(config_file (body (block . (identifier) @name @_type . (string_lit) @name
  (#eq? @_type "variable") (#set! name.join ".")) @definition.variable))
(config_file (body (block . (identifier) @name @_type . (string_lit) @name
  (#eq? @_type "output") (#set! name.join ".")) @definition.property))

(block . (identifier) @_type (body (attribute (identifier) @_source (expression) @import.target))
  (#eq? @_type "module") (#eq? @_source "source")) @import
