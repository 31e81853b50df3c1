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

  # Presses apples; with a test.
  pressed = { apples, ... }@args: lib.optionalAttrs (apples > 0) {
    litres = apples * 0.6;
    "with quotes" = true;
    ${args.name or "none"} = null;
  };

  inherit (pkgs) wood nails;
  inherit (lib.trivial) id;

  options.services.cider = {
    enable = lib.mkEnableOption "cider";
    port = lib.mkOption {
      type = lib.types.port;
      default = 8080;
      description = ''
        Where it is poured: ''${not} a variable.
      '';
    };
  };

  config = lib.mkIf config.services.cider.enable (
    let
      cfg = config.services.cider;
    in
    {
      systemd.services.cider = {
        wantedBy = [ "multi-user.target" ];
        script = "exec ${press}/bin/press --port ${toString cfg.port}";
      };
      environment.etc."cider.conf".text = builtins.toJSON { inherit (cfg) port; };
    }
  );

  overlay = final: prev: {
    ladder = prev.ladder.overrideAttrs (old: rec {
      version = "2.0";
      patches = old.patches or [ ] ++ [ ./steps.patch ];
    });
  };

  checks = assert treesPerLadder > 0; with lib; map (tree: tree + 1) (range 1 3);

  shell = pkgs.mkShell {
    packages = [ press ];
  };
}
