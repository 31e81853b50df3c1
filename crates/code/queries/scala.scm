(class_definition name: (_) @name) @definition.class
(object_definition name: (_) @name) @definition.class
(package_object name: (_) @name) @definition.module
(trait_definition name: (_) @name) @definition.trait
(enum_definition name: (_) @name) @definition.enum
(enum_case_definitions [(simple_enum_case name: (_) @name) (full_enum_case name: (_) @name)]) @definition.constant
(function_definition name: (_) @name) @definition.function
(function_declaration name: (_) @name) @definition.function
(package_clause name: (_) @name body: (_)) @definition.module
(type_definition name: (_) @name) @definition.type
(given_definition name: (_) @name) @definition.constant
(val_definition pattern: (identifier) @name) @definition.constant
(val_definition pattern: [
  (identifiers (identifier) @name)
  (tuple_pattern (identifier) @name)
]) @definition.constant
(class_definition
  "case"
  class_parameters: (class_parameters (class_parameter name: (_) @name) @definition.constant))
(class_parameter "val" name: (_) @name) @definition.constant
(class_parameter "var" name: (_) @name) @definition.variable
(val_declaration name: (_) @name) @definition.constant
(var_definition pattern: (identifier) @name) @definition.variable
(var_definition pattern: (identifiers (identifier) @name)) @definition.variable
(var_declaration name: (_) @name) @definition.variable
(extension_definition parameters: (parameters (parameter type: (_) @name))) @scope

; Tests and the blocks around them.
(call_expression
  function: (call_expression
    function: (identifier) @_test
    arguments: (arguments . (string) @name))
  arguments: (block) @body
  (#any-of? @_test "test" "describe" "it" "property" "feature" "scenario" "Feature" "Scenario")
  (#set! name.join " ")) @definition.other
(infix_expression
  left: (infix_expression
    left: [(identifier) (string)] @name
    operator: (identifier) @name @_verb
    right: (string) @name)
  operator: (identifier) @_in
  right: (block) @body
  (#any-of? @_verb "should" "must" "can")
  (#eq? @_in "in")
  (#set! name.join " ")) @definition.other
(infix_expression
  left: (string) @name
  operator: (identifier) @_in
  right: (block) @body
  (#any-of? @_in "in" "should" "must" "can" "when" "which")
  (#set! name.join " ")) @definition.other

(lambda_expression) @local
[(block) (indented_block)] @local

[(comment) (block_comment)] @comment

; The path is in several nodes: taken as written, without `import`.
(import_declaration) @import @import.target
