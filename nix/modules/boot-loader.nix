# SPDX-License-Identifier: GPL-2.0-only
#
# All these boards' boot loaders read extlinux.conf.
{
  config,
  lib,
  ...
}:
let
  cfg = config.hardware.outboard;
in
{
  options.hardware.outboard.bootLoader.enable = lib.mkOption {
    type = lib.types.bool;
    default = true;
    description = ''
      Whether to write `/boot/extlinux/extlinux.conf`, which the board's U-Boot
      reads: {option}`boot.loader.generic-extlinux-compatible.enable`. U-Boot
      itself is never touched on a running system.
    '';
  };

  config = lib.mkIf cfg.enable {
    boot.loader = lib.mkIf cfg.bootLoader.enable {
      generic-extlinux-compatible.enable = lib.mkDefault true;
      grub.enable = lib.mkDefault false;
    };

    # A vendor's kernel may make another one as well; extlinux's "booti" takes this.
    system.boot.loader.kernelFile = lib.mkDefault "Image";
  };
}
