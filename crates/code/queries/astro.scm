(element (start_tag (tag_name) @_tag) (text) @name (#match? @_tag "^h[1-3]$")) @definition.section
(comment) @comment

(frontmatter (frontmatter_js_block) @injection.content (#set! injection.language "typescript"))
(script_element (raw_text) @injection.content (#set! injection.language "typescript"))
(style_element (raw_text) @injection.content (#set! injection.language "css"))
