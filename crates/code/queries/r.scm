(binary_operator lhs: (identifier) @name rhs: (function_definition) @body) @definition.function
(program (binary_operator lhs: (identifier) @name
  operator: ["<-" "=" "<<-"]) @definition.variable)
(call function: (identifier) @_set arguments: (arguments . (argument value: (string) @name))
  (#any-of? @_set "setClass" "setRefClass" "R6Class")) @definition.class
(call function: (identifier) @_set arguments: (arguments . (argument value: (string) @name))
  (#any-of? @_set "setGeneric" "setMethod")) @definition.function

(comment) @comment

(call function: (identifier) @_load arguments: (arguments . (argument value: (_) @import.target))
  (#any-of? @_load "library" "require" "source" "requireNamespace")) @import
