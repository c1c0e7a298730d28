# SPDX-License-Identifier: GPL-2.0-only
#
# Jobs for a build farm: JOB.SYSTEM, where SYSTEM is the machine that builds. On arm64 all of it;
# on x86-64 what is crossed from there, kernels included.
{
  lib,
  packages,
  checks,
  # By board, systems that arm64 machines build.
  systems,
}:
let
  bySystem =
    sets:
    let
      names = lib.unique (lib.concatMap lib.attrNames (lib.attrValues sets));
      with' = name: lib.filterAttrs (_: set: set ? ${name}) sets;
    in
    lib.genAttrs names (name: lib.mapAttrs (_: set: set.${name}) (with' name));
in
{
  packages = bySystem packages;
  checks = bySystem checks;
  # What a board that follows a farm's cache fetches to bring itself up to date.
  systems = lib.mapAttrs (_: system: {
    aarch64-linux = system.config.system.build.toplevel;
  }) systems;
}
