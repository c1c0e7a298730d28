# SPDX-License-Identifier: GPL-2.0-only
#
# For work on outboard itself: make KDIR=…, make -C tools, python/outboard/image/builder.py and the Nix files. The
# kernel matrix, the twin's boots and make check are for Debian, which they take everything from.
{
  lib,
  mkShell,
  stdenv,
  boardPkgs,
  btrfs-progs,
  cpio,
  dtc,
  e2fsprogs,
  fakeroot,
  gnumake,
  kmod,
  mtools,
  nixfmt,
  openssl,
  pkg-config,
  python3,
  shellcheck,
  util-linux,
  xz,
  zlib,
  zstd,
}:
let
  compiler = boardPkgs.stdenv.cc;
in
mkShell {
  packages = [
    btrfs-progs
    cpio
    e2fsprogs
    fakeroot
    gnumake
    mtools
    nixfmt
    pkg-config
    (python3.withPackages (python: [ python.jsonschema ]))
    shellcheck
    util-linux
  ]
  ++ lib.optional (!stdenv.hostPlatform.isAarch64) compiler;

  # Programs, and libraries of the outboard program.
  buildInputs = [
    dtc
    kmod
    openssl
    xz
    zlib
    zstd
  ];

  # What the Makefile takes from the environment.
  PYTHON = "python3";
  CROSS_COMPILE = lib.optionalString (!stdenv.hostPlatform.isAarch64) compiler.targetPrefix;
}
