REPORT zmushroom_walk.

INCLUDE zmushroom_top.

CONSTANTS gc_basket_size TYPE i VALUE 40.
DATA gv_found TYPE i.

TYPES: BEGIN OF ty_mushroom,
         name   TYPE string,
         edible TYPE abap_bool,
       END OF ty_mushroom.
TYPES tt_mushrooms TYPE STANDARD TABLE OF ty_mushroom.

INTERFACE lif_guide.
  METHODS is_edible IMPORTING iv_name TYPE string
                    RETURNING VALUE(rv_edible) TYPE abap_bool.
ENDINTERFACE.

"! Knows the mushrooms of a wood.
CLASS lcl_wood DEFINITION.
  PUBLIC SECTION.
    INTERFACES lif_guide.
    METHODS constructor.
    CLASS-METHODS of_name IMPORTING iv_name TYPE string.
  PRIVATE SECTION.
    DATA mt_mushrooms TYPE tt_mushrooms.
ENDCLASS.

CLASS lcl_wood IMPLEMENTATION.
  METHOD constructor.
    DATA lv_local TYPE i.
    CLEAR mt_mushrooms.
  ENDMETHOD.

* Asks the book, which knows the red ones.
  METHOD lif_guide~is_edible.
    READ TABLE mt_mushrooms WITH KEY name = iv_name TRANSPORTING NO FIELDS.
    rv_edible = boolc( sy-subrc = 0 ).
  ENDMETHOD.
ENDCLASS.

FORM empty_basket USING pv_force TYPE abap_bool.
  CLEAR gv_found.
ENDFORM.

FUNCTION z_count_mushrooms.
  gv_found = gv_found + 1.
ENDFUNCTION.

DEFINE add_mushroom.
  APPEND &1 TO &2.
END-OF-DEFINITION.
