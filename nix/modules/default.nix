# SPDX-License-Identifier: GPL-2.0-only
#
# hardware.outboard: what NixOS has to do for a board, made from its board file.
{
  imports = [
    ./board.nix
    ./kernel-modules.nix
    ./kernel.nix
    ./device-tree.nix
    ./console.nix
    ./groups.nix
    ./firmware.nix
    ./bluetooth.nix
    ./sound.nix
    ./network.nix
    ./boot-loader.nix
    ./image.nix
  ];
}
