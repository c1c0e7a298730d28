# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  inherit (lib) mkOption types;
  lines =
    description:
    mkOption {
      type = types.lines;
      default = "";
      inherit description;
    };
  # What systemd in the first stage has no use for, and says so.
  scripted = [
    "extraUtilsCommands"
    "postDeviceCommands"
    "postMountCommands"
    "preDeviceCommands"
    "preFailCommands"
    "preLVMCommands"
  ];
  needed = builtins.filter utils.fsNeededForBoot config.system.build.fileSystems;
in
{
  options.boot.initrd = lib.genAttrs scripted (_: lines "Shell commands of the old first stage.") // {
    enable = mkOption {
      type = types.bool;
      default = !config.boot.isContainer;
      defaultText = lib.literalExpression "!config.boot.isContainer";
      description = "Whether there is a first stage.";
    };
    compressor = mkOption {
      type = types.either types.str (types.functionTo types.str);
      default = "zstd";
      description = "How it is compressed.";
    };
    compressorArgs = mkOption {
      type = types.nullOr (types.listOf types.str);
      default = null;
      description = "How it is compressed.";
    };
    extraFirmwarePaths = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Firmware that it has.";
    };
    secrets = mkOption {
      type = types.attrsOf (types.nullOr types.path);
      default = { };
      description = "Files that it has.";
    };
    supportedFilesystems = mkOption {
      type = types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: true)) (
        types.attrsOf types.bool
      );
      default = { };
      description = "File systems that it mounts.";
    };
    verbose = mkOption {
      type = types.bool;
      default = true;
      description = "Whether it talks.";
    };
  };
  config = lib.mkIf config.boot.initrd.enable {
    assertions =
      [
        {
          assertion = builtins.any (fs: fs.mountPoint == "/") needed;
          message = "The ‘fileSystems’ option does not specify your root file system.";
        }
      ]
      ++ map (name: {
        assertion = !config.boot.initrd.systemd.enable || config.boot.initrd.${name} == "";
        message = "systemd stage 1 does not support 'boot.initrd.${name}'.";
      }) scripted;
    boot.initrd.supportedFilesystems = map (fs: fs.fsType) needed;
    system.build.modulesClosure = pkgs.makeModulesClosure {
      kernel = config.system.modulesTree;
      inherit (config.hardware) firmware;
      inherit (config.boot.initrd) extraFirmwarePaths;
      allowMissing = config.boot.initrd.allowMissingModules or false;
      rootModules = config.boot.initrd.availableKernelModules ++ config.boot.initrd.kernelModules;
    };
  };
}
