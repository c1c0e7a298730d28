# SPDX-License-Identifier: GPL-2.0-only
{ config, lib, ... }:
{
  options.boot.growPartition = lib.mkEnableOption "growing the root partition on boot";
  config = lib.mkIf config.boot.growPartition {
    assertions = [
      {
        assertion = !config.boot.initrd.systemd.repart.enable && !config.systemd.repart.enable;
        message = "systemd-repart already grows the root partition and thus you should not use boot.growPartition";
      }
      {
        # It reads the device.
        assertion = config.fileSystems."/".device != null;
        message = "boot.growPartition: the root has no device";
      }
    ];
  };
}
