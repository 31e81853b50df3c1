(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.job)))
  (#eq? @_list "jobs"))))
; A composite action is a job of its own.
(document (block_node (block_mapping
  (block_mapping_pair key: (_) @_name value: (_) @name)
  (block_mapping_pair key: (_) @_runs))
  (#eq? @_name "name") (#eq? @_runs "runs"))) @definition.job
(block_mapping_pair key: (_) @_list value: (block_node (block_sequence (block_sequence_item
  (block_node (block_mapping (block_mapping_pair key: (_) @_name value: (_) @name)))) @definition.step))
  (#eq? @_list "steps") (#eq? @_name "name")
  (#set! name.join ""))
; One without a name is known by what others call it.
(block_mapping_pair key: (_) @_list value: (block_node (block_sequence (block_sequence_item
  (block_node (block_mapping (block_mapping_pair key: (_) @_id value: (_) @name)))) @definition.step))
  (#eq? @_list "steps") (#eq? @_id "id")
  (#set! name.join ""))

(block_mapping_pair key: (_) @_uses value: (_) @import.target (#eq? @_uses "uses")) @import
