# SPDX-License-Identifier: GPL-2.0-only
#
# The outboard program: merges device trees and overlays, and says which driver a node gets.
{
  lib,
  stdenv,
  pkg-config,
  dtc,
  kmod,
  openssl,
  xz,
  zlib,
  zstd,
}:
let
  source = import ../source.nix { inherit lib; };
in
stdenv.mkDerivation {
  pname = "outboard";
  inherit (source) version;

  src = source.select {
    name = "outboard-tools";
    parts = [
      "tools"
      "docs/man"
    ];
  };

  strictDeps = true;
  nativeBuildInputs = [ pkg-config ];
  buildInputs = [
    dtc
    kmod
    # libkmod's .pc file may ask for it.
    openssl
    xz
    zlib
    zstd
  ];
  enableParallelBuilding = true;

  preBuild = ''
    cd tools
  '';
  makeFlags = [
    "PREFIX=${placeholder "out"}"
    "version=${source.version}"
  ];

  meta = {
    description = "Merge device-tree overlays strictly, and find nodes without a driver";
    license = lib.licenses.gpl2Only;
    platforms = lib.platforms.linux;
    mainProgram = "outboard";
  };
}
