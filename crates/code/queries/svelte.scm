(element (start_tag (tag_name) @_tag) (text) @name (#match? @_tag "^h[1-3]$")) @definition.section
(snippet_statement (snippet_start (snippet_name) @name)) @definition.function
(comment) @comment

(script_element (start_tag (attribute (attribute_name) @_lang
  (quoted_attribute_value (attribute_value) @injection.language)))
  (raw_text) @injection.content (#eq? @_lang "lang"))
(script_element (raw_text) @injection.content (#set! injection.language "javascript"))
(style_element (start_tag (attribute (attribute_name) @_lang
  (quoted_attribute_value (attribute_value) @injection.language)))
  (raw_text) @injection.content (#eq? @_lang "lang"))
(style_element (raw_text) @injection.content (#set! injection.language "css"))
