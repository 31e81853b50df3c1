(table . (_) @name) @definition.section
(table_array_element . (_) @name) @scope
(pair . (_) @name [(inline_table) (array)]) @scope
(comment) @comment
