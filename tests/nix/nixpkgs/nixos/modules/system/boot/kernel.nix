# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  nixosRelease,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  inherit (config.boot.kernelPackages) kernel;
  # Lists of modules became sets of names that are wanted or not.
  asSet = lib.versionAtLeast nixosRelease "26.05";
  # Before 26.11 a kernel did not say what its file is called and whether it has trees.
  asOf =
    kernel:
    if lib.versionAtLeast nixosRelease "26.11" then
      kernel
    else
      removeAttrs kernel [
        "buildDTBs"
        "target"
      ];
  modules =
    description:
    if asSet then
      mkOption {
        type = types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: true)) (
          types.attrsOf types.bool
        );
        default = { };
        apply = names: builtins.attrNames (lib.filterAttrs (_: lib.id) names);
        inherit description;
      }
    else
      mkOption {
        type = types.listOf types.str;
        default = [ ];
        inherit description;
      };
  truth =
    default: description:
    mkOption {
      type = types.bool;
      inherit default description;
    };
in
{
  options = {
    boot = {
      consoleLogLevel = mkOption {
        type = types.int;
        default = 4;
        description = "Which messages of the kernel are shown.";
      };
      extraModulePackages = mkOption {
        type = types.listOf types.package;
        default = [ ];
        description = "Packages with modules.";
      };
      initrd = {
        availableKernelModules = modules "Modules that the first stage has.";
        includeDefaultModules = truth true "Whether it has those that most machines need.";
        kernelModules = modules "Modules that it loads.";
      }
      // lib.optionalAttrs asSet {
        allowMissingModules = truth false "Whether some of them may be missing.";
      };
      kernel = {
        enable = truth true "Whether there is a kernel.";
        features = mkOption {
          default = { };
          internal = true;
          description = "What the kernel has.";
        };
        randstructSeed = mkOption {
          type = types.str;
          default = "";
          description = "For the layout of structures.";
        };
      };
      kernelModules = modules "Modules that are loaded.";
      kernelPackages = mkOption {
        type = types.raw;
        default = pkgs.linuxPackages;
        defaultText = lib.literalExpression "pkgs.linuxPackages";
        description = "The kernel, with its modules.";
        # The set is made again around a kernel with what the options add.
        apply =
          set:
          set.extend (
            _: prev: {
              kernel = asOf (
                prev.kernel.override (given: {
                  inherit (config.boot.kernel) randstructSeed;
                  kernelPatches = given.kernelPatches or [ ] ++ config.boot.kernelPatches;
                  features = lib.recursiveUpdate prev.kernel.features config.boot.kernel.features;
                })
              );
            }
          );
      };
      kernelParams = mkOption {
        type = types.listOf (
          types.strMatching ''([^"[:space:]]|"[^"]*")+''
          // {
            name = "kernelParam";
            description = "string, with spaces inside double quotes";
          }
        );
        default = [ ];
        description = "The kernel's parameters.";
      };
      kernelPatches = mkOption {
        type = types.listOf types.attrs;
        default = [ ];
        description = "Patches.";
      };
    };
    system = {
      modulesTree = mkOption {
        type = types.listOf types.path;
        internal = true;
        default = [ ];
        description = "Where modules are.";
        apply = trees: (pkgs.aggregateModules trees).override { name = "${kernel.name}-modules"; };
      };
      requiredKernelConfig = mkOption {
        type = types.listOf types.attrs;
        internal = true;
        default = [ ];
        description = "What the kernel must have.";
      };
    };
  };

  config = lib.mkMerge [
    (lib.mkIf config.boot.initrd.enable {
      boot.initrd = lib.mkIf config.boot.initrd.includeDefaultModules {
        availableKernelModules = [
          "ahci"
          "mmc_block"
          "nvme"
          "sd_mod"
          "usbhid"
          "xhci_pci"
        ];
        kernelModules = [ "dm_mod" ];
      };
    })
    (lib.mkIf config.boot.kernel.enable {
      assertions = lib.optionals (!(kernel ? features)) (
        map (one: {
          inherit (one) message;
          assertion = one.assertion kernel.config;
        }) config.system.requiredKernelConfig
      );
      boot.kernel.sysctl."kernel.printk" = lib.mkDefault config.boot.consoleLogLevel;
      boot.kernelModules = [ "loop" ];
      boot.kernelParams = [ "loglevel=${toString config.boot.consoleLogLevel}" ];
      lib.kernelConfig =
        lib.genAttrs
          [
            "isYes"
            "isNo"
            "isModule"
            "isEnabled"
            "isDisabled"
          ]
          (
            question: option: {
              assertion = configuration: configuration.${question} option;
              message = "CONFIG_${option}: not ${question}";
              configLine = "CONFIG_${option}=y";
            }
          );
      system.build = { inherit kernel; };
      system.modulesTree = [ (lib.getOutput "modules" kernel) ] ++ config.boot.extraModulePackages;
      system.systemBuilderArgs.kernelParams = config.boot.kernelParams;
      system.systemBuilderCommands = ''
        kernel=${kernel}/${config.system.boot.loader.kernelFile}
        [ -f "$kernel" ] || { echo "The bootloader cannot find the proper kernel image: $kernel" >&2; exit 1; }
        ln -s "$kernel" $out/kernel
        ln -s ${config.system.modulesTree} $out/kernel-modules
        echo -n "$kernelParams" >$out/kernel-params
        ${lib.optionalString (config.hardware.deviceTree.package != null) ''
          ln -s ${config.hardware.deviceTree.package} $out/dtbs
        ''}
        ${lib.optionalString config.boot.initrd.enable ''
          ln -s ${config.system.build.initialRamdisk}/${config.system.boot.loader.initrdFile} $out/initrd
        ''}
        ln -s ${config.hardware.firmware}/lib/firmware $out/firmware
      '';
    })
  ];
}
