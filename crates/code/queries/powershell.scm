(function_statement (function_name) @name) @definition.function
(class_statement . (simple_name) @name) @definition.class
(enum_statement . (simple_name) @name) @definition.enum
(enum_member . (simple_name) @name) @definition.constant
(class_method_definition (simple_name) @name) @definition.method
(class_property_definition (variable) @name) @definition.property
(program (statement_list (pipeline (assignment_expression (left_assignment_expression) @name)) @definition.variable))

(script_block_expression) @local
(comment) @comment

(command command_name: (_) @_import command_elements: (_) @import.target
  (#match? @_import "^(?i)(import-module|using)$")) @import
