# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel from a vendor's tree, by nixpkgs' buildLinux. First the arguments of the package, with
# what an override adds (NixOS overrides kernelPatches, features and randstructSeed, users
# argsOverride); then what the tree is. docs/vendor-kernels.md says when to take one.
{ lib, buildLinux, ... }@args:
{
  name,
  src,
  # X.Y.Z, and what the tree's configuration appends to it: modules are installed below the
  # whole, and the build stops if it is not exact.
  version,
  localVersion ? "",
  defconfig,
  structuredExtraConfig ? { },
  # Vendors' drivers that are off in their own configuration often do not compile.
  autoModules ? false,
  kernelPatches ? [ ],
  features ? { },
  homepage ? null,
}:
buildLinux (
  {
    pname = "linux-${name}";
    inherit
      autoModules
      defconfig
      src
      version
      ;
    modDirVersion = version + localVersion;
    # nixpkgs' common options are made for mainline: not all of them are there.
    ignoreConfigErrors = true;
  }
  // removeAttrs args [
    "lib"
    "buildLinux"
    "fetchFromGitHub"
    "argsOverride"
  ]
  // {
    # Newer compilers warn of more than the vendor saw.
    structuredExtraConfig = {
      WERROR = lib.kernel.no;
    }
    // structuredExtraConfig
    // args.structuredExtraConfig or { };
    kernelPatches = kernelPatches ++ args.kernelPatches or [ ];
    # outboardFamily: whose device trees the kernel ships, for mkDeviceTree.
    features = {
      outboardFamily = "vendor";
    }
    // features
    // args.features or { };
    extraMeta = {
      branch = lib.versions.majorMinor version;
      platforms = [ "aarch64-linux" ];
      hydraPlatforms = [ ];
    }
    // lib.optionalAttrs (homepage != null) { inherit homepage; }
    // args.extraMeta or { };
  }
  // args.argsOverride or { }
)
