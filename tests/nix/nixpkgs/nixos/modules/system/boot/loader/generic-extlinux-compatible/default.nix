# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.boot.loader.generic-extlinux-compatible;
  tree = config.hardware.deviceTree.name;
  # One generation: the system's kernel and initrd, and its tree or trees.
  populate = pkgs.buildPackages.writeShellScript "extlinux-populate" ''
    set -e
    tree= limit= timeout= target= system= trees=1
    while getopts g:t:n:rd:c: option; do
      case $option in
      g) limit=$OPTARG ;;
      t) timeout=$OPTARG ;;
      n) tree=$OPTARG ;;
      r) trees= ;;
      d) target=$OPTARG ;;
      c) system=$OPTARG ;;
      *) exit 2 ;;
      esac
    done
    mkdir -p "$target/extlinux" "$target/nixos"
    put() {
      name=$(readlink -f "$1")
      name=$(echo "''${name#${builtins.storeDir}/}" | tr / -)
      [ -e "$target/nixos/$name" ] || cp -rL --no-preserve=mode "$1" "$target/nixos/$name"
      echo "../nixos/$name"
    }
    {
      echo "TIMEOUT $((timeout * 10))"
      echo "DEFAULT nixos-default"
      echo "LABEL nixos-default"
      echo "  LINUX $(put "$system/kernel")"
      echo "  INITRD $(put "$system/initrd")"
      echo "  APPEND init=$system/init $(cat "$system/kernel-params")"
      if [ -n "$trees" ] && [ -d "$system/dtbs" ]; then
        if [ -n "$tree" ]; then echo "  FDT $(put "$system/dtbs")/$tree"; else echo "  FDTDIR $(put "$system/dtbs")"; fi
      fi
    } >"$target/extlinux/extlinux.conf"
  '';
in
{
  options.boot.loader.generic-extlinux-compatible = {
    enable = mkOption {
      type = types.bool;
      default = false;
      description = "Whether extlinux.conf is written.";
    };
    configurationLimit = mkOption {
      type = types.int;
      default = 20;
      description = "How many systems it lists.";
    };
    useGenerationDeviceTree = mkOption {
      type = types.bool;
      default = true;
      description = "Whether it names device trees.";
    };
    mirroredBoots = mkOption {
      type = types.listOf (
        types.submodule {
          options.path = mkOption {
            type = types.str;
            description = "Where.";
          };
        }
      );
      default = [ { path = "/boot"; } ];
      description = "Where it is written.";
    };
    populateCmd = mkOption {
      type = types.str;
      readOnly = true;
      description = "The command that fills an image.";
    };
  };
  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.mirroredBoots != [ ];
        message = "boot.loader.generic-extlinux-compatible.mirroredBoots is empty";
      }
    ];
    boot.loader.generic-extlinux-compatible.populateCmd =
      "${populate} -g ${toString cfg.configurationLimit} -t ${
        if config.boot.loader.timeout == null then "-1" else toString config.boot.loader.timeout
      }"
      + lib.optionalString (tree != null) " -n ${tree}"
      + lib.optionalString (!cfg.useGenerationDeviceTree) " -r";
    system.boot.loader.id = "generic-extlinux-compatible";
    system.build.installBootLoader = populate;
  };
}
