# SPDX-License-Identifier: GPL-2.0-only
#
# nix flake check: what a machine can show without building a kernel. Kernels' trees are fetched;
# modules are built where the board's machine is at hand.
{
  lib,
  pkgs,
  nativePkgs,
}:
let
  boards = import ./boards.nix { inherit lib; };
  facts = import ./facts.nix { inherit lib; };

  inherit (nativePkgs.linuxPackages) kernel;
  withTree = lib.filterAttrs (_: about: facts.familyOf about kernel != null) boards;
in
{
  inherit (pkgs) outboard;
  overlays = pkgs.outboardPackages.device-tree-overlays;
  trees = pkgs.outboardPackages.ownTrees;
}
// lib.mapAttrs' (
  board: _:
  lib.nameValuePair "${board}-device-trees" (
    pkgs.outboardPackages.checkDeviceTrees { inherit board kernel; }
  )
) withTree
// lib.optionalAttrs pkgs.stdenv.hostPlatform.isAarch64 (
  {
    modules = pkgs.linuxPackages.outboard;
  }
  // lib.mapAttrs' (
    board: _:
    lib.nameValuePair "${board}-kernel-size" (
      pkgs.outboardPackages.checkKernelImage { inherit board kernel; }
    )
  ) withTree
)
