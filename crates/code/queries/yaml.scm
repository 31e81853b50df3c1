; A key with a value of several lines lends its name to what is inside; no key is a symbol.
(block_mapping_pair key: (_) @name value: (block_node [(block_mapping) (block_sequence)])) @scope
(comment) @comment
