# SPDX-License-Identifier: GPL-2.0-only
#
# outboard without flakes.
#
#   imports = [ (import ./outboard { }).nixosModules.khadas-vim1s ];      in a configuration
#   nixpkgs.overlays = [ (import ./outboard { }).overlays.default ];
#   nix-build -A packages.khadas-vim1s-sd-image                            here
#
# pkgs is asked for by the last alone. It may be a set that crosses: then what is for boards is
# built by its build platform.
{
  pkgs ? import <nixpkgs> { },
}:
let
  inherit (pkgs) lib;
  overlay = import ./nix/overlay.nix;
  boards = import ./nix/boards.nix { inherit lib; };

  overlaid = pkgs.extend overlay;
  builder = overlaid.buildPackages;
  builds = builder.stdenv.hostPlatform;
  isBoard = builds.isAarch64;
  boardPkgs =
    if overlaid.stdenv.hostPlatform.isAarch64 then
      overlaid
    else
      overlaid.pkgsCross.aarch64-multiplatform;

  examples = import ./nix/examples {
    inherit boards;
    nixosSystem =
      args: import (pkgs.path + "/nixos/lib/eval-config.nix") (args // { system = null; });
  };

  nativePkgs =
    if isBoard then
      boardPkgs
    else
      import pkgs.path {
        system = "aarch64-linux";
        overlays = [ overlay ];
      };
in
{
  overlays.default = overlay;
  nixosModules = import ./nix/nixos-modules.nix;

  packages =
    (import ./nix/packages {
      inherit lib boardPkgs nativePkgs;
      pkgs = builder;
      systemFor = id: (if isBoard then examples.native else examples.crossFrom builds.system).${id};
    }).legacyPackages;
  inherit (boardPkgs) outboardPackages;
}
