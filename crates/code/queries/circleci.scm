(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.job)))
  (#eq? @_list "jobs"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.step)))
  (#eq? @_list "commands"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name
    value: (block_node (block_mapping))) @definition.stage)))
  (#eq? @_list "workflows"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.resource)))
  (#eq? @_list "executors"))))
(block_mapping_pair key: (_) @_run value: (block_node (block_mapping
  (block_mapping_pair key: (_) @_name value: (flow_node) @name)))
  (#eq? @_run "run") (#eq? @_name "name")) @definition.step

(document (block_node (block_mapping (block_mapping_pair key: (_) @_orbs
  value: (block_node (block_mapping (block_mapping_pair value: (_) @import.target))))))
  (#eq? @_orbs "orbs")) @import
