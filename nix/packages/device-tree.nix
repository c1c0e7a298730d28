# SPDX-License-Identifier: GPL-2.0-only
#
# mkDeviceTree: a board's tree with overlays, merged whole or not at all, in a directory that
# hardware.deviceTree.dtbSource takes.
{
  lib,
  stdenvNoCC,
  buildPackages,
  writeText,
  boards,
  device-tree-overlays,
  ownTrees,
}:
{
  # The name of a board file.
  board,
  # Whose trees are taken, and whose version counts.
  kernel,
  # mainline, vendor, own or rescue; null: by what the kernel says of itself and by its version.
  family ? null,
  # Names of overlays of the board, or of its composite trees; what these need is added. null:
  # those without which the tree is not fit for use.
  overlays ? null,
  # Overlays of the user's, merged after those: a path to a source or to a .dtbo, or
  # { name; dtsFile | dtsText | dtboFile }.
  extraOverlays ? [ ],
  # Free bytes in the tree, for boot loaders that edit it; null: what the board file says.
  padding ? null,
}:
let
  source = import ../source.nix { inherit lib; };
  facts = import ../facts.nix { inherit lib; };
  names = lib.concatStringsSep ", ";
  refuse = faults: throw "outboard: ${lib.concatStringsSep "\n  " faults}";

  about =
    boards.${board}
      or (refuse [ "there is no board ${board}; there are ${names (lib.attrNames boards)}" ]);
  families = lib.attrNames about.dtb;
  guessed = facts.familyOf about kernel;
  chosen =
    if family == null && guessed == null then
      refuse [ (facts.noFamily about kernel) ]
    else if about.dtb ? ${if family == null then guessed else family} then
      if family == null then guessed else family
    else
      refuse [
        "the ${about.name} has no tree of the family ${
          if family == null then guessed else family
        }; there are ${names families}"
      ];

  wanted =
    if overlays != null then
      overlays
    else
      about.overlays.default ++ about.userland.overlays.${chosen} or [ ];
  expanded = facts.expandOverlays about wanted;
  # What the board file says not to merge on kernels like this one is not refused here: between
  # the kernels that were tried, the merge knows better. It fails with the board file's reason.
  faults = facts.overlayFaults {
    inherit boards;
    board = about;
    family = chosen;
    names = wanted;
  };

  ours = chosen == "own" || chosen == "rescue";
  path = about.dtb.${chosen};
  base = "${if ours then ownTrees else "${kernel}/dtbs"}/${path}";
  room = if padding != null then padding else about.boot.dtb_padding or 0;

  # What the board file says of these overlays on trees that this one may be like.
  known = lib.filter (cannot: cannot ? error && lib.elem cannot.overlay expanded) (
    about.overlays.cannot or [ ]
  );

  # An extra overlay as { name; file; compiled }.
  extra =
    number: given:
    let
      set = lib.isAttrs given && !(lib.isDerivation given);
      sources = lib.filter (key: (given.${key} or null) != null) [
        "dtsFile"
        "dtsText"
        "dtboFile"
      ];
      file =
        if !set then
          given
        else if sources == [ "dtsText" ] then
          writeText "overlay.dtso" given.dtsText
        else if lib.length sources == 1 then
          given.${lib.head sources}
        else
          refuse [
            "the overlay ${given.name or "without a name"} needs one of dtsFile, dtsText and dtboFile, and has ${
              if sources == [ ] then "none" else names sources
            }"
          ];
    in
    {
      inherit file;
      # A directory of its own: two may have one name.
      folder = "extra/${toString number}";
      name = lib.pipe (given.name or (baseNameOf (toString file))) [
        builtins.unsafeDiscardStringContext
        (lib.removeSuffix ".dtso")
        (lib.removeSuffix ".dts")
        (lib.removeSuffix ".dtbo")
        (lib.replaceStrings [ "/" ] [ "-" ])
      ];
      compiled = if set then sources == [ "dtboFile" ] else lib.hasSuffix ".dtbo" (toString file);
    };
  extras = lib.imap0 extra extraOverlays;

  merge = stdenvNoCC.mkDerivation {
    name = "outboard-device-tree-${board}-${kernel.version}";

    src = source.select {
      name = "outboard-compile-dts";
      parts = [
        "include/dt-bindings"
        "scripts/compile-dts"
      ];
    };

    # For its cpp.
    depsBuildBuild = lib.optional (lib.any (one: !one.compiled) extras) buildPackages.stdenv.cc;
    nativeBuildInputs = [
      buildPackages.dtc
      buildPackages.outboard
    ];

    buildPhase = ''
      runHook preBuild
      base=${base}
      if [ ! -e "$base" ]; then
        echo "outboard: Linux ${kernel.version} was built without ${path}, the ${chosen} tree of the ${about.name}:" \
          "take another kernel, or another family of ${names families}" >&2
        exit 1
      fi
      for one in $(fdtget -t s "$base" / compatible); do
        case " ${toString about.compatible} " in
        *" $one "*) mine=1 ;;
        esac
      done
      if [ -z "''${mine-}" ]; then
        echo "outboard: $base is no tree of the ${about.name}: none of ${names about.compatible} is in" \
          "its compatible ($(fdtget -t s "$base" / compatible))" >&2
        exit 1
      fi

      set -- ${toString (map (name: "${device-tree-overlays}/${about.vendor}/${name}.dtbo") expanded)}
      fail() {
        echo "outboard: the overlay $1 does not compile: see above" >&2
        exit 1
      }
      ${lib.concatMapStrings (
        one:
        let
          target = lib.escapeShellArg "${one.folder}/${one.name}.dtbo";
          make =
            if one.compiled then
              "cp ${one.file} ${target}"
            else
              "sh scripts/compile-dts -o ${target} -I include $kernelIncludes ${one.file} -@"
              + " || fail ${lib.escapeShellArg one.name}";
        in
        ''
          mkdir -p ${one.folder}
          ${make}
          set -- "$@" ${target}
        ''
      ) extras}
      mkdir -p built/${dirOf path}
      if [ $# = 0 ]; then
        dtc -q -I dtb -O dtb -p ${toString room} -o built/${path} "$base"
      elif ! outboard merge --padding ${toString room} -o built/${path} "$base" "$@"; then
        ${lib.concatMapStrings (cannot: ''
          echo ${lib.escapeShellArg "outboard: of ${cannot.overlay} the board file says: ${cannot.why}"} >&2
        '') known}
        exit 1
      fi
      ${lib.optionalString (about ? boot.dtb_limit) ''
        size=$(stat -c %s built/${path})
        if [ "$size" -gt ${toString about.boot.dtb_limit} ]; then
          echo "outboard: the tree has $size bytes, ${toString room} of them padding; the boot loader of the" \
            "${about.name} has room for ${toString about.boot.dtb_limit}: less padding, or fewer overlays" >&2
          exit 1
        fi
      ''}
      runHook postBuild
    '';

    # Headers that the user's overlays may include.
    kernelIncludes = lib.optionalString (lib.any (one: !one.compiled) extras) (
      let
        tree = "${kernel.dev}/lib/modules/${kernel.modDirVersion}/source";
      in
      "-I ${tree}/scripts/dtc/include-prefixes -I ${tree}/include"
    );

    installPhase = ''
      runHook preInstall
      mkdir -p "$out"
      cp -r built/. "$out/"
      runHook postInstall
    '';

    passthru = {
      inherit board path;
      family = chosen;
      overlays = expanded;
    };

    meta = {
      description = "Device tree of the ${about.name} for Linux ${kernel.version}";
      license = lib.licenses.gpl2Only;
      platforms = lib.platforms.linux;
    };
  };
in
if faults == [ ] then merge else refuse faults
