(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.resource)))
  (#eq? @_list "Resources"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.variable)))
  (#any-of? @_list "Parameters" "Conditions" "Mappings"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.property)))
  (#eq? @_list "Outputs"))))
