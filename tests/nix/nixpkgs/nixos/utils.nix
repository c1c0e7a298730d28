# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
{
  fsNeededForBoot =
    fs:
    fs.neededForBoot or false
    || builtins.elem fs.mountPoint [
      "/"
      "/etc"
      "/nix"
      "/nix/store"
      "/usr"
      "/var"
      "/var/lib"
      "/var/lib/nixos"
      "/var/log"
    ];
  fsBefore = a: b: a.mountPoint != b.mountPoint && (a.mountPoint == "/" || lib.hasPrefix "${a.mountPoint}/" b.mountPoint);
  escapeSystemdPath = path: lib.replaceStrings [ "/" ] [ "-" ] (lib.removePrefix "/" path);
}
