(element (start_tag (tag_name) @_tag) (text) @name (#match? @_tag "^h[1-3]$")) @definition.section
; What has an id lends it to what is inside.
(element (start_tag (attribute (attribute_name) @_id
  (quoted_attribute_value (attribute_value) @name)) (#eq? @_id "id"))) @scope

(comment) @comment

(script_element (start_tag (attribute (attribute_name) @_src
  (quoted_attribute_value (attribute_value) @import.target)) (#eq? @_src "src"))) @import

(script_element (raw_text) @injection.content (#set! injection.language "javascript"))
(style_element (raw_text) @injection.content (#set! injection.language "css"))
