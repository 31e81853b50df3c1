(let_expression (binding_set (binding attrpath: (_) @name expression: (function_expression)) @definition.function))
(binding attrpath: (_) @name expression: (function_expression)) @definition.function
(let_expression (binding_set (binding attrpath: (_) @name) @definition.variable))
(binding attrpath: (_) @name expression: [(attrset_expression) (rec_attrset_expression)]) @scope
(source_code expression: [
  (rec_attrset_expression (binding_set (binding attrpath: (_) @name) @definition.property))
  (attrset_expression (binding_set (binding attrpath: (_) @name) @definition.property))
  (_ body: (rec_attrset_expression (binding_set (binding attrpath: (_) @name) @definition.property)))
  (_ body: (attrset_expression (binding_set (binding attrpath: (_) @name) @definition.property)))
  (_ body: (_ body: (rec_attrset_expression (binding_set (binding attrpath: (_) @name) @definition.property))))
  (_ body: (_ body: (attrset_expression (binding_set (binding attrpath: (_) @name) @definition.property))))
])

(comment) @comment

(apply_expression function: (variable_expression name: (identifier) @_import)
  argument: [(path_expression) (spath_expression)] @import.target
  (#eq? @_import "import")) @import
