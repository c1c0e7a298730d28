# SPDX-License-Identifier: GPL-2.0-only
#
# What the boot firmware is made of, beyond what nixpkgs itself pins. Each hash is followed by
# where it was found: none of them was computed here, and a wrong one fails the build.
{
  fetchFromGitHub,
  fetchurl,
}:
{
  # U-Boot 2025.07 stops on the BPI-R3 with "MMC: Synchronous Abort" (nixos-sbc issue 46); this
  # one is reported to work. Homebrew's formula and a nixpkgs overlay for the OpenWrt One agree
  # on the hash.
  ubootBpiR3 = {
    version = "2025.04";
    src = fetchurl {
      url = "https://ftp.denx.de/pub/u-boot/u-boot-2025.04.tar.bz2";
      hash = "sha256-Q5077ylu/9VBML5qcxxbEYvn/d1/zGY8y8X7GClNhxg=";
    };
  };

  # TF-A with the MT7986, which upstream's lacks: mtksoc of March 2025. As in nixos-sbc.
  armTrustedFirmwareMediatek = {
    version = "2.12.0-mtk";
    src = fetchFromGitHub {
      owner = "mtk-openwrt";
      repo = "arm-trusted-firmware";
      rev = "e090770684e775711a624e68e0b28112227a4c38";
      hash = "sha256-VI5OB2nWdXUjkSuUXl/0yQN+/aJp9Jkt+hy7DlL+PMg=";
    };
  };

  # NXP's archive with its licence in front. As in nixos-hardware, nxp/imx8mp-evk.
  firmwareImx = rec {
    version = "8.23";
    src = fetchurl {
      url = "https://www.nxp.com/lgfiles/NMG/MAD/YOCTO/firmware-imx-${version}.bin";
      hash = "sha256-/gdjMpXaw92Z8LpOB6fN6VuySinKgrmps/YCbSmukWo=";
    };
  };

  # Amlogic's first stages and its signing programs. As in nixpkgs, ubootLibreTechCC.
  amlogicBootFip = {
    version = "0-unstable-4369a138ca24";
    src = fetchFromGitHub {
      owner = "LibreELEC";
      repo = "amlogic-boot-fip";
      rev = "4369a138ca24c5ab932b8cbd1af4504570b709df";
      hash = "sha256-mGRUwdh3nW4gBwWIYHJGjzkezHxABwcwk/1gVRis7Tc=";
    };
  };
}
