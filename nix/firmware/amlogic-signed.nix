# SPDX-License-Identifier: GPL-2.0-only
#
# S4: the first stages are signed with a key that only the vendor has, and may not be passed on.
# The files are the user's own; what can be checked of them, is.
{
  lib,
  board,
  buildPackages,
  runCommand,
  # The signed image for SD cards, all stages; without it the eMMC's starts the card.
  bootImage ? null,
  # A U-Boot that Khadas' starts from the card's FAT.
  chainload ? null,
  ...
}:
let
  python = lib.getExe buildPackages.python3;
  signed = (lib.head board.image.blob).file;
  plain = lib.head (lib.concatMap (part: part.optional_files or [ ]) board.image.partition);
  given =
    if bootImage == null && chainload == null then
      throw ''
        outboard: the ${board.name} starts with ${signed}, which Khadas signs and which
        is not ours to pass on. Take it from an image of Khadas', as docs/boot-firmware.md says,
        and give it:
            outboardPackages.firmware.${board.id}.override { bootImage = ./${signed}; }
        or build the image without firmware: the board then starts from its eMMC's.''
    else
      "";
in
runCommand "firmware-${board.id}"
  {
    passthru = {
      # False: asking for the derivation itself ends in the sentence above.
      available = bootImage != null || chainload != null;
    };
    meta = {
      description = "Boot firmware for the ${board.name}: the user's own files, checked";
      # Of U-Boot. nixpkgs' question whether something unfree may be used is answered by who
      # gives the file; what is in it, the long description says.
      longDescription = (lib.head board.image.blob).licence;
      license = lib.licenses.gpl2Plus;
      platforms = [ "aarch64-linux" ];
      hydraPlatforms = [ ];
      sourceProvenance = [ lib.sourceTypes.binaryFirmware ];
    };
  }
  (
    given
    + ''
      mkdir "$out"
    ''
    + lib.optionalString (bootImage != null) ''
      ${python} ${../../python/outboard/image/amlboot.py} ${bootImage}
      install -m 644 ${bootImage} "$out/${signed}"
    ''
    + lib.optionalString (chainload != null) ''
      install -m 644 ${chainload} "$out/${plain}"
    ''
    + ''
      ${python} ${../../python/outboard/image/ubootconf.py} ${../../boards + "/${board.id}.toml"} sizes "$out"
    ''
  )
