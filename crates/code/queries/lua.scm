(function_declaration name: (_) @name) @definition.function
(assignment_statement
  (variable_list . name: (bracket_index_expression
    table: (_) @receiver
    field: (string content: (_) @name)) .)
  (expression_list . value: (function_definition body: (_)? @body))) @definition.function
(assignment_statement
  (variable_list . name: [(identifier) (dot_index_expression)] @name .)
  (expression_list . value: (function_definition body: (_)? @body))) @definition.function
(field
  name: [(identifier) @name (string content: (_) @name)]
  value: (function_definition)) @definition.method
(chunk
  (variable_declaration
    (assignment_statement (variable_list name: (identifier) @name))) @definition.variable)
(chunk
  (assignment_statement
    (variable_list name: [(identifier) (dot_index_expression)] @name)) @definition.variable)

; Tests and the blocks around them, as Busted writes them.
(function_call
  name: (identifier) @_test
  arguments: (arguments . (string) @name (function_definition) @body)
  (#any-of? @_test "describe" "context" "it" "test" "spec" "insulate" "expose")
  (#set! name.join " ")) @definition.other

(function_definition) @local

(variable_declaration (assignment_statement) @wrapped) @wrapper
(comment) @comment

(function_call
  name: (identifier) @_function
  arguments: (arguments . (string content: (_) @import.target))
  (#any-of? @_function "require" "dofile" "loadfile")) @import
