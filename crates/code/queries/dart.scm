(class_declaration name: (_) @name) @definition.class
(class_declaration (mixin_application_class . (identifier) @name)) @definition.class
(mixin_declaration name: (_) @name) @definition.trait
(enum_declaration name: (_) @name) @definition.enum
(enum_entry name: (_) @name) @definition.constant
(extension_declaration name: (_) @name) @definition.class
(extension_type_declaration name: (_) @name) @definition.class
(type_alias (type_identifier) @name) @definition.type

(function_declaration (function_signature name: (_) @name)) @definition.function
(function_declaration signature: (function_signature name: (_) @name)) @definition.function
(external_function_declaration signature: (function_signature name: (_) @name)) @definition.function
(external_getter_declaration signature: (getter_signature name: (_) @name)) @definition.function
(external_setter_declaration signature: (setter_signature name: (_) @name)) @definition.function
(getter_declaration signature: (getter_signature name: (_) @name)) @definition.function
(setter_declaration signature: (setter_signature name: (_) @name)) @definition.function
(member_declaration (method_declaration signature: (method_signature [
  (function_signature name: (_) @name)
  (getter_signature name: (_) @name)
  (setter_signature name: (_) @name)
]))) @definition.method
(member_declaration (method_declaration signature: (method_signature
  (operator_signature operator: _ @name)))) @definition.method
(member_declaration (method_declaration signature: (method_signature [
  (constructor_signature (identifier) @name . (formal_parameter_list))
  (factory_constructor_signature (identifier) @name . (formal_parameter_list))
]))) @definition.method
(member_declaration (declaration [
  (function_signature name: (_) @name)
  (getter_signature name: (_) @name)
  (setter_signature name: (_) @name)
  (constructor_signature (identifier) @name . (formal_parameter_list))
  (constant_constructor_signature (identifier) @name . (formal_parameter_list))
  (factory_constructor_signature (identifier) @name . (formal_parameter_list))
  (redirecting_factory_constructor_signature (identifier) @name . (formal_parameter_list))
])) @definition.method
(member_declaration (declaration
  (initialized_identifier_list (initialized_identifier . (identifier) @name)))) @definition.property
(member_declaration (declaration
  (static_final_declaration_list (static_final_declaration name: (identifier) @name)))) @definition.constant
(top_level_variable_declaration
  (static_final_declaration_list (static_final_declaration name: (_) @name))) @definition.constant
(top_level_variable_declaration
  (initialized_identifier_list (initialized_identifier . (identifier) @name))) @definition.variable

; Tests and the groups around them.
(call_expression
  function: (identifier) @_test
  arguments: (arguments . (string_literal) @name (function_expression) @body)
  (#any-of? @_test "group" "test" "testWidgets" "blocTest" "testGoldens")
  (#set! name.join " ")) @definition.other

(function_expression) @local

(expression_statement (call_expression arguments: (arguments (function_expression))) @wrapped) @wrapper
[(comment) (documentation_comment)] @comment
(annotation) @leading

(import_specification uri: (_) @import.target) @import
(import_specification uri: (_) @import.target (combinator "show" (identifier) @import.name)) @import
(part_directive uri: (_) @import.target) @import
