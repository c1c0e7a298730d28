# SPDX-License-Identifier: GPL-2.0-only
#
# The board files as attribute sets, by the name of the file: what is known of a board stands
# in boards/ and nowhere else.
{ lib }:
let
  suffix = ".toml";
  files = lib.filterAttrs (name: type: type == "regular" && lib.hasSuffix suffix name) (
    builtins.readDir ../boards
  );
  load =
    file:
    let
      id = lib.removeSuffix suffix file;
      facts = builtins.fromTOML (builtins.readFile (../boards + "/${file}"));
    in
    lib.nameValuePair id (facts // { inherit id; });
in
lib.listToAttrs (map load (lib.attrNames files))
