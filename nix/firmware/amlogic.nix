# SPDX-License-Identifier: GPL-2.0-only
#
# G12B and SM1: U-Boot is the last stage in a package of Amlogic's, which Amlogic's own programs
# put together and sign: x86 binaries, and so this is built on x86_64 alone.
{
  lib,
  board,
  sources,
  tools,
  python3,
  stdenvNoCC,
}:
let
  uboot = tools.uboot {
    inherit board;
    files = [ "u-boot.bin" ];
  };

  signed = stdenvNoCC.mkDerivation {
    pname = "uboot-signed-${board.id}";
    inherit (sources.amlogicBootFip) version src;
    nativeBuildInputs = [ python3 ];
    dontConfigure = true;
    dontFixup = true;
    postPatch = "patchShebangs --build .";
    buildPhase = ''
      runHook preBuild
      mkdir made
      bash build-fip.sh ${board.id} ${uboot}/u-boot.bin made
      runHook postBuild
    '';
    installPhase = ''
      runHook preInstall
      install -D -m 644 -t "$out" made/u-boot.bin*
      runHook postInstall
    '';
    meta = {
      description = "U-Boot for the ${board.name} in Amlogic's boot package";
      license = lib.licenses.unfreeRedistributableFirmware;
      broken = stdenvNoCC.buildPlatform.system != "x86_64-linux";
      sourceProvenance = [
        lib.sourceTypes.fromSource
        lib.sourceTypes.binaryFirmware
      ];
    };
  };
in
tools.collect {
  inherit board;
  parts = [ signed ];
  passthru = {
    inherit signed uboot;
    # False: it cannot be built here, and images are made without.
    available = stdenvNoCC.buildPlatform.system == "x86_64-linux";
    # For the eMMC the same file is written, without the partition table's place.
    emmc = signed;
  };
}
