# SPDX-License-Identifier: GPL-2.0-only
#
# The board's console; and none on the UART that its Bluetooth chip is on.
{
  config,
  lib,
  options,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  bluetooth = facts.userland.bluetooth or { };
  isVendor = cfg.deviceTree.family == "vendor";

  # Overlays that move the header's UART and Bluetooth's.
  chosen = cfg.deviceTree.baseOverlays ++ cfg.overlays;
  moved = lib.filter (entry: lib.elem entry.overlay chosen) (bluetooth.moved or [ ]);

  usual = if isVendor then facts.console.vendor or facts.console else facts.console;
  device = if moved != [ ] then (lib.last moved).console else usual.device;
  ofBluetooth =
    if moved != [ ] then
      (lib.last moved).uart
    else
      (bluetooth.uart or { }).${toString cfg.deviceTree.family} or [ ];

  isRefused = parameter: lib.any (tty: isConsole tty parameter) cfg.console.refuse;
  isConsole =
    tty: parameter: parameter == "console=${tty}" || lib.hasPrefix "console=${tty}," parameter;
  ours = "console=${cfg.console.device},${toString cfg.console.baud}n8";
  removed = lib.unique (
    lib.filter (parameter: isRefused parameter && parameter != ours) (
      lib.flatten (options.boot.kernelParams.definitions or [ ])
    )
  );
in
{
  options = {
    hardware.outboard.console = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = true;
        description = ''
          Whether to put the system's console on the board's serial port. A
          login prompt comes with it.
        '';
      };

      device = lib.mkOption {
        type = lib.types.strMatching "tty[A-Za-z]+[0-9]+";
        default = device;
        defaultText = lib.literalMD "the board's, by the name that the tree's kernel gives it";
        example = "ttyS1";
        description = ''
          The serial port. Its name differs between mainline's kernel and the
          vendor's, and moves with overlays such as `rpi-disable-bt`; the
          default follows both.
        '';
      };

      baud = lib.mkOption {
        type = lib.types.ints.positive;
        default = usual.baud;
        defaultText = lib.literalMD "the board's";
        example = 115200;
        description = "Its speed.";
      };

      screen = lib.mkOption {
        type = lib.types.bool;
        default = true;
        description = ''
          Whether the kernel's messages go to a screen as well. What init and
          stage 1 say goes to the serial port alone, which comes last.
        '';
      };

      early = lib.mkOption {
        type = lib.types.bool;
        default = false;
        description = ''
          Whether the kernel writes to the serial port before its driver is
          there (`earlycon`): for boards that stop without a word.
        '';
      };

      refuse = lib.mkOption {
        type = lib.types.listOf (lib.types.strMatching "tty[A-Za-z]+[0-9]+");
        default = ofBluetooth;
        defaultText = lib.literalMD "the UART that the board's Bluetooth chip is on";
        example = [ ];
        description = ''
          Ports on which no console may be: a `console=` for one of them, as
          NixOS' own `sd-image-aarch64.nix` has, is taken out of
          {option}`boot.kernelParams`, with a warning. A log that is written
          into a Bluetooth chip ends in "command 0xfc18 tx timeout". An empty
          list leaves all parameters as they are.
        '';
      };
    };

    # Declared a second time, for apply alone: a definition in another module cannot be taken
    # out of a list in any other way than by forcing the whole list.
    boot.kernelParams = lib.mkOption {
      apply =
        parameters:
        if cfg.enable && cfg.console.refuse != [ ] then
          lib.filter (parameter: !(isRefused parameter)) parameters
        else
          parameters;
    };
  };

  config = lib.mkIf cfg.enable {
    boot.kernelParams = lib.mkIf cfg.console.enable (
      lib.mkAfter (
        lib.optional cfg.console.screen "console=tty0"
        ++ [ ours ]
        ++ lib.optional (
          cfg.console.early && facts.console ? earlycon
        ) "earlycon=${facts.console.earlycon}"
      )
    );

    assertions = [
      {
        assertion = !cfg.console.enable || !(lib.elem cfg.console.device cfg.console.refuse);
        message = ''
          hardware.outboard.console.device = "${cfg.console.device}" is the UART of the ${facts.name}'s
          Bluetooth chip. Its console is ${usual.device}; to have ${cfg.console.device} on the header, merge
          an overlay that moves Bluetooth (${
            lib.concatMapStringsSep ", " (entry: entry.overlay) (bluetooth.moved or [ ])
          }), or set hardware.outboard.console.refuse = [ ].
        '';
      }
    ];

    warnings = lib.optional (removed != [ ]) ''
      hardware.outboard: ${lib.concatStringsSep " and " removed} was taken out of boot.kernelParams:
      the ${facts.name}'s Bluetooth chip is on that port, and does not answer when the kernel's log
      goes there. hardware.outboard.console.refuse = [ ] leaves it in.
    '';
  };
}
