# SPDX-License-Identifier: GPL-2.0-only
#
# What the flake and default.nix offer for a system that builds, by the names that they give it.
{
  lib,
  # Packages for the machine that builds.
  pkgs,
  # Packages for boards: crossed, where the machine is no arm64.
  boardPkgs,
  # Packages for boards that were built on such: what of these is taken as it is, such as a
  # kernel's trees, comes from nixpkgs' binary cache.
  nativePkgs,
  # A board's example system, built by this machine.
  systemFor,
}:
let
  boards = import ../boards.nix { inherit lib; };
  facts = import ../facts.nix { inherit lib; };

  # Sets of kernels that this nixpkgs has, by what of their name follows linuxPackages_, without
  # those that are gone from it (they throw) and those that the modules are not for.
  kernelSets =
    let
      suffixes = lib.concatMap (
        name:
        let
          found = builtins.match "linuxPackages_([0-9]+_[0-9]+|latest)" name;
        in
        if found == null then [ ] else found
      ) (lib.attrNames boardPkgs);
      isThere =
        suffix:
        let
          asked = builtins.tryEval (
            boardPkgs."linuxPackages_${suffix}".outboard.supported.reason == null
          );
        in
        asked.success && asked.value;
    in
    lib.filter isThere suffixes;

  inherit (boardPkgs.outboardPackages) firmware;
  hasTree = about: facts.familyOf about nativePkgs.linuxPackages.kernel != null;
  hasFirmware = about: firmware ? ${about.id};
  hasLayout = about: about ? image.partition;

  # Whether anybody may build it: no part is unfree, or such are allowed, and none is the owner's
  # own.
  isOffered = about: hasFirmware about && (builtins.tryEval firmware.${about.id}.drvPath).success;
  # An image is made without its board's firmware where only the owner can have that.
  isImageOffered =
    about: hasLayout about && (!(firmware.${about.id}.available or true) || isOffered about);

  forBoards =
    suffix: accept: make:
    lib.mapAttrs' (id: _: lib.nameValuePair "${id}-${suffix}" (make id)) (
      lib.filterAttrs (_: accept) boards
    );

  firmwares = accept: forBoards "firmware" accept (board: firmware.${board});
  images =
    accept:
    forBoards "sd-image" accept (board: (systemFor board).config.system.build.outboardImage);

  packages = {
    inherit (pkgs) outboard;
    outboard-qemu = pkgs.outboardPackages.qemu-twin;
    outboard-overlays = pkgs.outboardPackages.device-tree-overlays;
    outboard-trees = pkgs.outboardPackages.ownTrees;
    outboard-modules = boardPkgs.linuxPackages.outboard;
  }
  // lib.listToAttrs (
    map (
      suffix:
      lib.nameValuePair "outboard-modules-${suffix}" boardPkgs."linuxPackages_${suffix}".outboard
    ) kernelSets
  )
  // forBoards "device-tree" hasTree (
    board:
    pkgs.outboardPackages.mkDeviceTree {
      inherit board;
      inherit (nativePkgs.linuxPackages) kernel;
    }
  );
in
{
  # What can be built as it stands, and what nix flake check and a build farm see.
  packages =
    packages
    // firmwares isOffered
    // images isImageOffered;

  # All of it: what asks for more than that says so when it is built.
  legacyPackages = packages // firmwares hasFirmware // images hasLayout;
}
