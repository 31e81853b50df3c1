(block_mapping_pair key: (_) @_list value: (block_node (block_sequence
  (block_sequence_item (flow_node) @import.target)))
  (#any-of? @_list "resources" "bases" "components" "patchesStrategicMerge")) @import
