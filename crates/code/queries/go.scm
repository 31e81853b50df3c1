(function_declaration name: (_) @name) @definition.function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: (_) @receiver))
  name: (_) @name) @definition.method
(method_elem name: (_) @name) @definition.method

(type_spec name: (_) @name type: (struct_type)) @definition.struct
(type_spec name: (_) @name type: (interface_type)) @definition.interface
(type_spec name: (_) @name) @definition.type
(type_alias name: (_) @name) @definition.type
(const_spec (identifier) @name) @definition.constant
(var_spec name: (identifier) @name) @definition.variable

(func_literal) @local

(type_declaration . [(type_spec) (type_alias)] @wrapped .) @wrapper
(const_declaration . (const_spec) @wrapped .) @wrapper
(var_declaration . (var_spec) @wrapped .) @wrapper
(comment) @comment

(import_spec path: (_) @import.target) @import
(import_spec name: (_) @import.name path: (_) @import.target) @import
