unit Windmill;

interface

uses
  SysUtils, Classes;

const
  MaxWings = 6;

type
  TWind = (Calm, Breeze, Storm);

  TWing = record
    Length: Double;
  end;

  IGrinder = interface
    procedure Grind(Kilos: Integer);
  end;

  { Grinds grain as long as there is wind. }
  TMill = class(TInterfacedObject, IGrinder)
  private
    FWings: Integer;
  public
    constructor Create(Wings: Integer);
    procedure Grind(Kilos: Integer);
    function Speed(Wind: TWind): Double;
    property Wings: Integer read FWings;
  end;

implementation

constructor TMill.Create(Wings: Integer);
begin
  FWings := Wings;
end;

{ Grinds some grain. }
procedure TMill.Grind(Kilos: Integer);
begin
  WriteLn(Kilos);
end;

function TMill.Speed(Wind: TWind): Double;
begin
  Result := FWings * 1.5;
end;

procedure StopAll;
begin
end;

end.
