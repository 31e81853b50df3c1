# The orchard's tools, as a flake's package set.
{ pkgs ? import <nixpkgs> { }, lib, ... }:

let
  # How many trees one ladder serves.
  treesPerLadder = 12;

  ladder = { height, steps ? 8 }: pkgs.stdenv.mkDerivation {
    name = "ladder-${toString height}";
    src = ./ladder;
    buildInputs = [ pkgs.wood ];
  };
  countLadders = trees: trees / treesPerLadder;
in
rec {
  inherit ladder;

  press = pkgs.writeShellScriptBin "press" ''
    exec squeeze "$@"
  '';

  services.orchard = {
    enable = true;
    ladders = countLadders 60;
  };

  shell = pkgs.mkShell {
    packages = [ press ];
  };
}
