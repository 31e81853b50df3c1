(module_definition (module_binding (module_name) @name)) @definition.module
(module_type_definition (module_type_name) @name) @definition.interface
(type_definition (type_binding name: (_) @name body: (record_declaration)) @definition.struct)
(type_definition (type_binding name: (_) @name body: (variant_declaration)) @definition.enum)
(type_definition (type_binding name: (_) @name) @definition.type)
(variant_declaration (constructor_declaration (constructor_name) @name) @definition.constant)
(exception_definition (constructor_declaration (constructor_name) @name)) @definition.class
(external (value_name) @name) @definition.function
(value_specification (value_name) @name) @definition.function
(class_definition (class_binding (class_name) @name)) @definition.class
(class_type_definition (class_type_binding (class_type_name) @name)) @definition.interface
(method_definition (method_name) @name) @definition.method

(method_specification (method_name) @name) @definition.method
(value_specification (parenthesized_operator) @name) @definition.function
(value_definition (let_binding pattern: (parenthesized_operator) @name) @definition.function)
(value_definition (let_binding pattern: (value_name) @name (parameter)) @definition.function)
(value_definition (let_binding pattern: (value_name) @name
  body: [(function_expression) (fun_expression)]) @definition.function)
(value_definition (let_binding pattern: (value_name) @name) @definition.variable)

(value_definition . (let_binding) @wrapped) @wrapper
(type_definition . (type_binding) @wrapped) @wrapper
[(function_expression) (fun_expression)] @local
(comment) @comment

(open_module module: (_) @import.target) @import
