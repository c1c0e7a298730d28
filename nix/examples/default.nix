# SPDX-License-Identifier: GPL-2.0-only
#
# Whole systems, one for each board: what a configuration of one's own may begin as.
{
  # nixpkgs' lib.nixosSystem, or its nixos/lib/eval-config.nix.
  nixosSystem,
  boards,
}:
let
  modules = import ../nixos-modules.nix;

  # Built on a machine like the board, or crossed on another: { nixpkgs.buildPlatform = …; }.
  systemFor =
    board: more:
    nixosSystem {
      modules = [
        modules.${board}
        ./system.nix
      ]
      ++ more;
    };
in
{
  inherit systemFor;
  native = builtins.mapAttrs (board: _: systemFor board [ ]) boards;
  crossFrom =
    buildPlatform:
    let
      crossed = {
        nixpkgs = { inherit buildPlatform; };
      };
    in
    builtins.mapAttrs (board: _: systemFor board [ crossed ]) boards;
}
