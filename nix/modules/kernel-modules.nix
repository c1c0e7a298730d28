# SPDX-License-Identifier: GPL-2.0-only
#
# The modules that the board's kernel lacks, and those that the initrd needs.
{
  config,
  lib,
  options,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  inherit (config.boot.kernelPackages) kernel;

  compressor = facts.userland.initrd_compressor.${toString cfg.deviceTree.family} or null;

  isOurs = name: lib.elem name facts.modules;
  # A name that neither we nor the kernel have would fail the initrd's build. Ours are built
  # up to the kernel that has its own; which that is, the board file says.
  isBuilt =
    name:
    !(isOurs name)
    || (
      cfg.modules.enable
      # The vendor's kernel has them all.
      && cfg.deviceTree.family != "vendor"
      && (
        !(facts.userland.initrd_until ? ${name})
        || lib.versionOlder kernel.version facts.userland.initrd_until.${name}
      )
    );
in
{
  options.hardware.outboard.modules = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = facts.modules != [ ];
      defaultText = lib.literalMD "whether the board has a use for any";
      description = ''
        Whether to add outboard's kernel modules, built for
        {option}`boot.kernelPackages`. Only those are built that the kernel's
        configuration lacks; they load by themselves where the device tree has
        their device.
      '';
    };

    package = lib.mkOption {
      type = lib.types.package;
      default =
        config.boot.kernelPackages.outboard or (throw (
          "hardware.outboard.modules: boot.kernelPackages was made by a nixpkgs without outboard's overlay. "
          + "Give that overlays.default of outboard, or set boot.kernelPackages = pkgs.linuxPackagesFor <the kernel>"
        ));
      defaultText = lib.literalExpression "config.boot.kernelPackages.outboard";
      example = lib.literalExpression "config.boot.kernelPackages.outboard.override { untested = true; }";
      description = ''
        The modules' package. It refuses kernels outside of the range that the
        modules were tried on; the example builds them all the same.
      '';
    };

    initrd = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = lib.filter isBuilt (facts.initrd_modules or [ ]);
      defaultText = lib.literalMD "the board's, as far as the kernel has them or they are built for it";
      example = [ "mmc_block" ];
      description = ''
        Modules that the board needs in the initrd to show its console and to
        find a root on its SD card or eMMC. Built-in ones may be named. A name
        that the kernel does not have fails the initrd's build.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = lib.mkIf cfg.modules.enable [
      {
        assertion = (cfg.modules.package.supported.reason or null) == null;
        message = ''
          hardware.outboard.modules: ${toString (cfg.modules.package.supported.reason or null)}.
          Take another kernel (boot.kernelPackages), or set hardware.outboard.modules.enable = false.
        '';
      }
    ];

    boot.extraModulePackages = lib.mkIf cfg.modules.enable [ cfg.modules.package ];
    boot.initrd = lib.mkMerge [
      {
        availableKernelModules = cfg.modules.initrd;
        compressor = lib.mkIf (compressor != null) (lib.mkDefault compressor);
      }

      # NixOS wants modules of TPMs there, which a small kernel lacks; none of the boards has one.
      (lib.optionalAttrs (options.boot.initrd.systemd ? tpm2) {
        systemd.tpm2.enable = lib.mkDefault false;
      })

      # And those of PCs' disks and keyboards, which a vendor's kernel lacks.
      (lib.mkIf (cfg.deviceTree.family == "vendor") (
        if options.boot.initrd ? allowMissingModules then
          { allowMissingModules = lib.mkDefault true; }
        else
          { includeDefaultModules = lib.mkDefault false; }
      ))
    ];
  };
}
