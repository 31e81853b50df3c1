; What Android's and .NET's resources are called.
(document root: (element
  (STag . (Name) @_root)
  (content (element [
    (STag (Attribute (Name) @_key (AttValue) @name))
    (EmptyElemTag (Attribute (Name) @_key (AttValue) @name))
  ]) @definition.constant))
  (#any-of? @_root "resources" "root") (#eq? @_key "name"))
; An element with an id or a name lends it to what is inside, and the others their tag.
(element (STag (Attribute (Name) @_id (AttValue) @name)
  (#any-of? @_id "id" "name" "key" "x:Name" "x:Key"))) @scope
(element (STag . (Name) @name) (content (element))) @scope
(Comment) @comment
