# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  nixosRelease,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  options.boot = {
    blacklistedKernelModules =
      if lib.versionAtLeast nixosRelease "26.05" then
        mkOption {
          type = types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: true)) (
            types.attrsOf types.bool
          );
          default = { };
          apply = names: builtins.attrNames (lib.filterAttrs (_: lib.id) names);
          description = "Modules that are not loaded by themselves.";
        }
      else
        mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Modules that are not loaded by themselves.";
        };
    extraModprobeConfig = mkOption {
      type = types.lines;
      default = "";
      description = "Lines for modprobe.";
    };
    modprobeConfig.enable = lib.mkEnableOption "modprobe config" // {
      default = true;
    };
  };
  config = lib.mkIf config.boot.modprobeConfig.enable {
    environment.etc."modprobe.d/nixos.conf".text = ''
      ${lib.concatMapStrings (name: "blacklist ${name}\n") config.boot.blacklistedKernelModules}
      ${config.boot.extraModprobeConfig}
    '';
  };
}
