# SPDX-License-Identifier: GPL-2.0-only
#
# RK3588: Rockchip's code brings the memory up, then U-Boot's SPL starts BL31 and U-Boot.
{
  lib,
  board,
  tools,
  armTrustedFirmwareRK3588,
  rkbin,
  runCommand,
  ...
}:
let
  inherit (board.bootloader) spi;

  uboot = tools.uboot {
    inherit board;
    files = [
      "idbloader.img"
      "u-boot.itb"
      "u-boot-rockchip.bin"
    ]
    ++ lib.optional (board.bootloader ? spi) spi;
    prepare = ''
      export BL31=${armTrustedFirmwareRK3588}/bl31.elf
      export ROCKCHIP_TPL=${rkbin.TPL_RK3588}
    '';
  };
in
tools.collect {
  inherit board;
  parts = [ uboot ];
  passthru = {
    inherit uboot;
    trustedFirmware = armTrustedFirmwareRK3588;
  }
  // lib.optionalAttrs (board.bootloader ? spi) {
    spi = runCommand "firmware-${board.id}-spi" { } ''
      install -D -m 644 ${uboot}/${spi} "$out/${spi}"
    '';
  };
}
