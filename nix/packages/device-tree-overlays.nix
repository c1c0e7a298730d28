# SPDX-License-Identifier: GPL-2.0-only
#
# All overlays, compiled: VENDOR/NAME.dtbo.
{
  lib,
  stdenvNoCC,
  buildPackages,
}:
let
  source = import ../source.nix { inherit lib; };
in
stdenvNoCC.mkDerivation {
  pname = "outboard-device-tree-overlays";
  inherit (source) version;

  src = source.select {
    name = "outboard-overlays";
    parts = [
      "overlays"
      "include/dt-bindings"
      "scripts/compile-dts"
    ];
  };

  # For its cpp.
  depsBuildBuild = [ buildPackages.stdenv.cc ];
  nativeBuildInputs = [ buildPackages.dtc ];

  # Ours are free of warnings: one that appears is a fault.
  buildPhase = ''
    runHook preBuild
    for source in overlays/*/*.dtso; do
      target=built/''${source#overlays/}
      mkdir -p "''${target%/*}"
      sh scripts/compile-dts -o "''${target%.dtso}.dtbo" -I include "$source" -@ 2>messages || failed=1
      if [ -s messages ]; then
        cat messages >&2
        failed=1
      fi
    done
    if [ -n "''${failed-}" ]; then
      echo "outboard: an overlay was not compiled cleanly: see above" >&2
      exit 1
    fi
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    cp -r built "$out"
    runHook postInstall
  '';

  meta = {
    description = "Device-tree overlays for ARM boards, board-exact";
    license = [
      lib.licenses.gpl2Only
      lib.licenses.mit
    ];
    platforms = lib.platforms.linux;
  };
}
