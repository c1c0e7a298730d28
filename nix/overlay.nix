# SPDX-License-Identifier: GPL-2.0-only
#
# The overlay for nixpkgs: the modules in every kernel's package set, the outboard program, and
# all that belongs to boards in outboardPackages.
final: prev: {
  # This list reaches linuxPackages, linuxPackagesFor and what boot.kernelPackages is set to.
  kernelPackagesExtensions = prev.kernelPackagesExtensions ++ [
    (kfinal: _kprev: {
      outboard = kfinal.callPackage ./packages/modules.nix { };
    })
  ];

  outboard = final.callPackage ./packages/outboard.nix { };

  outboardPackages = final.lib.makeScope final.newScope (
    self:
    let
      inherit (final) lib;
      inherit (self) callPackage;
    in
    {
      inherit (final) outboard;
      boards = import ./boards.nix { inherit lib; };

      device-tree-overlays = callPackage ./packages/device-tree-overlays.nix { };
      ownTrees = callPackage ./packages/own-trees.nix { };
      mkDeviceTree = callPackage ./packages/device-tree.nix { };
      checkDeviceTrees = callPackage ./packages/device-tree-check.nix { };
      checkKernelImage = callPackage ./packages/kernel-image-check.nix { };
      qemu-twin = callPackage ./packages/qemu-twin.nix { };
      mkImage = callPackage ./packages/image.nix { };

      firmware = import ./firmware { inherit lib callPackage; };
      kernels = import ./kernels { inherit callPackage; };
      # The vendors' kernels with their modules, ours among them.
      kernelPackages = lib.mapAttrs (_: final.linuxPackagesFor) (removeAttrs self.kernels [ "fromSource" ]);
    }
  );
}
