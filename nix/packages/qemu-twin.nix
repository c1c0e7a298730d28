# SPDX-License-Identifier: GPL-2.0-only
#
# QEMU with the board twin, the machine that is made from a board's device tree (docs/twin.md):
# QEMU=result/bin/qemu-system-aarch64 make run …
#
# The sources are those that the models and the patch in twin/ are written for, Debian's.
{
  lib,
  stdenv,
  fetchurl,
  buildPackages,
  dtc,
  glib,
  meson,
  ninja,
  perl,
  pkg-config,
  python3Packages,
  zlib,
}:
let
  source = import ../source.nix { inherit lib; };
  twin = source.select {
    name = "outboard-twin";
    parts = [ "twin" ];
    except = path: path == "twin/soc" || path == "twin/configure-options";
  };
in
stdenv.mkDerivation (finalAttrs: {
  pname = "qemu-board-twin";
  version = "10.0.13";

  src = fetchurl {
    # Debian 13 has it until its next point release with a newer QEMU: then the version and the
    # hash move, together with what python/outboard/sources/qemu_build.py takes.
    url = "mirror://debian/pool/main/q/qemu/qemu_${finalAttrs.version}+ds.orig.tar.xz";
    hash = "sha256-agiI6AbC/8DF8HM+l0+a6lVJGVDTxHyYZpyLI23eWa4=";
  };

  patches = [ "${twin}/twin/qemu.patch" ];

  postPatch = ''
    mkdir hw/board-twin
    cp ${twin}/twin/*.[ch] ${twin}/twin/{Kconfig,meson.build,trace-events} hw/board-twin/
    echo '#include "trace/trace-hw_board_twin.h"' >hw/board-twin/trace.h
    cp ${twin}/twin/board-twin.mak configs/devices/aarch64-softmmu/
    patchShebangs .
  '';

  strictDeps = true;
  depsBuildBuild = [ buildPackages.stdenv.cc ];
  nativeBuildInputs = [
    meson
    ninja
    perl
    pkg-config
    # Its setup hook is how QEMU's configure finds meson, which it wants as a module of Python.
    python3Packages.python
    python3Packages.distlib
  ];
  buildInputs = [
    dtc
    glib
    zlib
  ];

  # QEMU's configure is a script that calls meson.
  dontUseMesonConfigure = true;
  configureFlags = [
    "--cross-prefix=${stdenv.cc.targetPrefix}"
  ]
  ++ lib.filter (lib.hasPrefix "--") (
    lib.splitString "\n" (builtins.readFile ../../twin/configure-options)
  );
  preBuild = ''
    cd build
  '';
  enableParallelBuilding = true;

  meta = {
    description = "QEMU with a machine that is made from an ARM board's own device tree";
    license = lib.licenses.gpl2Plus;
    platforms = lib.platforms.linux;
    mainProgram = "qemu-system-aarch64";
  };
})
