(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.service)))
  (#eq? @_list "services"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.resource)))
  (#any-of? @_list "volumes" "networks" "configs" "secrets"))))

(block_mapping_pair key: (_) @_include value: (block_node (block_sequence
  (block_sequence_item (flow_node) @import.target)))
  (#eq? @_include "include")) @import
