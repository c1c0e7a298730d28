# SPDX-License-Identifier: GPL-2.0-only
#
# lib.nixosSystem of the tests: the options of NixOS that outboard's modules use, and nothing
# that would make a running system of them. A file that a real NixOS has at the same path can
# stand in for ours.
{ lib }:
let
  outer = lib;
  folder = ./modules;
in
{
  system ? null,
  modules ? [ ],
  specialArgs ? { },
  pkgs ? null,
  # Of the three versions of nixpkgs that outboard serves, whose options these are.
  release ? "26.11",
}@args:
outer.evalModules {
  class = "nixos";
  specialArgs = {
    modulesPath = toString folder;
    utils = import ./utils.nix { lib = outer; };
    nixosRelease = release;
  } // specialArgs;
  modules = [
    (folder + "/misc/assertions.nix")
    (folder + "/misc/nixpkgs.nix")
    (folder + "/misc/plain.nix")
    (folder + "/misc/packages.nix")
    (folder + "/hardware/all-firmware.nix")
    (folder + "/hardware/device-tree.nix")
    (folder + "/hardware/i2c.nix")
    (folder + "/image/images.nix")
    (folder + "/services/hardware/bluetooth.nix")
    (folder + "/services/hardware/udev.nix")
    (folder + "/system/activation/top-level.nix")
    (folder + "/system/boot/grow-partition.nix")
    (folder + "/system/boot/kernel.nix")
    (folder + "/system/boot/loader/generic-extlinux-compatible")
    (folder + "/system/boot/loader/loader.nix")
    (folder + "/system/boot/modprobe.nix")
    (folder + "/system/boot/stage-1.nix")
    (folder + "/tasks/filesystems.nix")
  ]
  ++ modules
  ++ outer.optional (args ? pkgs && pkgs != null) { _module.args.pkgs = outer.mkForce pkgs; }
  ++ outer.optional (system != null) { nixpkgs.hostPlatform = outer.mkDefault system; };
}
