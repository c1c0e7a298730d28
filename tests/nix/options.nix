# SPDX-License-Identifier: GPL-2.0-only
#
# Every option of a board's module, set to something else than its default: what comes of it.
# An option that is not here, and is neither a boolean nor read-only, is one without a test.
{
  # A nixosSystem, the project's modules and the board's name.
  nixosSystem,
  modules,
  board,
  lib,
  release ? "26.11",
  # Added to each configuration.
  more ? { },
}:
let
  prefix = [
    "hardware"
    "outboard"
  ];
  systemWith =
    module:
    nixosSystem {
      inherit release;
      modules = [
        modules.${board}
        {
          fileSystems."/" = {
            device = lib.mkOverride 1400 "/dev/disk/by-label/root";
            fsType = lib.mkOverride 1400 "ext4";
          };
          nixpkgs.config.allowUnfree = true;
        }
        more
        module
      ];
    };
  base = systemWith { };
  inherit (base.config.hardware.outboard) facts;
  packages = base._module.args.pkgs;

  # For each: another value, and one of the wrong type.
  values = {
    board = {
      set = lib.mkForce (if board == "rock-5a" then "khadas-vim3" else "rock-5a");
      wrong = "commodore-64";
    };
    "console.baud" = {
      set = 300;
      wrong = 0;
    };
    "console.device" = {
      set = "ttyS7";
      wrong = "/dev/ttyS7";
    };
    "console.refuse" = {
      set = [ "ttyUSB9" ];
      wrong = [ "ttyUSB" ];
      also.boot.kernelParams = [ "console=ttyUSB9" ];
    };
    "deviceTree.baseOverlays" = {
      set = lib.take 1 facts.overlays.optional;
      wrong = [ 1 ];
    };
    "deviceTree.family" = {
      set = "rescue";
      wrong = "aunt";
    };
    "deviceTree.padding" = {
      set = 12345;
      wrong = -1;
    };
    "image.filesystem" = {
      set = "btrfs";
      wrong = "minix";
    };
    "image.firmware" = {
      set = packages.emptyDirectory;
      wrong = "firmware";
      also.hardware.outboard.image.enable = facts ? image;
    };
    "image.free" = {
      set = "77M";
      wrong = "lots";
    };
    "image.label" = {
      set = "OTHER";
      wrong = "no spaces";
    };
    "image.populateCommands" = {
      set = "touch files/here";
      wrong = [ ];
    };
    "kernel.parameters" = {
      set = [ "panic=7" ];
      wrong = "panic=7";
    };
    "modules.initrd" = {
      set = [ "loop" ];
      wrong = "loop";
    };
    "modules.package" = {
      set = packages.emptyDirectory;
      wrong = "modules";
    };
    "network.macAddresses" = {
      set.eth0 = "02:00:00:00:00:01";
      wrong.eth0 = "02-00-00-00-00-01";
    };
    "network.wifiCountry" = {
      set = "DE";
      wrong = "Germany";
    };
    overlays = {
      set = [
        {
          name = "mine";
          dtsText = "/dts-v1/; /plugin/;";
        }
      ];
      wrong = [ 1 ];
    };
  };

  # What an option's value has to be followed by, where a change somewhere would not say enough.
  has = list: value: builtins.elem value list;
  hasImage = config: config.hardware.outboard.image.enable;
  expected = {
    "bluetooth.enable" = value: config: config.hardware.bluetooth.enable == value;
    "bootLoader.enable" =
      value: config: config.boot.loader.generic-extlinux-compatible.enable == value;
    "console.baud" =
      value: config: lib.any (lib.hasSuffix ",${toString value}n8") config.boot.kernelParams;
    "console.device" =
      value: config: lib.any (lib.hasPrefix "console=${value},") config.boot.kernelParams;
    "console.enable" =
      value: config: value == lib.any (lib.hasPrefix "console=tty") config.boot.kernelParams;
    "console.refuse" =
      value: config: !(lib.any (lib.hasPrefix "console=${lib.head value}") config.boot.kernelParams);
    "console.screen" = value: config: value == has config.boot.kernelParams "console=tty0";
    "deviceTree.enable" =
      value: config: value == lib.hasInfix "outboard-device-tree" (toString config.hardware.deviceTree.package);
    "groups.gpio" =
      value: config: value == lib.hasInfix "gpiochip" config.services.udev.extraRules;
    "groups.i2c" = value: config: config.hardware.i2c.enable == value;
    "groups.pwm" = value: config: value == lib.hasInfix ''"pwm"'' config.services.udev.extraRules;
    "groups.spi" =
      value: config:
      value == lib.hasInfix "spidev" config.services.udev.extraRules
      && value == config.users.groups ? spi;
    "image.label" =
      value: config: !hasImage config || config.fileSystems."/".device == "/dev/disk/by-label/${value}";
    "image.filesystem" =
      value: config:
      !hasImage config || config.fileSystems."/".fsType == value && config.fileSystems ? "/boot";
    "kernel.parameters" =
      value: config: lib.all (has config.boot.kernelParams) value;
    "modules.enable" =
      value: config:
      value == lib.any (package: lib.hasPrefix "outboard-modules" package.name) config.boot.extraModulePackages;
    "modules.initrd" =
      value: config: lib.all (has config.boot.initrd.availableKernelModules) value;
    "network.macAddresses" =
      value: config:
      lib.any (
        link: link.linkConfig.MACAddress or null == value.eth0
      ) (builtins.attrValues config.systemd.network.links);
    "network.wifiCountry" =
      value: config: has config.boot.kernelParams "cfg80211.ieee80211_regdom=${value}";
  };

  documented = lib.optionAttrSetToDocList base.options.hardware.outboard;
  own = builtins.filter (
    option: lib.take 2 option.loc == prefix && !lib.any (part: lib.elem part [ "*" "<name>" ]) option.loc
  ) documented;

  failed = system: map (one: one.message) (builtins.filter (one: !one.assertion) system.config.assertions);
  # What is made of a configuration; of what cannot be made, that.
  made =
    system:
    let
      attempt = what: builtins.tryEval what;
      toplevel = attempt system.config.system.build.toplevel.drvPath;
      image = attempt (system.config.system.build.outboardImage.drvPath or "none");
      assertions = attempt (builtins.deepSeq (failed system) (failed system));
    in
    {
      toplevel = if toplevel.success then toplevel.value else "none";
      image = if image.success then image.value else "none";
      refused = if assertions.success then assertions.value else [ ];
    };
  baseMade = made base;

  judge =
    option:
    let
      path = lib.drop 2 option.loc;
      name = lib.concatStringsSep "." path;
      at = value: lib.setAttrByPath option.loc value;
      isBool = option.type == "boolean";
      entry =
        values.${name} or (
          if isBool then
            {
              set = !(lib.getAttrFromPath option.loc base.config);
              wrong = "yes";
            }
          else
            null
        );
      # mkForce: example modules may say something as well.
      changed = systemWith {
        imports = [
          (at (if entry.set._type or null == "override" then entry.set else lib.mkForce entry.set))
          (entry.also or { })
        ];
      };
      control = if entry ? also then made (systemWith entry.also) else baseMade;
      value = lib.getAttrFromPath option.loc changed.config;
      wanted = entry.set.content or entry.set;
      wrong = builtins.tryEval (
        builtins.deepSeq (lib.getAttrFromPath option.loc
          (systemWith (at (lib.mkForce entry.wrong))).config) true
      );
      same = builtins.tryEval (
        if builtins.isList wanted && wanted != [ ] && builtins.isAttrs (builtins.head wanted) then
          (builtins.head value).name == (builtins.head wanted).name
        else if lib.isDerivation wanted then
          value.outPath == wanted.outPath
        else
          value == wanted
      );
      result = made changed;
    in
    {
      inherit name;
      inherit (option) type readOnly;
      described = option.description != null && option.description != "";
      # A default, or a text that says what it is, and an example where the type alone says little.
      defaulted = option ? default || option.internal;
      verdict =
        if option.readOnly then
          let
            set = builtins.tryEval (
              builtins.seq (lib.getAttrFromPath option.loc
                (systemWith { imports = [ (at (lib.mkForce "set")) ]; }).config) true
            );
          in
          if set.success then "read-only, and can be set" else "read-only"
        else if entry == null then
          "no test: tests/nix/options.nix has no other value for it"
        else if !(same.success && same.value) then
          "was set, and is not seen in the configuration"
        else if
          result.refused == [ ]
          && result.toplevel != "none"
          && !((expected.${name} or (_: _: true)) wanted changed.config)
        then
          "was set, and has not the effect that it is for"
        else if wrong.success then
          "a value of the wrong type is taken"
        else if result.refused != [ ] then
          if lib.any (message: lib.hasInfix "hardware.outboard" message) result.refused then
            "refused"
          else
            "refused, and the message does not name the option: ${builtins.head result.refused}"
        else if result.toplevel == "none" then
          "refused"
        else if result.toplevel == control.toplevel && result.image == control.image then
          "no effect"
        else
          "effect";
    };
in
{
  base = baseMade;
  options = map judge own;
}
