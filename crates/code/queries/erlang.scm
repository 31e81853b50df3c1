(module_attribute name: (_) @name) @definition.module
(fun_decl clause: (function_clause name: (_) @name body: (_) @body)) @definition.function
(record_decl name: (_) @name) @definition.struct
(type_alias name: (type_name name: (_) @name)) @definition.type
(opaque name: (type_name name: (_) @name)) @definition.type
(pp_define lhs: (macro_lhs name: (_) @name)) @definition.macro
(callback fun: (_) @name) @declaration.function

(anonymous_fun) @local
(spec) @signature
(spec) @leading
(comment) @comment

(pp_include file: (_) @import.target) @import
(pp_include_lib file: (_) @import.target) @import
(import_attribute module: (_) @import.target) @import
(import_attribute module: (_) @import.target funs: (fa fun: (_) @import.name)) @import
