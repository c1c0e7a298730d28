# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  failed = map (one: one.message) (builtins.filter (one: !one.assertion) config.assertions);
  system = pkgs.stdenvNoCC.mkDerivation (
    {
      name = "nixos-system-${config.system.name}-${config.system.nixos.label}";
      inherit (config.system) extraDependencies;
      buildCommand = ''
        mkdir $out
        ${config.system.systemBuilderCommands}
      '';
      # All that a system's own files would be made of, so that none of it stays unread.
      environmentEtc = builtins.toJSON (
        lib.mapAttrs (_: file: if file.text != null then file.text else toString file.source) (
          lib.filterAttrs (_: file: file.enable) config.environment.etc
        )
      );
      units = builtins.toJSON [
        config.systemd.services
        config.systemd.network.links
        config.systemd.tmpfiles.rules
      ];
      udev = builtins.toJSON [
        (map toString config.services.udev.packages)
        config.services.udev.extraRules
        config.boot.initrd.services.udev.rules
      ];
      people = builtins.toJSON [
        config.users.groups
        config.users.users
      ];
      mounts = builtins.toJSON config.fileSystems;
      programs = map toString config.environment.systemPackages;
    }
    // config.system.systemBuilderArgs
  );
in
{
  options.system = {
    boot.loader = {
      id = mkOption {
        internal = true;
        default = "";
        description = "Which boot loader.";
      };
      kernelFile = mkOption {
        internal = true;
        type = types.str;
        default = config.boot.kernelPackages.kernel.target or "Image";
        defaultText = lib.literalExpression "config.boot.kernelPackages.kernel.target";
        description = "The kernel's file.";
      };
      initrdFile = mkOption {
        internal = true;
        type = types.str;
        default = "initrd";
        description = "The initrd's file.";
      };
    };
    build.toplevel = mkOption {
      type = types.package;
      readOnly = true;
      description = "The system.";
    };
    checks = mkOption {
      type = types.listOf types.package;
      default = [ ];
      description = "What has to be built before the system is.";
    };
    extraDependencies = mkOption {
      type = types.listOf types.pathInStore;
      default = [ ];
      description = "What the system keeps.";
    };
    name = mkOption {
      type = types.str;
      default = if config.networking.hostName == "" then "unnamed" else config.networking.hostName;
      defaultText = "the host's name";
      description = "The system's name.";
    };
    systemBuilderArgs = mkOption {
      type = types.attrsOf types.unspecified;
      internal = true;
      default = { };
      description = "For its builder.";
    };
    systemBuilderCommands = mkOption {
      type = types.lines;
      internal = true;
      default = "";
      description = "For its builder.";
    };
  };
  config.system = {
    build.toplevel =
      if failed != [ ] then
        throw "\nFailed assertions:\n${lib.concatMapStrings (message: "- ${message}\n") failed}"
      else
        lib.foldr lib.warn system config.warnings;
    systemBuilderArgs.passedChecks = lib.concatStringsSep " " (map toString config.system.checks);
  };
}
