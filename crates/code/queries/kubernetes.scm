; A document is what it is and its name: `Deployment/web`.
(document (block_node (block_mapping
  (block_mapping_pair key: (_) @_kind value: (flow_node) @name)
  (block_mapping_pair key: (_) @_metadata value: (block_node (block_mapping
    (block_mapping_pair key: (_) @_name value: (_) @name)))))
  (#eq? @_kind "kind") (#eq? @_metadata "metadata") (#eq? @_name "name")
  (#set! name.join "/"))) @definition.resource
(document (block_node (block_mapping
  (block_mapping_pair key: (_) @_kind value: (flow_node) @name)
  (block_mapping_pair key: (_) @_metadata value: (flow_node (flow_mapping
    (flow_pair key: (_) @_name value: (_) @name)))))
  (#eq? @_kind "kind") (#eq? @_metadata "metadata") (#any-of? @_name "name" "\"name\"")
  (#set! name.join "/"))) @definition.resource
; One of a `List`.
(block_sequence_item (block_node (block_mapping
  (block_mapping_pair key: (_) @_kind value: (flow_node) @name)
  (block_mapping_pair key: (_) @_metadata value: (block_node (block_mapping
    (block_mapping_pair key: (_) @_name value: (_) @name)))))
  (#eq? @_kind "kind") (#eq? @_metadata "metadata") (#eq? @_name "name")
  (#set! name.join "/"))) @definition.resource
(document (block_node (block_mapping
  (block_mapping_pair key: (_) @_kind value: (flow_node) @name)
  (#eq? @_kind "kind") (#set! name.join "/")))) @definition.resource
