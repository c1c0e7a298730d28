# SPDX-License-Identifier: GPL-2.0-only
#
# checkDeviceTrees { board; kernel }: every overlay of the board with the tree of that kernel, each
# by itself; what it sets is looked for in the result with dtc's own fdtget. Other boards' overlays
# must be refused. tests/dt.py does more than this, with other kernels' trees.
{
  lib,
  stdenvNoCC,
  buildPackages,
  boards,
  device-tree-overlays,
  ownTrees,
}:
{ board, kernel }:
let
  source = import ../source.nix { inherit lib; };
  facts = import ../facts.nix { inherit lib; };
  about = boards.${board};
  family = facts.familyOf about kernel;
  path = about.dtb.${family};
  names =
    facts.plainOverlays about ++ lib.optionals (family == "vendor") (facts.vendorOverlays about);

  fileOf = other: name: "${device-tree-overlays}/${other.vendor}/${name}.dtbo";

  # no: the board file says that kernels like this one refuse it. yes: it says nothing of it.
  expectation =
    name:
    if
      facts.overlayDoubts {
        inherit family;
        inherit (kernel) version;
        board = about;
        names = [ name ];
      } != [ ]
    then
      "no"
    # For labels that are not in some trees, or in trees of some age.
    else if
      lib.any (cannot: cannot ? error && cannot.overlay == name) (about.overlays.cannot or [ ])
    then
      "perhaps"
    else
      "yes";

  cases = map (
    name:
    lib.concatStringsSep " " (
      [
        (expectation name)
        name
      ]
      ++ map (fileOf about) (facts.expandOverlays about [ name ])
    )
  ) names;

  # One overlay of each other board, unless it is for this one too.
  strangers = lib.concatMap (
    other:
    let
      theirs = lib.filter (name: !(lib.elem name (facts.allOverlays about))) (
        facts.allOverlays other
      );
    in
    lib.optional (other.id != board && theirs != [ ]) (fileOf other (lib.head theirs))
  ) (lib.attrValues boards);
in
stdenvNoCC.mkDerivation {
  name = "outboard-device-tree-check-${board}-${kernel.version}";

  src = source.select {
    name = "outboard-device-tree-check";
    parts = [ "nix/packages/device-tree-check.sh" ];
  };

  nativeBuildInputs = [
    buildPackages.dtc
    buildPackages.outboard
  ];

  base = "${if family == "own" then ownTrees else "${kernel}/dtbs"}/${path}";
  cases = lib.concatMapStrings (line: line + "\n") cases;
  inherit strangers;

  buildPhase = ''
    runHook preBuild
    sh nix/packages/device-tree-check.sh >report
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    cp report "$out"
    runHook postInstall
  '';

  meta = {
    description = "Whether the overlays of the ${about.name} do what they say on Linux ${kernel.version}";
    platforms = lib.platforms.linux;
  };
}
