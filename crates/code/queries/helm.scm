; Of a chart: its name, and what it depends on.
(document (block_node (block_mapping
  (block_mapping_pair key: (_) @_version)
  (block_mapping_pair key: (_) @_name value: (flow_node) @name))
  (#eq? @_version "apiVersion") (#eq? @_name "name"))) @definition.module
(block_mapping_pair key: (_) @_list value: (block_node (block_sequence
  (block_sequence_item (block_node (block_mapping
    (block_mapping_pair key: (_) @_name value: (_) @import.target))))))
  (#eq? @_list "dependencies") (#eq? @_name "name")) @import
