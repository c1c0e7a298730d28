# SPDX-License-Identifier: GPL-2.0-only
#
# NixOS modules: the generic one, and for each board file one that switches it on for that board.
# Nothing of nixpkgs is needed for this, so that it can stand in a configuration's imports.
let
  files = builtins.attrNames (builtins.readDir ../boards);
  ids = builtins.filter (id: id != null) (
    map (
      file:
      let
        found = builtins.match "(.*)\\.toml" file;
      in
      if found == null then null else builtins.head found
    ) files
  );
  forBoard =
    id:
    { lib, ... }:
    {
      imports = [ ./modules ];
      hardware.outboard = {
        enable = lib.mkDefault true;
        board = lib.mkDefault id;
      };
    };
in
{
  default = ./modules;
}
// builtins.listToAttrs (
  map (id: {
    name = id;
    value = forBoard id;
  }) ids
)
