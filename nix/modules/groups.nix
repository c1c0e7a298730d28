# SPDX-License-Identifier: GPL-2.0-only
#
# Who may use the header: groups and rules that NixOS lacks, under the names that other
# distributions have.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.hardware.outboard;
  anyOf = cfg.groups.gpio || cfg.groups.spi || cfg.groups.pwm;
in
{
  options.hardware.outboard.groups = {
    gpio = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Whether members of the group `gpio` may use GPIO lines: `/dev/gpiochip*`,
        and `/dev/gpiomem` on Raspberry Pis.
      '';
    };

    i2c = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Whether members of the group `i2c` may use I²C buses (`/dev/i2c-*`).
        This sets {option}`hardware.i2c.enable`.
      '';
    };

    spi = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Whether members of the group `spi` may use SPI devices (`/dev/spidev*`).
      '';
    };

    pwm = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = ''
        Whether members of the group `gpio` may use PWM channels below
        `/sys/class/pwm`.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    hardware.i2c.enable = lib.mkIf cfg.groups.i2c (lib.mkDefault true);

    users.groups =
      lib.optionalAttrs (cfg.groups.gpio || cfg.groups.pwm) { gpio = { }; }
      // lib.optionalAttrs cfg.groups.spi { spi = { }; };

    # The rules of our own devices come with the modules that make them.
    services.udev.packages = lib.mkIf cfg.modules.enable [ cfg.modules.package ];

    # Serial ports are dialout's on NixOS as elsewhere. PWM has no device file: a channel's
    # files come when it is exported, which is a change of its chip.
    services.udev.extraRules = lib.mkIf anyOf (
      lib.concatStringsSep "\n" (
        lib.optional cfg.groups.gpio ''SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"''
        ++ lib.optional cfg.groups.spi ''SUBSYSTEM=="spidev", GROUP="spi", MODE="0660"''
        ++ lib.optional cfg.groups.pwm (
          ''SUBSYSTEM=="pwm", ACTION=="add|change", ''
          + ''RUN+="${pkgs.coreutils}/bin/chgrp -R gpio /sys%p", ''
          + ''RUN+="${pkgs.coreutils}/bin/chmod -R g=u /sys%p"''
        )
      )
      + "\n"
    );
  };
}
