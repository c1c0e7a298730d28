# SPDX-License-Identifier: GPL-2.0-only
#
# What follows from a board's facts: which of its trees a kernel gets, and which overlays go
# together. For the packages and the NixOS modules alike.
{ lib }:
let
  unique = lib.foldl' (done: name: if lib.elem name done then done else done ++ [ name ]) [ ];

  # Overlays of a board for all trees but the vendor's, and for that.
  plainOverlays = board: board.overlays.default ++ board.overlays.optional;
  vendorOverlays = board: board.overlays.vendor or [ ];
in
rec {
  inherit plainOverlays vendorOverlays;
  allOverlays = board: plainOverlays board ++ vendorOverlays board;

  # The family of the tree that a kernel gets: the one that it says it ships, else mainline's
  # from the board's floor on, else ours. null: there is none for a kernel that old.
  familyOf =
    board: kernel:
    let
      said = kernel.features.outboardFamily or null;
    in
    if said != null then
      said
    else if board.dtb ? mainline && lib.versionAtLeast kernel.version board.kernel.floor then
      "mainline"
    else if board.dtb ? own && lib.versionAtLeast kernel.version board.kernel.dts_floor then
      "own"
    else
      null;

  # Why there is no tree for the kernel, and the way out.
  noFamily =
    board: kernel:
    let
      oldest = if board.dtb ? own then board.kernel.dts_floor else board.kernel.floor;
    in
    "Linux ${kernel.version} has no device tree for the ${board.name}: the oldest that has is ${oldest}. "
    + "Take a newer kernel (boot.kernelPackages), or, for a vendor's kernel that ships "
    + "${board.dtb.vendor or "a tree of its own"}, set hardware.outboard.deviceTree.family = \"vendor\"";

  # The overlays with those that must be merged before them, in order, each once. The name of a
  # composite tree stands for the overlays that make it.
  expandOverlays =
    board: names:
    let
      parts = name: board.overlays.composite.${name} or [ name ];
      withNeeds = name: (board.overlays.needs.${name} or [ ]) ++ [ name ];
    in
    unique (lib.concatMap withNeeds (lib.concatMap parts names));

  # What speaks against merging these overlays into the board's tree of a family.
  overlayFaults =
    {
      boards,
      board,
      family,
      names,
    }:
    let
      has = lib.elem;
      owners = name: lib.filter (other: has name (allOverlays other)) (lib.attrValues boards);
      list = lib.concatStringsSep ", ";
      one =
        name:
        if has name (vendorOverlays board) && family != "vendor" then
          "overlay ${name} is for the vendor kernel's tree of the ${board.name} alone, and this kernel's is ${
            if family == null then "none" else "the ${family} one"
          }: leave it out, or set hardware.outboard.deviceTree.family = \"vendor\" with a vendor's kernel"
        else if has name (allOverlays board) || board ? overlays.composite.${name} then
          null
        else if owners name != [ ] then
          "overlay ${name} is not for the ${board.name} but for the ${
            list (map (other: other.name) (owners name))
          }: leave it out, or set hardware.outboard.board"
        else
          "there is no overlay ${name} for the ${board.name}; there are ${list (allOverlays board)}. "
          + "One of your own is given as a path or as { name = …; dtsFile = …; }";
      together = group: lib.filter (name: has name (expandOverlays board names)) group;
      clash =
        group:
        let
          found = together group;
        in
        if lib.length found > 1 then
          "overlays ${lib.concatStringsSep " and " found} cannot be merged together: they need the same pins, "
          + "addresses or controller of the ${board.name}. Leave all but one out; what is there by default stands in "
          + "hardware.outboard.deviceTree.baseOverlays"
        else
          null;
    in
    unique (
      lib.filter (fault: fault != null) (
        map one names ++ map clash (board.overlays.exclusive or [ ])
      )
    );

  # What the board file says about these overlays on this kernel: a merge that will be refused.
  # Versions between the kernels that were tried may fare better, and the merge has the last word.
  overlayDoubts =
    {
      board,
      family,
      version,
      names,
    }:
    let
      # Trees that nixpkgs builds have labels: what fails for want of them elsewhere does not.
      forLabels = error: lib.hasInfix "__symbols__" error || lib.hasInfix "no label" error;
      speaks =
        cannot:
        lib.elem cannot.overlay names
        && cannot ? error
        && !forLabels cannot.error
        && (cannot.family or family) == family
        && (!(cannot ? from) || lib.versionAtLeast version cannot.from)
        && (!(cannot ? below) || lib.versionOlder version cannot.below);
    in
    lib.optionals (family == "mainline" || family == "own") (
      map
        (
          cannot:
          "overlay ${cannot.overlay} is known not to merge into the ${board.name}'s tree of Linux ${version}: ${cannot.why}"
        )
        (lib.filter speaks (board.overlays.cannot or [ ]))
    );
}
