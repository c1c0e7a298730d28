# SPDX-License-Identifier: GPL-2.0-only
#
# Bluetooth chips on a UART are attached by the kernel: nothing in userland may open the port.
{ config, lib, ... }:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  attached = facts.userland.bluetooth.attached_by_kernel or false;
  services = [
    "hciattach"
    "btattach"
    "hciuart"
    "brcm-patchram-plus"
  ];
  found = lib.filter (name: config.systemd.services ? ${name}) services;
in
{
  options.hardware.outboard.bluetooth.enable = lib.mkOption {
    type = lib.types.bool;
    default = facts.userland ? bluetooth;
    defaultText = lib.literalMD "whether the board has a Bluetooth chip of its own";
    description = ''
      Whether to run BlueZ for the board's Bluetooth chip. The kernel attaches
      the chip and loads its firmware; `hciattach` and its like are not needed.
    '';
  };

  config = lib.mkIf (cfg.enable && cfg.bluetooth.enable) {
    hardware.bluetooth.enable = lib.mkDefault true;

    warnings = lib.optional (attached && cfg.deviceTree.family != "vendor" && found != [ ]) ''
      hardware.outboard: the service ${lib.concatStringsSep ", " found} opens the UART of the
      ${facts.name}'s Bluetooth chip, which the kernel attaches itself (serdev): take the service out.
    '';
  };
}
