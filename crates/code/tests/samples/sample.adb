with Ada.Text_IO; use Ada.Text_IO;
with Ships.Logs;

--  Keeps the watch of a ship.
package body Ships.Watch is

   Max_Crew : constant Positive := 12;
   On_Deck  : Natural := 0;

   type Duty is (Bow, Stern, Engine);

   type Sailor is record
      Name : String (1 .. 20);
      Post : Duty;
   end record;

   Too_Many : exception;

   --  Sends a sailor on deck.
   procedure Send_Up (S : in out Sailor; To : Duty) is
   begin
      if On_Deck >= Max_Crew then
         raise Too_Many;
      end if;
      S.Post := To;
      On_Deck := On_Deck + 1;
   end Send_Up;

   function Awake return Natural is
   begin
      return On_Deck;
   end Awake;

   task Bell;

   task body Bell is
   begin
      Put_Line ("ding");
   end Bell;

   generic
      type Item is private;
      with function "<" (Left, Right : Item) return Boolean is <>;
   package Lists is
      type Cursor is private;
      procedure Append (To : in out Cursor; New_Item : Item);
   private
      type Cursor is access Item;
   end Lists;

   package body Lists is
      procedure Append (To : in out Cursor; New_Item : Item) is
         procedure Grow is null;
      begin
         To := new Item'(New_Item);
      end Append;
   end Lists;

   subtype Hour is Natural range 0 .. 23;
   type Bells is array (Hour) of Boolean with Pack;
   type Officer is new Sailor with null record;
   type Watcher is limited interface;

   --  Hands the key from one to the other.
   protected type Key_Box (Size : Positive) is
      entry Take (Key : out Natural);
      procedure Put (Key : Natural);
   private
      Keys : Natural := 0;
   end Key_Box;

   protected body Key_Box is
      entry Take (Key : out Natural) when Keys > 0 is
      begin
         Keys := Keys - 1;
         Key := Keys;
      end Take;

      procedure Put (Key : Natural) is
      begin
         Keys := Key;
      end Put;
   end Key_Box;

   function "+" (Left, Right : Hour) return Hour is ((Left + Right) mod 24);

   function Doubled (Value : Integer) return Integer is (Value * 2)
     with Pre => Value < 1_000;

   procedure Free is new Ada.Unchecked_Deallocation (Sailor, Sailor_Access);
   Crew_Of_All : array (1 .. Max_Crew) of Sailor;

begin
   On_Deck := 0;
exception
   when Too_Many =>
      Put_Line ("too many");
end Ships.Watch;
