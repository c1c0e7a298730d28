# SPDX-License-Identifier: GPL-2.0-only
#
# Boot firmware: a derivation for each board whose output has just the files that the board's
# [image] names. Where there is a form for another medium, it is an attribute: spi, emmc.
# docs/boot-firmware.md has the sources, the licences, and how to write each.
{ lib, callPackage }:
let
  boards = import ../boards.nix { inherit lib; };
  tools = callPackage ./tools.nix { };
  sources = callPackage ./sources.nix { };
  for =
    file: id:
    callPackage file {
      inherit sources tools;
      board = boards.${id};
    };
in
{
  bananapi-bpi-r3 = for ./mediatek.nix "bananapi-bpi-r3";
  imx8mp-evk = for ./imx8mp.nix "imx8mp-evk";
  khadas-vim1s = for ./amlogic-signed.nix "khadas-vim1s";
  khadas-vim3 = for ./amlogic.nix "khadas-vim3";
  khadas-vim3l = for ./amlogic.nix "khadas-vim3l";
  orangepi-5 = for ./rk3588.nix "orangepi-5";
  orangepi-5-plus = for ./rk3588.nix "orangepi-5-plus";
  raspberry-pi-3b = for ./raspberry-pi.nix "raspberry-pi-3b";
  raspberry-pi-4 = for ./raspberry-pi.nix "raspberry-pi-4";
  raspberry-pi-zero-2-w = for ./raspberry-pi.nix "raspberry-pi-zero-2-w";
  rock-5a = for ./rk3588.nix "rock-5a";
}
