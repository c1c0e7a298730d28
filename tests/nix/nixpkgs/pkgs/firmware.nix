# SPDX-License-Identifier: GPL-2.0-only
#
# Boot firmware: the builders take the arguments that nixpkgs' take, and build nothing; files
# of firmware are names.
{ lib, self }:
let
  named =
    licence: name:
    self.stdenv.mkDerivation {
      pname = name;
      version = "0";
      buildCommand = ''
        mkdir -p "$out"
        echo "${name}: a package that the tests have by name only" >"$out/only-a-name"
      '';
      meta = {
        license = licence;
        platforms = lib.platforms.linux;
      };
    };
  unfreeFirmware = named lib.licenses.unfreeRedistributableFirmware;
  free = named lib.licenses.gpl2Plus;
  structured = args: builtins.removeAttrs args [ "stdenv" ];

  # Variables of a build go into env, since its attributes are structured.
  variables = [
    "BL31"
    "BL32"
    "TEE"
    "ROCKCHIP_TPL"
    "SCP"
    "OPENSBI"
    "BINMAN_ALLOW_MISSING"
  ];
in
{
  buildUBoot = lib.makeOverridable (
    {
      stdenv ? self.stdenv,
      defconfig,
      filesToInstall,
      crossTools ? false,
      extraConfig ? "",
      extraMakeFlags ? [ ],
      extraMeta ? { },
      extraPatches ? [ ],
      installDir ? "$out",
      pythonScriptsToInstall ? { },
      src ? null,
      version ? null,
      ...
    }@args:
    let
      loose = builtins.filter (name: args ? ${name}) variables;
    in
    if loose != [ ] then
      throw "buildUBoot: ${builtins.head loose} belongs into env: its attributes are structured"
    else if src != null && version == null then
      throw "buildUBoot: a src without its version"
    else
      builtins.deepSeq [ crossTools pythonScriptsToInstall ] (
        stdenv.mkDerivation (
          {
            pname = "uboot-${defconfig}";
            version = if src == null then "2026.07" else version;
            patches = extraPatches;
            makeFlags = [ "CROSS_COMPILE=${stdenv.cc.targetPrefix}" ] ++ extraMakeFlags;
            inherit extraConfig;
            buildPhase = ''
              echo "buildUBoot: the tests evaluate this and do not build it" >&2
              exit 1
            '';
            installPhase = "mkdir -p ${installDir}; cp ${toString filesToInstall} ${installDir}";
            __structuredAttrs = true;
            meta = {
              description = "Boot loader for embedded systems";
              license = lib.licenses.gpl2Plus;
            } // extraMeta;
          }
          // removeAttrs args [
            "extraMeta"
            "pythonScriptsToInstall"
            "stdenv"
          ]
        )
      )
  );

  buildArmTrustedFirmware = lib.makeOverridable (
    {
      stdenv ? self.stdenv,
      filesToInstall,
      platform ? null,
      platformCanUseHDCPBlob ? false,
      extraMakeFlags ? [ ],
      extraMeta ? { },
      installDir ? "$out",
      ...
    }@args:
    builtins.deepSeq [ platformCanUseHDCPBlob ] (
      stdenv.mkDerivation (
        {
          pname = "arm-trusted-firmware${lib.optionalString (platform != null) "-${platform}"}";
          version = "2.14.0";
          makeFlags =
            [ "CROSS_COMPILE=${stdenv.cc.targetPrefix}" ]
            ++ lib.optional (platform != null) "PLAT=${platform}"
            ++ extraMakeFlags;
          buildPhase = ''
            echo "buildArmTrustedFirmware: the tests evaluate this and do not build it" >&2
            exit 1
          '';
          installPhase = "mkdir -p ${installDir}; cp ${toString filesToInstall} ${installDir}";
          meta = {
            description = "Reference implementation of secure world software for ARMv8-A";
            license = lib.licenses.bsd3;
          } // extraMeta;
        }
        // removeAttrs (structured args) [
          "extraMeta"
        ]
      )
    )
  );

  armTrustedFirmwareRK3588 = named lib.licenses.bsd3 "arm-trusted-firmware-rk3588";
  armTrustedFirmwareRK3399 = named lib.licenses.bsd3 "arm-trusted-firmware-rk3399";
  armTrustedFirmwareTools = named lib.licenses.bsd3 "arm-trusted-firmware-tools";
  rkbin = unfreeFirmware "rkbin" // {
    TPL_RK3588 = "${unfreeFirmware "rkbin"}/bin/rk35/rk3588_ddr.bin";
    BL31_RK3588 = "${unfreeFirmware "rkbin"}/bin/rk35/rk3588_bl31.elf";
  };
  ubootOrangePi5 = free "uboot-orangepi-5-rk3588s_defconfig";
  ubootOrangePi5Plus = free "uboot-orangepi-5-plus-rk3588_defconfig";
  ubootRaspberryPiAarch64 = free "uboot-rpi_arm64_defconfig";
  ubootRaspberryPi3_64bit = free "uboot-rpi_3_defconfig";
  ubootRaspberryPi4_64bit = free "uboot-rpi_4_defconfig";
  ubootTools = free "uboot-tools";

  linux-firmware = unfreeFirmware "linux-firmware";
  raspberrypifw = unfreeFirmware "raspberrypifw";
  raspberrypiWirelessFirmware = unfreeFirmware "raspberrypi-wireless-firmware";
  raspberrypi-armstubs = named lib.licenses.bsd3 "raspberrypi-armstubs";
  wireless-regdb = named lib.licenses.isc "wireless-regdb";
  broadcom-bt-firmware = named lib.licenses.unfree "broadcom-bt-firmware";
  libraspberrypi = named lib.licenses.bsd3 "libraspberrypi";
  raspberrypi-utils = named lib.licenses.bsd3 "raspberrypi-utils";
  firmware-imx = named lib.licenses.unfree "firmware-imx";
  compressFirmwareZstd = firmware: firmware;
  compressFirmwareXz = firmware: firmware;
  ipw2200-firmware = unfreeFirmware "ipw2200-firmware";
  rtl8192su-firmware = unfreeFirmware "rtl8192su-firmware";
  rt5677-firmware = unfreeFirmware "rt5677-firmware";
  rtl8761b-firmware = unfreeFirmware "rtl8761b-firmware";
  zd1211fw = free "zd1211fw";
  alsa-firmware = unfreeFirmware "alsa-firmware";
  sof-firmware = named lib.licenses.bsd3 "sof-firmware";
  libreelec-dvb-firmware = unfreeFirmware "libreelec-dvb-firmware";
}
