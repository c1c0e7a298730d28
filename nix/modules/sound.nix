# SPDX-License-Identifier: GPL-2.0-only
#
# Sound that needs parameters and an overlay.
{ config, lib, ... }:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  jack = facts.userland.headphones or null;
  inherit (config.boot.kernelPackages.kernel) version;
  isFor = entry: !(entry ? below) || lib.versionOlder version entry.below;
in
{
  options.hardware.outboard.sound = {
    headphones = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether sound comes out of the board's headphone jack. On Raspberry Pis
        the firmware plays it, with a PWM block that is then not free for other
        use: this gives it the pins, by an overlay, and has the kernel make the
        sound card, by a parameter of `snd_bcm2835`.
      '';
    };

    overlays = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      internal = true;
      readOnly = true;
      default = lib.optionals (cfg.sound.headphones && jack != null) (
        jack.overlays.${toString cfg.deviceTree.family} or [ ]
      );
      description = "The overlays that the options above need.";
    };
  };

  config = lib.mkIf (cfg.enable && cfg.sound.headphones) {
    assertions = [
      {
        assertion = jack != null;
        message = ''
          hardware.outboard.sound.headphones: the ${facts.name} has no headphone jack that needs this.
          ${facts.userland.no_headphones or "Take the line out."}
        '';
      }
    ];

    boot.kernelParams = lib.mkIf (jack != null) (
      map (entry: entry.parameter) (lib.filter isFor jack.parameters)
    );
  };
}
