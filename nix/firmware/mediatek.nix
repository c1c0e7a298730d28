# SPDX-License-Identifier: GPL-2.0-only
#
# MT7986: the boot ROM starts BL2 of TF-A, which brings the memory up and starts BL31 and U-Boot
# from the FIP. All of it is built from source.
{
  lib,
  board,
  sources,
  tools,
  buildPackages,
  runCommand,
}:
let
  firmware =
    variant:
    let
      inherit (board.bootloader) trusted_firmware;
      suffix = lib.optionalString (variant != null) "-${variant}";
      trusted = tools.trustedFirmware {
        inherit (trusted_firmware) platform;
        pin = sources.armTrustedFirmwareMediatek;
        flags =
          if variant == null then trusted_firmware.flags else board.bootloader.${variant}.flags;
        targets = [
          "bl2"
          "bl31"
        ];
        files = [
          "build/${trusted_firmware.platform}/release/bl2.img"
          "build/${trusted_firmware.platform}/release/bl31.bin"
        ];
        tools = [
          buildPackages.dtc
          buildPackages.python3
          buildPackages.ubootTools
          buildPackages.which
        ];
      };
      uboot = tools.uboot {
        inherit board variant;
        pin = sources.ubootBpiR3;
        files = [ "u-boot.bin" ];
      };
      fip = runCommand "fip-${board.id}${suffix}" { } ''
        mkdir "$out"
        ${buildPackages.armTrustedFirmwareTools}/bin/fiptool create \
          --soc-fw ${trusted}/bl31.bin --nt-fw ${uboot}/u-boot.bin "$out/fip.bin"
      '';
    in
    tools.collect {
      inherit board;
      name = "firmware-${board.id}${suffix}";
      parts = [
        trusted
        fip
      ];
      passthru = {
        inherit uboot;
        trustedFirmware = trusted;
      };
    };
in
(firmware null).overrideAttrs (old: {
  passthru = old.passthru // {
    emmc = firmware "emmc";
  };
})
