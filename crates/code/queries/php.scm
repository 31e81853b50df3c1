(class_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(trait_declaration name: (_) @name) @definition.trait
(enum_declaration name: (_) @name) @definition.enum
(enum_case name: (_) @name) @definition.constant
(namespace_definition name: (_) @name body: (_)) @definition.module
(function_definition name: (_) @name) @definition.function
(method_declaration name: (_) @name) @definition.method
; A function that a file keeps in a variable.
(program (expression_statement (assignment_expression
  left: (variable_name (name) @name)
  right: [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)])) @definition.function)
(const_declaration (const_element . (name) @name)) @definition.constant
(function_call_expression
  function: (name) @_function
  arguments: (arguments . (argument (string (string_content) @name)))
  (#eq? @_function "define")) @definition.constant
(property_declaration (property_element name: (variable_name (name) @name))) @definition.property

; What a constructor takes and keeps.
((property_promotion_parameter name: [
  (variable_name (name) @name)
  (by_ref (variable_name (name) @name))
]) @definition.property (#set! member.of "type"))
; A route whose handler stands in it.
(scoped_call_expression
  scope: (name) @_router
  name: (name) @name
  arguments: (arguments
    . (argument [(string (string_content) @name) (encapsed_string (string_content) @name)])
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)]))
  (#eq? @_router "Route")
  (#set! name.join " ")) @definition.endpoint
(member_call_expression
  object: (_) @_router
  name: (name) @name @_verb
  arguments: (arguments
    . (argument [(string (string_content) @name) (encapsed_string (string_content) @name)])
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)]))
  (#match? @_router "(app|router|routes|group)$")
  (#any-of? @_verb "get" "post" "put" "patch" "delete" "options" "any")
  (#set! name.join " ")) @definition.endpoint

; Tests and the blocks around them, as Pest writes them.
(function_call_expression
  function: (name) @_test
  arguments: (arguments
    . (argument [(string) (encapsed_string)] @name)
    (argument [(anonymous_function) (arrow_function)] @body))
  (#any-of? @_test "describe" "it" "test")
  (#set! name.join " ")) @definition.other

[(anonymous_function) (arrow_function)] @local

(expression_statement (function_call_expression
  arguments: (arguments (argument [(anonymous_function) (arrow_function)]))) @wrapped) @wrapper

(comment) @comment

(namespace_use_declaration (namespace_use_clause . [(name) (qualified_name)] @import.target)) @import
(namespace_use_declaration
  (namespace_name) @import.target
  body: (namespace_use_group (namespace_use_clause . [(name) (qualified_name)] @import.name))) @import
[
  (include_expression (_) @import.target)
  (include_once_expression (_) @import.target)
  (require_expression (_) @import.target)
  (require_once_expression (_) @import.target)
] @import

((text) @injection.content (#set! injection.language "html"))
