# SPDX-License-Identifier: GPL-2.0-only
#
# What the board asks of its kernel: parameters, options, a size that the boot loader can load.
# What only the built kernel can tell is a check of the system's build.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  inherit (config.boot.kernelPackages) kernel;

  # The same file is in what modules are built with, which is hundreds of MB.
  kernelConfig =
    if kernel.configfile or null != null then
      "${kernel.configfile}"
    else
      "${kernel.dev}/lib/modules/${kernel.modDirVersion}/build/.config";

  options = facts.userland.kernel_options or [ ];
  ours = lib.optionals cfg.modules.enable (
    lib.filter (name: lib.elem name facts.modules) (facts.initrd_modules or [ ])
  );

  optionsCheck =
    pkgs.runCommand "outboard-kernel-options-${cfg.board}"
      {
        inherit options;
        inherit kernelConfig;
      }
      ''
        missing=
        for option in $options; do
          grep -q "^CONFIG_$option=[ym]" "$kernelConfig" || missing="$missing CONFIG_$option"
        done
        if [ -n "$missing" ]; then
          echo "outboard: Linux ${kernel.version} is built without$missing, and will not start the" \
            "${facts.name} from its SD card: set them (boot.kernelPatches, structuredExtraConfig)," \
            "or set hardware.outboard.kernel.check = false" >&2
          exit 1
        fi
        touch $out
      '';

  # The other half of what kernel-modules.nix takes from the board file: a module of ours that
  # was built after all is needed in the initrd as well.
  initrdCheck =
    pkgs.runCommand "outboard-initrd-modules-${cfg.board}"
      {
        inherit ours;
        named = config.boot.initrd.availableKernelModules ++ config.boot.initrd.kernelModules;
        modules = cfg.modules.package;
      }
      ''
        for name in $ours; do
          file=$(find "$modules/lib/modules" -name "$name.ko*")
          case " $(echo $named) " in
          *" $name "*)
            if [ -z "$file" ]; then
              echo "outboard: $name is not built for Linux ${kernel.version}, which has the driver" \
                "itself: leave it out of hardware.outboard.modules.initrd" >&2
              exit 1
            fi
            ;;
          *)
            if [ -n "$file" ]; then
              echo "outboard: Linux ${kernel.version} lacks the driver that $name is, and the" \
                "${facts.name} needs it in the initrd: add it to boot.initrd.availableKernelModules" >&2
              exit 1
            fi
            ;;
          esac
        done
        touch $out
      '';
in
{
  options.hardware.outboard.kernel = {
    parameters = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = facts.kernel.parameters or [ ];
      defaultText = lib.literalMD "what the board's file has";
      example = [ "clk_ignore_unused" ];
      description = ''
        Kernel parameters that the board needs. An empty list leaves them out.
      '';
    };

    check = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Whether the system's build looks at the built kernel: whether it has
        the options without which the board does not start, whether it is
        small enough for the board's boot loader, and whether the modules that
        the initrd needs are in it. What fails says why.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    boot.kernelParams = cfg.kernel.parameters;

    # What an initrd needs is nothing to a system without one.
    system.checks = lib.mkIf cfg.kernel.check (
      lib.optional (options != [ ]) optionsCheck
      ++ lib.optional (ours != [ ] && config.boot.initrd.enable) initrdCheck
      ++ lib.optional (facts.boot or { } ? image_limit) (
        pkgs.outboardPackages.checkKernelImage {
          inherit (cfg) board;
          inherit kernel;
        }
      )
    );
  };
}
