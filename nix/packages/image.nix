# SPDX-License-Identifier: GPL-2.0-only
#
# mkImage: an image of the board's card, laid out as its board file says. python/outboard/image/builder.py does
# the work, for people without Nix too.
{
  lib,
  stdenvNoCC,
  buildPackages,
  boards,
}:
{
  # The name of a board file.
  board,
  # The root file system: a directory or a tar archive, with /boot/extlinux/extlinux.conf in it
  # or in boot.
  root,
  # Directories that are laid over the root.
  add ? [ ],
  # Laid over its /boot.
  boot ? null,
  # A directory with the files that the board file's image table names; null: an image without
  # a boot loader, for a board that has one in its flash.
  firmware ? null,
  # ext4 or btrfs.
  filesystem ? "ext4",
  label ? "root",
  # Room in the root beyond its contents, such as "256M"; null: what image.py leaves.
  free ? null,
  # What the UUIDs are made of; null: all that the image holds.
  seed ? null,
  # Give all files to root: below /nix/store they belong to nobody in particular.
  allRoot ? true,
  # Compress the image with zstd.
  compress ? true,
  # Of the derivation and, with .img, of the file.
  name ? "${board}-sd-image",
}:
let
  source = import ../source.nix { inherit lib; };
  about =
    boards.${board}
      or (throw "outboard: there is no board ${board}; there are ${lib.concatStringsSep ", " (lib.attrNames boards)}");
  fileName = "${name}.img${lib.optionalString compress ".zst"}";
  arguments = lib.concatLists [
    [
      "--board"
      "boards/${board}.toml"
      "--root"
      "${root}"
    ]
    (lib.concatMap (directory: [
      "--add"
      "${directory}"
    ]) add)
    (lib.optionals (boot != null) [
      "--boot"
      "${boot}"
    ])
    (
      if firmware == null then
        [ "--without-firmware" ]
      else
        [
          "--firmware"
          "${firmware}"
        ]
    )
    [
      "--filesystem"
      filesystem
      "--label"
      label
    ]
    (lib.optionals (free != null) [
      "--free"
      free
    ])
    (lib.optionals (seed != null) [
      "--seed"
      seed
    ])
    (lib.optional allRoot "--all-root")
  ];
in
stdenvNoCC.mkDerivation {
  inherit name;

  src = source.select {
    name = "outboard-image";
    parts = [
      "boards/${board}.toml"
      "python/outboard/image/builder.py"
      "python/outboard/image/reproducible.c"
      # What build-image imports.
      "python/__main__.py"
      "python/outboard/__init__.py"
      "python/outboard/__main__.py"
      "python/outboard/facts/__init__.py"
      "python/outboard/image/__init__.py"
      "python/outboard/image/extlinux.py"
      "python/outboard/facts/layout.py"
      "python/outboard/image/rootfs.py"
      "python/outboard/steps.py"
    ];
  };

  # For python/outboard/image/reproducible.c, which runs in the build.
  depsBuildBuild = [ buildPackages.stdenv.cc ];
  nativeBuildInputs = [
    buildPackages.btrfs-progs
    buildPackages.e2fsprogs
    buildPackages.fakeroot
    buildPackages.mtools
    buildPackages.python3
    buildPackages.util-linux
    buildPackages.zstd
  ];

  buildPhase = ''
    runHook preBuild
    python3 python build-image ${lib.escapeShellArgs arguments} --output ${lib.escapeShellArg "${name}.img"}
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p "$out"
    ${
      if compress then
        # The number of threads does not change what comes out.
        ''zstd -9 -T"$NIX_BUILD_CORES" -o "$out"/${lib.escapeShellArg fileName} ${lib.escapeShellArg "${name}.img"}''
      else
        ''cp --sparse=always ${lib.escapeShellArg "${name}.img"} "$out/"''
    }
    runHook postInstall
  '';

  # It is large, and made faster than sent.
  preferLocalBuild = true;
  allowSubstitutes = true;

  passthru = {
    inherit board fileName;
    filePath = fileName;
  };

  meta = {
    description = "Image of a card for the ${about.name}";
    platforms = lib.platforms.linux;
  };
}
