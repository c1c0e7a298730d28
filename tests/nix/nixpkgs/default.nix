# SPDX-License-Identifier: GPL-2.0-only
#
# import <nixpkgs> { … } of the tests: a set of packages for a machine, cross when another builds.
{
  localSystem ? { system = args.system or builtins.currentSystem; },
  system ? localSystem.system,
  crossSystem ? null,
  config ? { },
  overlays ? [ ],
  crossOverlays ? [ ],
}@args:
let
  lib = import ./lib;
in
import ./pkgs {
  inherit lib config;
  overlays = overlays ++ crossOverlays;
  buildPlatform = lib.systems.elaborate system;
  hostPlatform = lib.systems.elaborate (if crossSystem == null then system else crossSystem);
}
