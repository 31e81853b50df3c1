(class_declaration "interface" (type_identifier) @name) @definition.interface
(class_declaration "enum" (type_identifier) @name) @definition.enum
(class_declaration (type_identifier) @name) @definition.class
(object_declaration (type_identifier) @name) @definition.class
(companion_object (type_identifier) @name) @definition.class
; A companion without a name is only a scope, and not the name of anything.
(companion_object "companion" @name) @scope
(enum_entry (simple_identifier) @name) @definition.constant
(type_alias (type_identifier) @name) @definition.type
(function_declaration (simple_identifier) @name) @definition.function
(secondary_constructor "constructor" @name) @definition.method

(property_declaration
  (modifiers (property_modifier "const"))
  (variable_declaration (simple_identifier) @name)) @definition.constant
(property_declaration (variable_declaration (simple_identifier) @name)) @definition.property
(class_parameter (binding_pattern_kind) (simple_identifier) @name) @definition.property

; A task of Gradle.
(call_expression
  (navigation_expression) @_function
  (call_suffix (value_arguments . (value_argument (string_literal (string_content) @name))))
  (#any-of? @_function "tasks.register" "tasks.create")) @definition.rule

[(getter) (setter)] @trailing @local

[(lambda_literal) (anonymous_function) (anonymous_initializer)] @local

[(line_comment) (multiline_comment)] @comment

(import_header (identifier) @import.target) @import
(import_header (identifier) @import.target (wildcard_import) @import.name) @import
