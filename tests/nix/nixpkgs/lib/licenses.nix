# SPDX-License-Identifier: GPL-2.0-only
#
# Licences by nixpkgs' names, with what is asked of them: whether they are free.
let
  spdx =
    free: names:
    builtins.mapAttrs (shortName: spdxId: {
      inherit shortName spdxId free;
      fullName = spdxId;
      deprecated = false;
      redistributable = free;
      url = "https://spdx.org/licenses/${spdxId}.html";
    }) names;
  other = free: redistributable: shortName: fullName: {
    inherit
      shortName
      fullName
      free
      redistributable
      ;
    deprecated = false;
  };
in
spdx true {
  asl20 = "Apache-2.0";
  bsd2 = "BSD-2-Clause";
  bsd3 = "BSD-3-Clause";
  cc0 = "CC0-1.0";
  gpl2Only = "GPL-2.0-only";
  gpl2Plus = "GPL-2.0-or-later";
  gpl3Only = "GPL-3.0-only";
  gpl3Plus = "GPL-3.0-or-later";
  isc = "ISC";
  lgpl21Only = "LGPL-2.1-only";
  lgpl21Plus = "LGPL-2.1-or-later";
  lgpl2Plus = "LGPL-2.0-or-later";
  lgpl3Plus = "LGPL-3.0-or-later";
  mit = "MIT";
  zlib = "Zlib";
}
// {
  free = other true true "free" "Unspecified free software license";
  publicDomain = other true true "publicDomain" "Public Domain";
  unfree = other false false "unfree" "Unfree";
  unfreeRedistributable = other false true "unfreeRedistributable" "Unfree redistributable";
  # In spite of its name: nixpkgs lets it into channels and NixOS' tests.
  unfreeRedistributableFirmware =
    other true true "unfreeRedistributableFirmware"
      "Unfree redistributable firmware";
}
