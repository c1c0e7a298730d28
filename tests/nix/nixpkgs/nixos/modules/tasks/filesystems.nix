# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  utils,
  ...
}:
let
  inherit (lib) mkOption types;
  nonEmpty = types.addCheck types.str (text: builtins.match "[ \t\n]*" text == null) // {
    description = "string (with check: non-empty)";
  };
  folder = types.addCheck types.str (text: text != "" && builtins.match ".+/" text == null) // {
    description = "string (with check: non-empty without trailing slash)";
  };
  truth =
    default: description:
    mkOption {
      type = types.bool;
      inherit default description;
    };
  resizable = [
    "btrfs"
    "ext3"
    "ext4"
    "xfs"
  ];
  all = builtins.attrValues config.fileSystems;
in
{
  options = {
    boot.supportedFilesystems = mkOption {
      type = types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: true)) (
        types.attrsOf types.bool
      );
      default = { };
      description = "File systems that the system mounts.";
    };
    fileSystems = mkOption {
      default = { };
      description = "What is mounted where.";
      apply = lib.filterAttrs (_: fs: fs.enable);
      type = types.attrsOf (
        types.submodule (
          { config, name, ... }:
          {
            options = {
              enable = truth true "Whether it is mounted.";
              mountPoint = mkOption {
                type = folder;
                default = name;
                description = "Where.";
              };
              device = mkOption {
                type = types.nullOr nonEmpty;
                default = null;
                description = "What.";
              };
              fsType = mkOption {
                type = nonEmpty;
                description = "What kind.";
              };
              label = mkOption {
                type = types.nullOr nonEmpty;
                default = null;
                description = "What, by its label.";
              };
              options = mkOption {
                type = types.nonEmptyListOf nonEmpty;
                default = [ "defaults" ];
                description = "How.";
              };
              depends = mkOption {
                type = types.listOf folder;
                default = [ ];
                description = "After what.";
              };
              autoFormat = truth false "Whether it is made.";
              autoResize = truth false "Whether it grows.";
              noCheck = truth false "Whether it is not checked.";
              neededForBoot = truth false "Whether the first stage mounts it.";
            };
            config = {
              device = lib.mkIf (config.label != null) (lib.mkDefault "/dev/disk/by-label/${config.label}");
              options = lib.mkMerge [
                (lib.mkIf config.autoResize [ "x-systemd.growfs" ])
                (lib.mkIf config.autoFormat [ "x-systemd.makefs" ])
                (lib.mkIf (utils.fsNeededForBoot config) [ "x-initrd.mount" ])
              ];
            };
          }
        )
      );
    };
  };
  config = {
    assertions = map (fs: {
      assertion = fs.autoResize -> builtins.elem fs.fsType resizable;
      message = "Mountpoint '${fs.mountPoint}': 'autoResize = true' is not supported for 'fsType = \"${fs.fsType}\"'";
    }) all;
    system.build.fileSystems = builtins.sort utils.fsBefore all;
  };
}
