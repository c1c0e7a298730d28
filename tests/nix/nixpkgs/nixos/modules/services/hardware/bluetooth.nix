# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  ini = mkOption {
    type = types.attrsOf (
      types.attrsOf (
        types.nullOr (
          types.oneOf [
            types.bool
            types.int
            types.float
            types.str
          ]
        )
      )
    );
    default = { };
    description = "A file of BlueZ's.";
  };
in
{
  options.hardware.bluetooth = {
    enable = lib.mkEnableOption "support for Bluetooth";
    package = lib.mkPackageOption pkgs "bluez" { };
    powerOnBoot = mkOption {
      type = types.bool;
      default = true;
      description = "Whether adapters are switched on.";
    };
    disabledPlugins = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Plugins left out.";
    };
    settings = ini;
    input = ini;
    network = ini;
  };
  config = lib.mkIf config.hardware.bluetooth.enable {
    environment.systemPackages = [ config.hardware.bluetooth.package ];
    services.udev.packages = [ config.hardware.bluetooth.package ];
  };
}
