# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  set = config.boot.kernelPackages;
  compression = config.hardware.firmwareCompression;
  paths =
    description:
    mkOption {
      type = types.listOf types.path;
      default = [ ];
      inherit description;
    };
  lines =
    description:
    mkOption {
      type = types.lines;
      default = "";
      inherit description;
    };
in
{
  options = {
    boot.hardwareScan = mkOption {
      type = types.bool;
      default = true;
      description = "Whether modules are loaded for the hardware that is found.";
    };
    boot.initrd.services.udev = {
      packages = paths "Packages with rules for the first stage.";
      binPackages = paths "Packages with programs for them." // {
        apply = map lib.getBin;
      };
      rules = lines "Rules for the first stage.";
    };
    hardware.firmware = mkOption {
      type = types.listOf types.package;
      default = [ ];
      description = "Packages with firmware.";
      apply =
        packages:
        pkgs.buildEnv {
          name = "firmware";
          pathsToLink = [ "/lib/firmware" ];
          ignoreCollisions = true;
          paths = map (
            package:
            if compression == "none" || !(package.compressFirmware or true) then
              package
            else if compression == "zstd" then
              pkgs.compressFirmwareZstd package
            else
              pkgs.compressFirmwareXz package
          ) packages;
        };
    };
    hardware.firmwareCompression = mkOption {
      type = types.enum [
        "xz"
        "zstd"
        "none"
      ];
      default =
        if set.kernelAtLeast "5.19" then
          "zstd"
        else if set.kernelAtLeast "5.3" then
          "xz"
        else
          "none";
      defaultText = "by the kernel";
      description = "How firmware is compressed.";
    };
    networking.usePredictableInterfaceNames = mkOption {
      type = types.bool;
      default = true;
      description = "Whether interfaces are renamed.";
    };
    services.udev = {
      enable = lib.mkEnableOption "udev" // {
        default = true;
      };
      packages = paths "Packages with rules." // {
        apply = map lib.getBin;
      };
      path = paths "Packages with programs for rules.";
      extraRules = lines "Further rules.";
      extraHwdb = lines "Further entries of the hardware database.";
    };
  };
  config = lib.mkIf config.services.udev.enable {
    assertions = [
      {
        assertion = compression == "zstd" -> set.kernelAtLeast "5.19";
        message = "The firmware compression method is set to zstd, but the kernel version is too old.";
      }
      {
        assertion = compression == "xz" -> set.kernelAtLeast "5.3";
        message = "The firmware compression method is set to xz, but the kernel version is too old.";
      }
    ];
    boot.kernelParams = lib.mkIf (!config.networking.usePredictableInterfaceNames) [ "net.ifnames=0" ];
  };
}
