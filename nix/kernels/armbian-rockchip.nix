# SPDX-License-Identifier: GPL-2.0-only
#
# Armbian's branch of Rockchip's kernel: for the RK3588's NPU and video encoders with Rockchip's
# own libraries. Revision and hash from a public Nix file that builds it as 6.1.118.
{ fetchFromGitHub, ... }@args:
import ./vendor-kernel.nix args {
  name = "armbian-rockchip";
  version = "6.1.118";
  defconfig = "rockchip_linux_defconfig";
  homepage = "https://github.com/armbian/linux-rockchip";
  src = fetchFromGitHub {
    owner = "armbian";
    repo = "linux-rockchip";
    rev = "b67dc5c9ade9dc354b790eb64aa6a665d0a54ecd";
    hash = "sha256-xSZ63aUR78V92eD9X+rEYl0+1jRG1lBwhGhE2xjIn2U=";
  };
}
