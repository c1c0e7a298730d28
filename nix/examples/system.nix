# SPDX-License-Identifier: GPL-2.0-only
#
# The system of the images that the flake makes: as little as lets one look around. Whoever has
# the board's serial console is root; over the network nobody gets in.
{
  config,
  lib,
  pkgs,
  ...
}:
{
  networking.hostName = lib.mkDefault config.hardware.outboard.board;
  services.getty.autologinUser = lib.mkDefault "root";
  environment.systemPackages = [ pkgs.outboard ];

  # A board without a card is installed to by other means.
  fileSystems."/" = lib.mkIf (!config.hardware.outboard.image.enable) {
    device = lib.mkDefault "/dev/disk/by-label/nixos";
    fsType = lib.mkDefault "ext4";
  };

  # What is built here, and perhaps crossed, need not hold manuals.
  documentation.enable = lib.mkDefault false;

  system.stateVersion = lib.mkDefault lib.trivial.release;
}
