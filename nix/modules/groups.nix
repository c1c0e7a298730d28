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

  # Files of sysfs: a PWM channel's come when it is exported, which is a change of its chip.
  # Not all of the directory: uevent and power/ are root's.
  pwm =
    event: names:
    let
      files = lib.concatMapStringsSep " " (name: "/sys%p/${name}") names;
    in
    ''SUBSYSTEM=="pwm", ${event}, ''
    + ''RUN+="${pkgs.coreutils}/bin/chgrp gpio ${files}", ''
    + ''RUN+="${pkgs.coreutils}/bin/chmod g+w ${files}"'';
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
        Whether members of the group `gpio` may export PWM channels below
        `/sys/class/pwm` and set their period, duty cycle, polarity and enable.
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

    # Serial ports are dialout's on NixOS as elsewhere.
    services.udev.extraRules = lib.mkIf anyOf (
      lib.concatStringsSep "\n" (
        lib.optional cfg.groups.gpio ''SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"''
        ++ lib.optional cfg.groups.spi ''SUBSYSTEM=="spidev", GROUP="spi", MODE="0660"''
        ++ lib.optionals cfg.groups.pwm [
          (pwm ''ACTION=="add"'' [
            "export"
            "unexport"
          ])
          (pwm ''ACTION=="change", ENV{EXPORT}=="?*"'' (
            map (name: "$env{EXPORT}/${name}") [
              "period"
              "duty_cycle"
              "enable"
              "polarity"
            ]
          ))
        ]
      )
      + "\n"
    );
  };
}
