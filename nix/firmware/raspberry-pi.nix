# SPDX-License-Identifier: GPL-2.0-only
#
# Raspberry Pi: the GPU's firmware reads config.txt, completes its tree and starts U-Boot.
{
  lib,
  board,
  tools,
  raspberrypifw,
  writeTextDir,
  ...
}:
let
  uboot = tools.uboot {
    inherit board;
    files = [ "u-boot.bin" ];
  };
  configTxt = writeTextDir "config.txt" (
    lib.concatLines ([ "# Made from boards/${board.id}.toml" ] ++ board.bootloader.config_txt)
  );
in
tools.collect {
  inherit board;
  parts = [
    configTxt
    uboot
    "${raspberrypifw}/share/raspberrypi/boot"
  ];
  passthru = {
    inherit configTxt uboot;
  };
}
