# SPDX-License-Identifier: GPL-2.0-only
#
# The firmware files that the board's devices load: those, and not the whole of linux-firmware.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;

  isWanted = entry: entry ? packages && (cfg.firmware.unfree || !(entry.unfree or false));
  wanted = lib.filter isWanted (facts.firmware or [ ]);

  # An alias of a package that is gone throws: it is told by name in one sentence.
  package =
    name:
    let
      found = builtins.tryEval (pkgs.${name} or null);
    in
    if found.success && found.value != null then
      found.value
    else
      throw (
        "hardware.outboard.firmware: this nixpkgs has no ${name}, which the ${facts.name}'s firmware is in; "
        + "set hardware.outboard.firmware.enable = false and hardware.firmware yourself"
      );

  one =
    entry:
    let
      folders = map (name: "${package name}/lib/firmware") entry.packages;
    in
    ''
      take ${lib.escapeShellArg (lib.concatStringsSep " " folders)} ${lib.escapeShellArgs entry.files} || {
        echo "outboard: ${lib.concatStringsSep " and " entry.packages} of this nixpkgs have none of" \
          ${lib.escapeShellArg (lib.concatStringsSep ", " entry.files)}": set" \
          "hardware.outboard.firmware.enable = false, and hardware.firmware yourself" >&2
        exit 1
      }
    '';
in
{
  options.hardware.outboard.firmware = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Whether to add the firmware files that the board's devices load, out of
        the packages of nixpkgs that have them. They may be redistributed; none
        of them is free software.
      '';
    };

    unfree = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether to add those as well whose package nixpkgs counts as unfree.
        It has to be allowed ({option}`nixpkgs.config.allowUnfreePredicate`).
      '';
    };

    package = lib.mkOption {
      type = lib.types.package;
      readOnly = true;
      default =
        pkgs.runCommand "outboard-firmware-files-${cfg.board}"
          {
            # What buildEnv puts over a package of the same files.
            meta.priority = 4;
          }
          ''
            # Of each file the first that is there; links that lead nowhere are passed over.
            take() {
              folders=$1 found=
              shift
              for file; do
                for folder in $folders; do
                  [ -e "$folder/$file" ] || continue
                  mkdir -p "$(dirname "$out/lib/firmware/$file")"
                  cp -L "$folder/$file" "$out/lib/firmware/$file"
                  found=1
                  break
                done
              done
              [ -n "$found" ]
            }

            mkdir -p $out/lib/firmware
            ${lib.concatMapStrings one wanted}
          '';
      defaultText = lib.literalMD "the board's files";
      description = "The files, as a package.";
    };
  };

  config = lib.mkIf cfg.enable {
    hardware = {
      firmware = lib.mkIf (cfg.firmware.enable && wanted != [ ]) [ cfg.firmware.package ];
    }
    # The vendor's Wi-Fi drivers open their files themselves, by plain names.
    // lib.optionalAttrs (options.hardware ? firmwareCompression) {
      firmwareCompression = lib.mkIf (cfg.deviceTree.family == "vendor") (lib.mkDefault "none");
    };
  };
}
