# SPDX-License-Identifier: GPL-2.0-only
builtins.mapAttrs (shortName: isSource: { inherit shortName isSource; }) {
  fromSource = true;
  binaryNativeCode = false;
  binaryBytecode = false;
  binaryFirmware = false;
}
