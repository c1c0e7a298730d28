# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.hardware;
in
{
  options.hardware = {
    enableAllFirmware = lib.mkEnableOption "all firmware regardless of license";
    enableRedistributableFirmware =
      lib.mkEnableOption "firmware with a license allowing redistribution"
      // {
        default = cfg.enableAllFirmware;
        defaultText = lib.literalExpression "config.hardware.enableAllFirmware";
      };
    wirelessRegulatoryDatabase = lib.mkEnableOption "loading the wireless regulatory database at boot" // {
      default = cfg.enableRedistributableFirmware || cfg.enableAllFirmware;
      defaultText = lib.literalMD "whether such firmware is enabled";
    };
  };
  config.hardware.firmware =
    lib.optionals (cfg.enableAllFirmware || cfg.enableRedistributableFirmware) (
      [ pkgs.linux-firmware ]
      ++ lib.optional pkgs.stdenv.hostPlatform.isAarch pkgs.raspberrypiWirelessFirmware
    )
    ++ lib.optional cfg.wirelessRegulatoryDatabase pkgs.wireless-regdb;
}
