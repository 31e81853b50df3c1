(contract_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(library_declaration name: (_) @name) @definition.module
(struct_declaration name: (_) @name) @definition.struct
(enum_declaration name: (_) @name) @definition.enum
(enum_value) @name @definition.constant
(function_definition name: (_) @name) @definition.function
(modifier_definition name: (_) @name) @definition.method
(constructor_definition "constructor" @name) @definition.method
(fallback_receive_definition ["receive" "fallback"] @name) @definition.method
(event_definition name: (_) @name) @definition.other
(error_declaration name: (_) @name) @definition.other
(user_defined_type_definition name: (_) @name) @definition.type
(state_variable_declaration name: (_) @name value: (_)) @definition.constant
(state_variable_declaration name: (_) @name) @definition.property
(constant_variable_declaration name: (_) @name) @definition.constant

(comment) @comment

(import_directive source: (_) @import.target) @import
(import_directive import_name: (_) @import.name source: (_) @import.target) @import
