; A dot is part of a name.
(binary_operator lhs: [(identifier) (string)] @name rhs: (function_definition body: (_) @body)
  (#set! name.join "")) @definition.function
(binary_operator lhs: (identifier) @name
  rhs: (call function: [(identifier) @_set (namespace_operator rhs: (identifier) @_set)])
  (#any-of? @_set "R6Class" "setRefClass" "new_class")
  (#set! name.join "")) @definition.class
(program (binary_operator lhs: (identifier) @name
  operator: ["<-" "=" "<<-"]
  (#set! name.join "")) @definition.variable)
; The methods of a class are named in its lists.
(call
  function: [(identifier) @_set (namespace_operator rhs: (identifier) @_set)]
  arguments: (arguments (argument value: (call function: (identifier) @_list arguments: (arguments
    (argument name: (identifier) @name value: (function_definition)) @definition.method))))
  (#any-of? @_set "R6Class" "setRefClass")
  (#eq? @_list "list"))
(call function: (identifier) @_set arguments: (arguments . (argument value: (string) @name))
  (#any-of? @_set "setClass" "setRefClass" "R6Class")) @definition.class
(call function: (identifier) @_set arguments: (arguments . (argument value: (string) @name))
  (#any-of? @_set "setGeneric" "setMethod")) @definition.function
; Tests and the blocks around them.
(call
  function: (identifier) @_test
  arguments: (arguments . (argument value: (string) @name) (argument value: (braced_expression) @body))
  (#any-of? @_test "test_that" "describe" "it")
  (#set! name.join "")) @definition.other

(comment) @comment

(call function: (identifier) @_load arguments: (arguments . (argument value: (_) @import.target))
  (#any-of? @_load "library" "require" "source" "requireNamespace")) @import
