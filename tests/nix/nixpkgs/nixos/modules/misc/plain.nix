# SPDX-License-Identifier: GPL-2.0-only
#
# Options by their names and types alone: what they would do is no matter here.
{
  config,
  lib,
  nixosRelease,
  pkgs,
  ...
}:
let
  inherit (lib) types;
  option =
    type: default:
    lib.mkOption {
      inherit type default;
      description = "As in NixOS.";
    };
  texts = option (types.listOf types.str) [ ];
  units =
    more:
    option (types.attrsOf (
      types.submodule {
        options = {
          enable = option types.bool true;
          description = option types.singleLineStr "";
          documentation = texts;
          aliases = texts;
          wantedBy = texts;
          requiredBy = texts;
          wants = texts;
          requires = texts;
          bindsTo = texts;
          partOf = texts;
          upholds = texts;
          after = texts;
          before = texts;
          conflicts = texts;
          onFailure = texts;
          unitConfig = option (types.attrsOf types.unspecified) { };
          restartTriggers = option (types.listOf types.unspecified) [ ];
        } // more;
      }
    )) { };
  service = {
    environment = option (types.attrsOf (
      types.nullOr (
        types.oneOf [
          types.str
          types.path
          types.package
        ]
      )
    )) { };
    path = option (types.listOf (
      types.oneOf [
        types.package
        types.str
      ]
    )) [ ];
    serviceConfig = option (types.attrsOf types.unspecified) { };
    script = option types.lines "";
    scriptArgs = option types.str "";
    preStart = option types.lines "";
    postStart = option types.lines "";
    restartIfChanged = option types.bool true;
    reloadIfChanged = option types.bool false;
    stopIfChanged = option types.bool true;
    startAt = option (types.either types.str (types.listOf types.str)) [ ];
  };
  newest = lib.versionAtLeast nixosRelease "26.11";
in
{
  options = {
    boot = {
      isContainer = option types.bool false;
      postBootCommands = option types.lines "";
      kernel.sysctl = option (types.submodule {
        freeformType = types.attrsOf (
          types.nullOr (
            types.oneOf [
              types.bool
              types.str
              types.int
            ]
          )
        );
      }) { };
      loader = {
        grub.enable = option types.bool (!config.boot.isContainer);
        systemd-boot.enable = option types.bool false;
        efi.canTouchEfiVariables = option types.bool false;
      };
      initrd.network.enable = option types.bool false;
      initrd.systemd = {
        # The default since 26.05.
        enable = option types.bool (lib.versionAtLeast nixosRelease "26.05");
        package = option types.package config.systemd.package;
        repart.enable = option types.bool false;
        tpm2.enable = option types.bool true;
        services = units service;
        contents = option (types.attrsOf types.unspecified) { };
        extraBin = option (types.attrsOf types.path) { };
        initrdBin = option (types.listOf types.package) [ ];
        storePaths = option (types.listOf types.unspecified) [ ];
      };
    };
    documentation = {
      enable = option types.bool true;
      doc.enable = option types.bool true;
      info.enable = option types.bool true;
      man.enable = option types.bool true;
      nixos.enable = option types.bool true;
    };
    environment = {
      etc = option (types.attrsOf (
        types.submodule (
          { name, ... }:
          {
            options = {
              enable = option types.bool true;
              target = option types.str name;
              text = option (types.nullOr types.lines) null;
              source = lib.mkOption {
                type = types.path;
                description = "As in NixOS.";
              };
              mode = option types.str "symlink";
              user = option types.str "+0";
              group = option types.str "+0";
            };
          }
        )
      )) { };
      systemPackages = option (types.listOf types.package) [ ];
    };
    hardware = {
      alsa.enable = option types.bool false;
      enableAllHardware = option types.bool false;
      graphics.enable = option types.bool false;
    };
    lib = option (types.attrsOf types.attrs) { };
    meta = option (types.attrsOf types.unspecified) { };
    networking = {
      hostName = option (types.strMatching "^$|^[[:alnum:]]([[:alnum:]_-]{0,61}[[:alnum:]])?$") "nixos";
      firewall.enable = option types.bool true;
      networkmanager.enable = option types.bool false;
      useDHCP = option types.bool true;
      useNetworkd = option types.bool false;
      wireless.enable = option types.bool false;
    };
    nix = {
      enable = option types.bool true;
      package = option types.package pkgs.nix;
      settings = option (types.attrsOf types.unspecified) { };
    };
    powerManagement.cpuFreqGovernor = option (types.nullOr types.str) null;
    security.sudo.wheelNeedsPassword = option types.bool true;
    services = {
      getty.autologinUser = option (types.nullOr types.str) null;
      openssh.enable = option types.bool false;
      pipewire.enable = option types.bool false;
      pulseaudio.enable = option types.bool false;
    };
    swapDevices = option (types.listOf types.unspecified) [ ];
    system = {
      build = lib.mkOption {
        default = { };
        description = "What can be built of the system.";
        type = types.submoduleWith {
          modules = [ { freeformType = types.lazyAttrsOf (types.uniq types.unspecified); } ];
        };
      };
      nixos = {
        label = option types.str nixosRelease;
        release = option types.str nixosRelease;
        tags = texts;
      };
      stateVersion = option types.str nixosRelease;
    };
    systemd = {
      package = option types.package pkgs.systemd;
      repart.enable = option types.bool false;
      services = units service;
      timers = units { timerConfig = option (types.attrsOf types.unspecified) { }; };
      paths = units { pathConfig = option (types.attrsOf types.unspecified) { }; };
      tmpfiles.rules = texts;
      network = {
        enable = option types.bool false;
        links = option (types.attrsOf (
          types.submodule {
            options = {
              enable = option types.bool true;
              matchConfig = option (types.attrsOf types.unspecified) { };
              linkConfig = option (types.attrsOf types.unspecified) { };
              extraConfig = option types.lines "";
            };
          }
        )) { };
      };
    };
    users = {
      groups = option (types.attrsOf (
        types.submodule (
          { name, ... }:
          {
            options = {
              name = option types.str name;
              gid = option (types.nullOr types.int) null;
              members = texts;
            };
          }
        )
      )) { };
      mutableUsers = option types.bool true;
      users = option (types.attrsOf (
        types.submodule (
          { name, ... }:
          {
            options = {
              name = option types.str name;
              description = option types.str "";
              isNormalUser = option types.bool false;
              isSystemUser = option types.bool false;
              group = option types.str "";
              extraGroups = texts;
              home = option types.path "/var/empty";
              initialPassword = option (types.nullOr types.str) null;
              initialHashedPassword = option (types.nullOr types.str) null;
              hashedPassword = option (types.nullOr types.str) null;
              password = option (types.nullOr types.str) null;
              openssh.authorizedKeys.keys = option (types.listOf types.singleLineStr) [ ];
            };
          }
        )
      )) { };
    };
    virtualisation.docker.enable = option types.bool false;
  };

  config = {
    system.build.initialRamdisk = pkgs.runCommand "initrd" {
      modules = config.system.build.modulesClosure or "";
      params = config.boot.initrd.availableKernelModules ++ config.boot.initrd.kernelModules;
    } "mkdir $out; echo none >$out/initrd";
    system.build.initialRamdiskSecretAppender = pkgs.emptyDirectory;
    # systemd's own, which a kernel must have or be excused from.
    boot.initrd.availableKernelModules = lib.optionals config.boot.initrd.systemd.enable (
      [ "autofs" ] ++ lib.optionals (newest && config.boot.initrd.systemd.tpm2.enable) [
        "tpm-crb"
        "tpm-tis"
      ]
    );
  };
}
