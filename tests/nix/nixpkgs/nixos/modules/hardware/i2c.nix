# SPDX-License-Identifier: GPL-2.0-only
{ config, lib, ... }:
{
  options.hardware.i2c = {
    enable = lib.mkEnableOption "i2c devices support";
    group = lib.mkOption {
      type = lib.types.str;
      default = "i2c";
      description = "Whose members may use them.";
    };
  };
  config = lib.mkIf config.hardware.i2c.enable {
    boot.kernelModules = [ "i2c-dev" ];
    users.groups = lib.mkIf (config.hardware.i2c.group == "i2c") { i2c = { }; };
  };
}
