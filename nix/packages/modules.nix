# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel modules, for one kernel. Which of them a kernel needs, Kbuild asks that kernel's
# configuration: the same expression is for all of them.
{
  lib,
  stdenv,
  kernel,
  kernelModuleMakeFlags,
  # Build for a kernel that is newer than any that the modules were tried on.
  untested ? false,
}:
let
  source = import ../source.nix { inherit lib; };
  inherit (source) oldestKernel newestKernel;
  tooOld = lib.versionOlder kernel.version oldestKernel;
  # The first release after the newest one that was tried.
  below = "${lib.versions.major newestKernel}.${toString (lib.toInt (lib.versions.minor newestKernel) + 1)}";
  tooNew = lib.versionAtLeast kernel.version below && !untested;
  reason =
    if tooOld then
      "outboard's modules are for Linux ${oldestKernel} and newer; this is ${kernel.version}"
    else if tooNew then
      "outboard's modules were tried on Linux up to ${newestKernel}; this is ${kernel.version}. "
      + "config.boot.kernelPackages.outboard.override { untested = true; } builds them all the same"
    else
      null;
in
stdenv.mkDerivation (finalAttrs: {
  pname = "outboard-modules";
  version = "${source.version}-${kernel.version}";

  src = source.select {
    name = "outboard-modules";
    parts = [
      "Kbuild"
      "drivers"
      "include"
      "udev"
    ];
    # The tests of the drivers are for another kind of kernel.
    except = path: builtins.match "drivers/.*_test\\.(c|dts)" path != null;
  };

  hardeningDisable = [
    "pic"
    "format"
  ];
  nativeBuildInputs = kernel.moduleBuildDependencies;
  enableParallelBuilding = true;

  makeFlags =
    kernelModuleMakeFlags
    ++ [
      "-C"
      "${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
      "INSTALL_MOD_PATH=${placeholder "out"}"
      # Where a later module of the kernel's own does not come before it.
      "INSTALL_MOD_DIR=updates/outboard"
    ]
    ++ lib.optional untested "UNTESTED=y";
  buildFlags = [ "modules" ];
  installTargets = [ "modules_install" ];

  # Where it was built must not be in what is built. What is set here holds for the installation
  # too.
  preBuild = ''
    makeFlagsArray+=("M=$PWD" "KCFLAGS=-ffile-prefix-map=$PWD=outboard")
  '';

  # A kernel that has all drivers itself leaves nothing to install, which is no fault.
  postInstall = ''
    mkdir -p "$out/lib/modules/${kernel.modDirVersion}"
    install -D -m 644 -t "$out/lib/udev/rules.d" udev/*.rules
    install -D -m 644 -t "$out/share/outboard" modules.left-out
  '';

  passthru = {
    supported = {
      min = oldestKernel;
      inherit below reason;
    };
  };

  meta = {
    description = "Kernel modules that ARM boards' kernels lack, for Linux ${kernel.version}";
    license = lib.licenses.gpl2Only;
    platforms = [ "aarch64-linux" ];
    broken = finalAttrs.passthru.supported.reason != null;
  };
})
