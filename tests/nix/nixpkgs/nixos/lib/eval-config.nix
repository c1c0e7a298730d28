# SPDX-License-Identifier: GPL-2.0-only
#
# lib.nixosSystem for those without flakes. A system of null is left to the modules.
{
  system ? builtins.currentSystem,
  modules ? [ ],
  specialArgs ? { },
  pkgs ? null,
}:
import ../. { lib = import ../../lib; } {
  inherit
    system
    modules
    specialArgs
    pkgs
    ;
}
