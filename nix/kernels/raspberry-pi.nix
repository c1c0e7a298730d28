# SPDX-License-Identifier: GPL-2.0-only
#
# The Raspberry Pi's kernel, stable_20260724, one build for the 3, the Zero 2 W and the 4: for
# cameras, firmware KMS, HATs' sound cards. Tag and hash as in nixos-hardware, raspberry-pi/common.
{ fetchFromGitHub, ... }@args:
import ./vendor-kernel.nix args {
  name = "raspberry-pi";
  version = "6.18.39";
  # Its configuration's LOCALVERSION.
  localVersion = "-v8";
  defconfig = "bcm2711_defconfig";
  autoModules = true;
  homepage = "https://github.com/raspberrypi/linux";
  src = fetchFromGitHub {
    owner = "raspberrypi";
    repo = "linux";
    tag = "stable_20260724";
    hash = "sha256-IT/SkF458oLmnFIPbN76Qp6s8KVxKQOC02XmN7NRdBc=";
  };
}
