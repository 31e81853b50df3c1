; A play has hosts, and a task none.
(document (block_node (block_sequence (block_sequence_item (block_node (block_mapping
  (block_mapping_pair key: (_) @_name value: (_) @name)
  (block_mapping_pair key: (_) @_hosts)))) @definition.job)
  (#eq? @_name "name") (#eq? @_hosts "hosts") (#set! name.join " ")))
(document (block_node (block_sequence (block_sequence_item (block_node (block_mapping
  (block_mapping_pair key: (_) @_hosts value: (_) @name)))) @definition.job)
  (#eq? @_hosts "hosts") (#set! name.join " ")))
(document (block_node (block_sequence (block_sequence_item (block_node (block_mapping
  . (block_mapping_pair key: (_) @_name value: (flow_node) @name)))) @definition.step))
  (#eq? @_name "name"))
(block_mapping_pair key: (_) @_list value: (block_node (block_sequence (block_sequence_item (block_node (block_mapping
  . (block_mapping_pair key: (_) @_name value: (flow_node) @name)))) @definition.step))
  (#any-of? @_list "tasks" "handlers" "pre_tasks" "post_tasks" "block" "rescue" "always")
  (#eq? @_name "name"))

(block_mapping_pair key: (_) @_role value: (flow_node) @import.target
  (#any-of? @_role "role" "import_playbook" "include_tasks" "import_tasks"
    "ansible.builtin.include_tasks" "ansible.builtin.import_tasks")) @import
(block_mapping_pair key: (_) @_roles value: (block_node (block_sequence
  (block_sequence_item (flow_node) @import.target)))
  (#eq? @_roles "roles")) @import
