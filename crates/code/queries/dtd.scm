(elementdecl (Name) @name) @definition.type
(GEDecl (Name) @name) @definition.constant
(PEDecl (Name) @name) @definition.constant
(NotationDecl (Name) @name) @definition.other

(Comment) @comment
