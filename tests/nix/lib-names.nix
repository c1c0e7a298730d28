# SPDX-License-Identifier: GPL-2.0-only
#
# Names that our lib has and the real one has not: what used them would pass here and fail there.
{ ours, real }:
let
  more =
    room: a: b:
    map (name: "${room}${name}") (builtins.filter (name: !(b ? ${name})) (builtins.attrNames a));
  # The maintainers are in another file, which a part of a nixpkgs may lack.
  isRoom =
    name:
    name != "maintainers"
    && builtins.isAttrs ours.${name}
    && real ? ${name}
    && builtins.isAttrs real.${name};
in
more "lib." ours real
++ builtins.concatMap (room: more "lib.${room}." ours.${room} real.${room}) (
  builtins.filter isRoom (builtins.attrNames ours)
)
