# SPDX-License-Identifier: GPL-2.0-only
#
# What the boards' firmware has in common: U-Boot with the options and addresses of the board's
# file, TF-A's BL31, and the directory with just the files that the board's image wants.
{
  lib,
  buildArmTrustedFirmware,
  buildPackages,
  buildUBoot,
  runCommand,
}:
let
  tomlOf = board: ../../boards + "/${board.id}.toml";
  # tomllib is there from Python 3.11 on, which all supported nixpkgs are past.
  python = lib.getExe buildPackages.python3;
  facts = board: "${python} ${../../python/outboard/image/ubootconf.py} ${tomlOf board}";

  # What the board's file says of each file of its image.
  licences =
    board:
    lib.concatMapStrings (
      part:
      let
        files =
          lib.optional (part ? file) part.file ++ (part.files or [ ]) ++ (part.optional_files or [ ]);
      in
      lib.optionalString (part ? licence) "${lib.concatStringsSep ", " files}: ${part.licence}\n"
    ) ((board.image.blob or [ ]) ++ (board.image.partition or [ ]));
in
{
  # A U-Boot for `board`, which `variant` (emmc) may differ for. `pin`: version and src, where it
  # is not to be that of nixpkgs. `prepare`: shell lines that lay out what binman looks for.
  uboot =
    {
      board,
      files,
      variant ? null,
      pin ? null,
      prepare ? "",
      meta ? { },
    }:
    let
      own = lib.optionalAttrs (variant != null) board.bootloader.${variant};
    in
    (buildUBoot (
      {
        defconfig = own.defconfig or board.bootloader.defconfig;
        filesToInstall = files;
      }
      // lib.optionalAttrs (pin != null) { inherit (pin) version src; }
    )).overrideAttrs
      (old: {
        pname = "uboot-${board.id}${lib.optionalString (variant != null) "-${variant}"}";
        # Those of older nixpkgs are made for its own version.
        patches = if pin == null then old.patches or [ ] else [ ];
        postConfigure = ''
          ${facts board} configure .
        '';
        preBuild = prepare;
        postBuild = ''
          ${facts board} check .
        '';
        meta =
          (old.meta or { })
          // {
            description = "U-Boot for the ${board.name}";
            platforms = [ "aarch64-linux" ];
          }
          // meta;
      });

  # TF-A for a platform; `pin` as above.
  trustedFirmware =
    {
      platform,
      targets ? [ "bl31" ],
      flags ? [ ],
      files ? [ "build/${platform}/release/bl31.bin" ],
      tools ? [ ],
      pin ? null,
    }:
    (buildArmTrustedFirmware {
      inherit platform;
      filesToInstall = files;
    }).overrideAttrs
      (
        old:
        {
          makeFlags = (old.makeFlags or [ ]) ++ flags;
          buildFlags = targets;
          nativeBuildInputs = (old.nativeBuildInputs or [ ]) ++ tools;
          meta = old.meta // {
            license = lib.licenses.bsd3;
            platforms = [ "aarch64-linux" ];
          };
        }
        // lib.optionalAttrs (pin != null) {
          inherit (pin) version src;
          # What nixpkgs takes out of its own version is of the RK3399.
          patches = [ ];
          postPatch = "";
        }
      );

  # The files that the board's [image] names, from the first of `parts` that has each.
  collect =
    {
      board,
      parts,
      name ? "firmware-${board.id}",
      meta ? { },
      passthru ? { },
    }:
    runCommand name
      {
        inherit passthru;
        # The license is that of the free parts. What is unfree is a package of its own that this
        # one is made of, and that the user is asked about by its name.
        meta = {
          description = "Boot firmware for the ${board.name}";
          longDescription = licences board;
          license = [
            lib.licenses.gpl2Plus
            lib.licenses.bsd3
          ];
          platforms = [ "aarch64-linux" ];
        }
        // meta;
      }
      ''
        mkdir "$out"
        for file in $(${facts board} files); do
          for part in ${lib.escapeShellArgs (map toString parts)}; do
            if [ -e "$part/$file" ]; then
              install -m 644 "$part/$file" "$out/$file"
              continue 2
            fi
          done
          echo "outboard: boards/${board.id}.toml wants $file, and nothing made it" >&2
          exit 1
        done
        ${facts board} sizes "$out"
      '';
}
