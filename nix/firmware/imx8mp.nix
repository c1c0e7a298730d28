# SPDX-License-Identifier: GPL-2.0-only
#
# i.MX 8M Plus: U-Boot's binman puts its SPL, the memory's training code, BL31 and U-Boot together.
# The training code alone is unfree, and alone in a derivation of its own.
{
  lib,
  board,
  sources,
  tools,
  stdenvNoCC,
}:
let
  trusted = tools.trustedFirmware {
    inherit (board.bootloader.trusted_firmware) platform;
  };

  ddrFirmware = stdenvNoCC.mkDerivation {
    pname = "firmware-imx-ddr";
    inherit (sources.firmwareImx) version src;
    dontUnpack = true;
    dontFixup = true;
    # Who allows this unfree package accepts the licence that the archive shows.
    installPhase = ''
      runHook preInstall
      bash "$src" --auto-accept --force
      mkdir "$out"
      for file in lpddr4_pmu_train_{1d,2d}_{imem,dmem}_202006.bin; do
        install -m 644 "firmware-imx-$version/firmware/ddr/synopsys/$file" "$out/"
      done
      install -m 644 "firmware-imx-$version/COPYING" "$out/" || true
      runHook postInstall
    '';
    meta = {
      description = "Training code for the LPDDR4 controller of i.MX 8M, from NXP's firmware-imx";
      license = lib.licenses.unfree;
      sourceProvenance = [ lib.sourceTypes.binaryFirmware ];
    };
  };

  # NXP's licence does not let a build farm pass it on.
  meta.hydraPlatforms = [ ];

  uboot = tools.uboot {
    inherit board;
    files = [ "flash.bin" ];
    prepare = ''
      cp ${trusted}/bl31.bin .
      cp ${ddrFirmware}/*.bin .
    '';
    inherit meta;
  };
in
tools.collect {
  inherit board;
  parts = [ uboot ];
  inherit meta;
  passthru = {
    inherit ddrFirmware uboot;
    trustedFirmware = trusted;
  };
}
