(document (block_node (block_mapping (block_mapping_pair key: (_) @_paths
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name
    value: (block_node (block_mapping (block_mapping_pair key: (_) @name @_method) @definition.endpoint))))))
  (#any-of? @_paths "paths" "webhooks")
  (#any-of? @_method "get" "put" "post" "delete" "patch" "head" "options" "trace")
  (#set! name.join " "))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_components
  value: (block_node (block_mapping (block_mapping_pair key: (_) @_schemas
    value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.type))))))
  (#eq? @_components "components") (#eq? @_schemas "schemas"))))
; What else is declared once and referred to, in version 2 beside the paths.
(document (block_node (block_mapping (block_mapping_pair key: (_) @_components
  value: (block_node (block_mapping (block_mapping_pair key: (_) @_list
    value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.resource))))))
  (#eq? @_components "components")
  (#any-of? @_list "parameters" "responses" "requestBodies" "headers" "securitySchemes" "callbacks" "links"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_list
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.resource)))
  (#any-of? @_list "parameters" "responses" "securityDefinitions"))))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_definitions
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.type)))
  (#eq? @_definitions "definitions"))))
