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

type
  TSail<T: class> = class abstract(TObject)
  strict private
    FItems: TList<T>;
    class var FCount: Integer;
  protected
    procedure Turn(const Degrees: Double); virtual; abstract;
  public
    const Widest = 12;
    type
      TSide = (Left, Right);
    destructor Destroy; override;
    class function Build: TSail<T>; static;
    property Items[Index: Integer]: T read GetItem write SetItem; default;
    class operator Add(A, B: TSail<T>): TSail<T>;
  end;

  TSailClass = class of TObject;
  TTurned = procedure(Sender: TObject; Degrees: Double) of object;
  TTurnedRef = reference to function(Degrees: Double): Boolean;
  PWing = ^TWing;
  TWinds = set of TWind;
  TGrid = array[0..MaxWings - 1] of TWing;

  TWingHelper = record helper for TWing
    function Doubled: Double;
  end;

resourcestring
  SNoWind = 'There is no wind.';

var
  Mills: array of TMill;
  Wind: TWind = Calm;

function TWingHelper.Doubled: Double;
  function Twice(Value: Double): Double;
  begin
    Result := Value * 2;
  end;
begin
  Result := Twice(Length);
end;

destructor TSail<T>.Destroy;
begin
  try
    FItems.Free;
  finally
    inherited Destroy;
  end;
end;

function Total(const Kilos: array of Integer): Int64; overload; inline;
var
  Index: Integer;
begin
  Result := 0;
  for Index := Low(Kilos) to High(Kilos) do
    if Kilos[Index] > 0 then
      Inc(Result, Kilos[Index])
    else
      Continue;
end;

procedure StopAll;
begin
end;

initialization
  Mills := nil;

finalization
  StopAll;

end.
