# SPDX-License-Identifier: GPL-2.0-only
#
# The trees of dts/, for kernels that lack a board: VENDOR/FILE.dtb, with labels. They are
# compiled with our own SoC files and so are the same for every kernel; from a kernel's own
# file a tree would get further blocks, but none that the board uses.
{
  lib,
  stdenvNoCC,
  buildPackages,
}:
let
  source = import ../source.nix { inherit lib; };
in
stdenvNoCC.mkDerivation {
  pname = "outboard-device-trees";
  inherit (source) version;

  src = source.select {
    name = "outboard-dts";
    parts = [
      "dts"
      "include/dt-bindings"
      "scripts/compile-dts"
    ];
  };

  # For its cpp.
  depsBuildBuild = [ buildPackages.stdenv.cc ];
  nativeBuildInputs = [ buildPackages.dtc ];

  buildPhase = ''
    runHook preBuild
    for source in dts/*/*.dts; do
      target=built/''${source#dts/}
      mkdir -p "''${target%/*}"
      sh scripts/compile-dts -o "''${target%.dts}.dtb" -I "''${source%/*}" -I include "$source" -@
    done
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    cp -r built "$out"
    runHook postInstall
  '';

  meta = {
    description = "Device trees of boards that a kernel does not know yet";
    license = [
      lib.licenses.gpl2Only
      lib.licenses.mit
    ];
    platforms = lib.platforms.linux;
  };
}
