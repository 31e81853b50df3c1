(object_type_definition (name) @name) @definition.type
(interface_type_definition (name) @name) @definition.interface
(union_type_definition (name) @name) @definition.type
(enum_type_definition (name) @name) @definition.enum
(enum_value_definition (enum_value (name) @name)) @definition.constant
(input_object_type_definition (name) @name) @definition.struct
(scalar_type_definition (name) @name) @definition.type
; `extend type Query { … }`
(object_type_extension (name) @name) @definition.type
(interface_type_extension (name) @name) @definition.interface
(union_type_extension (name) @name) @definition.type
(enum_type_extension (name) @name) @definition.enum
(input_object_type_extension (name) @name) @definition.struct
(scalar_type_extension (name) @name) @definition.type
(directive_definition (name) @name) @definition.macro
(operation_definition (name) @name) @definition.endpoint
(fragment_definition (fragment_name) @name) @definition.other
; The fields of what is asked and changed are the API's endpoints.
(object_type_definition (name) @_root
  (fields_definition (field_definition . (description)? . (name) @name) @definition.endpoint)
  (#any-of? @_root "Query" "Mutation" "Subscription"))
(object_type_extension (name) @_root
  (fields_definition (field_definition . (description)? . (name) @name) @definition.endpoint)
  (#any-of? @_root "Query" "Mutation" "Subscription"))

(field_definition (description) @doc) @documented
(enum_value_definition (description) @doc) @documented
(definition (type_system_definition (type_definition (_ (description) @doc) @documented)))
(comment) @comment
