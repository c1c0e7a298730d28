# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
let
  part = n: version: builtins.elemAt (builtins.splitVersion version) n;
  joined = count: version: lib.concatStringsSep "." (lib.take count (builtins.splitVersion version));
in
{
  inherit (builtins) splitVersion;
  major = part 0;
  minor = part 1;
  patch = part 2;
  majorMinor = joined 2;
  pad =
    count: version:
    let
      words = lib.splitString "-" version;
      numbers = lib.splitVersion (builtins.head words);
    in
    lib.concatStringsSep "-" (
      [ (lib.concatStringsSep "." (lib.take count (numbers ++ lib.replicate count "0"))) ] ++ builtins.tail words
    );
}
