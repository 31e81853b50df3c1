(resource_declaration . (identifier) @name) @definition.resource
(module_declaration . (identifier) @name) @definition.module
(parameter_declaration . (identifier) @name) @definition.variable
(variable_declaration . (identifier) @name) @definition.variable
(output_declaration . (identifier) @name) @definition.property
(type_declaration . (identifier) @name) @definition.type
(user_defined_function name: (identifier) @name) @definition.function

(comment) @comment
(decorators) @leading

(module_declaration (string) @import.target) @import
