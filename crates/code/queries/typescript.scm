(abstract_class_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(enum_declaration name: (_) @name) @definition.enum
(enum_body name: [(property_identifier) (string)] @name @definition.constant)
(enum_assignment name: [(property_identifier) (string)] @name) @definition.constant
(type_alias_declaration name: (_) @name) @definition.type
(internal_module name: (_) @name) @definition.module
(module name: (_) @name) @definition.module
(function_signature name: (_) @name) @definition.function
(method_signature name: (_) @name) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(public_field_definition
  name: (_) @name
  value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @definition.method
(public_field_definition name: (_) @name) @definition.property
(property_signature name: (_) @name) @definition.property
; What a constructor takes and keeps.
((required_parameter [(accessibility_modifier) "readonly"] pattern: (identifier) @name)
  @definition.property (#set! member.of "type"))
((optional_parameter [(accessibility_modifier) "readonly"] pattern: (identifier) @name)
  @definition.property (#set! member.of "type"))

(expression_statement (internal_module) @wrapped) @wrapper
(ambient_declaration (_) @wrapped) @wrapper

(import_statement (import_require_clause source: (string) @import.target)) @import

; The type that a class extends has no members of its own.
(class_heritage) @local
