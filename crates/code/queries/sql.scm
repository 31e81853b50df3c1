; Definitions are told by the first words of statements (../src/statements), since no grammar knows all dialects. These
; are what a user's own query adds to. The first thing that a statement refers to is what it defines.
(create_table [(keyword_table) (keyword_exists)] . (object_reference) @name) @definition.table
(create_view [(keyword_view) (keyword_exists)] . (object_reference) @name) @definition.table
(create_materialized_view [(keyword_view) (keyword_exists)] . (object_reference) @name) @definition.table
(create_function (keyword_function) . (object_reference) @name) @definition.function
(create_type (keyword_type) . (object_reference) @name) @definition.type
(create_schema (identifier) @name) @definition.module
(create_trigger (keyword_trigger) . (object_reference) @name) @definition.other
(create_sequence (object_reference) @name) @definition.other
(create_index column: (identifier) @name) @definition.other
(alter_table (object_reference) @name) @scope

[(comment) (marginalia)] @comment
