(package_declaration name: (_) @name) @definition.module
(package_body name: (_) @name) @definition.module
(generic_package_declaration (package_declaration name: (_) @name)) @definition.module
(subprogram_body [(procedure_specification name: (_) @name) (function_specification name: (_) @name)]) @definition.function
(subprogram_declaration [(procedure_specification name: (_) @name) (function_specification name: (_) @name)]) @declaration.function
(expression_function_declaration (function_specification name: (_) @name)) @definition.function
(full_type_declaration . (identifier) @name (record_type_definition)) @definition.struct
(full_type_declaration . (identifier) @name (interface_type_definition)) @definition.interface
(full_type_declaration . (identifier) @name (enumeration_type_definition)) @definition.enum
(enumeration_type_definition (identifier) @name @definition.constant)
(full_type_declaration . (identifier) @name) @definition.type
(private_type_declaration . (identifier) @name) @definition.type
(protected_type_declaration . (identifier) @name) @definition.class
(single_protected_declaration . (identifier) @name) @definition.class
(protected_body . (identifier) @name) @definition.class
(entry_declaration . (identifier) @name) @definition.method
(entry_body . (identifier) @name) @definition.method
(null_procedure_declaration (procedure_specification name: (_) @name)) @definition.function
(generic_instantiation ["procedure" "function"] name: (_) @name) @definition.function
(generic_instantiation "package" name: (_) @name) @definition.module
(subtype_declaration . (identifier) @name) @definition.type
(task_body . (identifier) @name) @definition.class
(exception_declaration . (identifier) @name) @definition.constant
(object_declaration name: (identifier) @name "constant") @definition.constant
(object_declaration name: (identifier) @name) @definition.variable

(comment) @comment

(with_clause (_) @import.target) @import
