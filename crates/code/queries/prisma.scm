(model_declaration . (identifier) @name) @definition.table
(view_declaration . (identifier) @name) @definition.table
(enum_declaration . (identifier) @name) @definition.enum
(enumeral . (identifier) @name) @definition.constant
(type_declaration . (identifier) @name) @definition.type
(datasource_declaration . (identifier) @name) @definition.resource
(generator_declaration . (identifier) @name) @definition.resource

[(comment) (developer_comment)] @comment
