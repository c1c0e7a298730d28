# SPDX-License-Identifier: GPL-2.0-only
#
# Which board it is.
{ config, lib, ... }:
let
  cfg = config.hardware.outboard;
  boards = import ../boards.nix { inherit lib; };
in
{
  options.hardware.outboard = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = ''
        Whether to set the system up for the board that
        {option}`hardware.outboard.board` names: its kernel modules, its device
        tree, its console, and what userland needs beside them. A board's own
        module, `outboard.nixosModules.<board>`, sets both.
      '';
    };

    board = lib.mkOption {
      type = lib.types.nullOr (lib.types.enum (lib.attrNames boards));
      default = null;
      example = "khadas-vim1s";
      description = ''
        The board: the name of its file in `boards/`.
      '';
    };

    facts = lib.mkOption {
      type = lib.types.raw;
      internal = true;
      readOnly = true;
      description = "The board's file, as an attribute set.";
    };
  };

  config = lib.mkIf cfg.enable {
    hardware.outboard.facts =
      if cfg.board == null then
        throw "hardware.outboard.board is not set: it is one of ${lib.concatStringsSep ", " (lib.attrNames boards)}"
      else
        boards.${cfg.board};

    # Below a definition that is itself a default: nixos-generate-config writes one.
    nixpkgs.hostPlatform = lib.mkOverride 1250 "aarch64-linux";
    nixpkgs.overlays = [ (import ../overlay.nix) ];
  };
}
