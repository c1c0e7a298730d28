# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels from vendors' trees; linuxPackagesFor makes a package set of each, with our modules in
# it. fromSource takes any other tree: { name; src; version; defconfig; … }: vendor-kernel.nix.
{ callPackage }:
let
  kernel = file: callPackage ({ lib, buildLinux, fetchFromGitHub, ... }@args: import file args) { };
in
{
  armbian-rockchip = kernel ./armbian-rockchip.nix;
  nxp = kernel ./nxp.nix;
  raspberry-pi = kernel ./raspberry-pi.nix;

  fromSource =
    tree:
    callPackage ({ lib, buildLinux, ... }@args: import ./vendor-kernel.nix args tree) { };
}
