# SPDX-License-Identifier: GPL-2.0-only
#
# The package set: our few packages, with overlays over them.
{
  lib,
  config,
  overlays,
  buildPlatform,
  hostPlatform,
}:
let
  isCross = buildPlatform.system != hostPlatform.system;
  set =
    {
      overlays,
      buildPlatform ? hostPlatform,
      hostPlatform,
    }:
    import ./. {
      inherit
        lib
        config
        overlays
        buildPlatform
        hostPlatform
        ;
    };

  base =
    self:
    import ./stdenv.nix {
      inherit
        lib
        config
        buildPlatform
        hostPlatform
        self
        ;
    }
    // {
      inherit lib config overlays;
      _type = "pkgs";
      path = ../.;
      pkgs = self;
      # The packages that run where the build does; their own are those too.
      buildPackages =
        if isCross then
          set {
            inherit overlays;
            hostPlatform = buildPlatform;
          }
        else
          self;
      pkgsBuildBuild = self.buildPackages;
      pkgsBuildHost = self.buildPackages;
      targetPackages = self;
      pkgsHostTarget = self;
      pkgsCross = builtins.mapAttrs (
        _: hostPlatform:
        set {
          inherit overlays buildPlatform;
          hostPlatform = lib.systems.elaborate hostPlatform;
        }
      ) lib.systems.examples;
      extend = overlay: self.appendOverlays [ overlay ];
      appendOverlays =
        more:
        if more == [ ] then
          self
        else
          set {
            overlays = overlays ++ more;
            inherit buildPlatform hostPlatform;
          };

      callPackage = self.newScope { };
      callPackages = lib.callPackagesWith spliced;
      newScope = extra: lib.callPackageWith (spliced // extra);
      makeScopeWithSplicing' = throw "makeScopeWithSplicing' is not in the tests' package set";
    }
    // import ./builders.nix { inherit lib self; }
    // import ./tools.nix { inherit lib self; }
    // import ./kernels.nix { inherit lib self; }
    // import ./firmware.nix { inherit lib self; };

  # What callPackage hands out: where a package stands among nativeBuildInputs, the build
  # machine's is taken.
  spliced =
    if !isCross then
      self
    else
      builtins.mapAttrs (
        name: package:
        if lib.isDerivation package && self.buildPackages ? ${name} then
          package // { __spliced.buildHost = self.buildPackages.${name}; }
        else
          package
      ) self;

  self = lib.fix (builtins.foldl' (f: overlay: lib.extends overlay f) base overlays);
in
self
