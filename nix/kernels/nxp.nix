# SPDX-License-Identifier: GPL-2.0-only
#
# NXP's kernel, lf-6.12.20-2.0.0: for the i.MX 8M Plus' video encoder, image processor and NPU.
# Revision and hash as in nixos-hardware, nxp/imx8mp-evk.
{ fetchFromGitHub, ... }@args:
import ./vendor-kernel.nix args {
  name = "nxp";
  version = "6.12.20";
  defconfig = "imx_v8_defconfig";
  homepage = "https://github.com/nxp-imx/linux-imx";
  src = fetchFromGitHub {
    owner = "nxp-imx";
    repo = "linux-imx";
    rev = "dfaf2136deb2af2e60b994421281ba42f1c087e0";
    hash = "sha256-ITrmj3a5YfXh/PSRTi+Rlto5uEBIAWFWtkTsO1ATXIo=";
  };
}
