(entity_declaration entity: (_) @name) @definition.module
(architecture_definition architecture: (_) @name) @definition.module
(package_declaration package: (_) @name) @definition.module
(package_definition package: (_) @name) @definition.module
(component_declaration component: (_) @name) @definition.class
(type_declaration type: (_) @name) @definition.type
(enumeration_type_definition (enumeration_literal constant: (_) @name) @definition.constant)
(subtype_declaration type: (_) @name) @definition.type
(subprogram_definition (function_specification function: (_) @name)) @definition.function
(subprogram_definition (procedure_specification procedure: (_) @name)) @definition.function
(subprogram_declaration (function_specification function: (_) @name)) @declaration.function
(subprogram_declaration (procedure_specification procedure: (_) @name)) @declaration.function
(process_statement (label_declaration (_) @name)) @definition.function
(constant_declaration (identifier_list (_) @name)) @definition.constant
(signal_declaration (identifier_list (_) @name)) @definition.variable

[(line_comment) (block_comment)] @comment

(use_clause (selected_name_list (_) @import.target)) @import
