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

end Ships.Watch;
