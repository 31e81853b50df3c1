(create_table (object_reference) @name) @definition.table
(create_view (object_reference) @name) @definition.table
(create_materialized_view (object_reference) @name) @definition.table
(create_function (object_reference) @name) @definition.function
(create_type (object_reference) @name) @definition.type
(create_schema (identifier) @name) @definition.module
(create_trigger (keyword_trigger) . (object_reference) @name) @definition.other
(create_sequence (object_reference) @name) @definition.other
(create_index column: (identifier) @name) @definition.other
(alter_table (object_reference) @name) @scope

[(comment) (marginalia)] @comment
