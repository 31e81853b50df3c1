(document (block_node (block_mapping (block_mapping_pair key: (_) @name
  value: (block_node (block_mapping (block_mapping_pair key: (_) @_key)))
  (#any-of? @_key "script" "extends" "trigger" "stage" "needs")
  (#not-any-of? @name "default" "workflow" "include" "variables")) @definition.job)))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_sequence (block_sequence_item (flow_node) @name) @definition.stage)))
  (#eq? @_list "stages"))))

(document (block_node (block_mapping (block_mapping_pair key: (_) @_include
  value: (block_node (block_sequence (block_sequence_item (block_node (block_mapping
    (block_mapping_pair value: (flow_node) @import.target)))))))))
  (#eq? @_include "include")) @import
