# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  options,
  ...
}:
let
  cfg = config.nixpkgs;
  platform = lib.types.either lib.types.str lib.types.attrs;
in
{
  options.nixpkgs = {
    hostPlatform = lib.mkOption {
      type = platform;
      apply = lib.systems.elaborate;
      example = "aarch64-linux";
      description = "The machine that the system is for.";
    };
    buildPlatform = lib.mkOption {
      type = platform;
      default = cfg.hostPlatform;
      defaultText = lib.literalExpression "config.nixpkgs.hostPlatform";
      apply =
        given:
        let
          platform = lib.systems.elaborate given;
        in
        if lib.systems.equals platform cfg.hostPlatform then cfg.hostPlatform else platform;
      description = "The machine that it is built on.";
    };
    overlays = lib.mkOption {
      type = lib.types.listOf (
        lib.mkOptionType {
          name = "nixpkgs-overlay";
          description = "nixpkgs overlay";
          check = lib.isFunction;
          merge = lib.mergeOneOption;
        }
      );
      default = [ ];
      description = "Overlays of the package set.";
    };
    config = lib.mkOption {
      type = lib.mkOptionType {
        name = "nixpkgs-config";
        description = "nixpkgs config";
        check = value: builtins.isAttrs value || lib.isFunction value;
        merge = _: lib.foldr (def: lib.recursiveUpdate def.value) { };
      };
      default = { };
      description = "What the package set allows.";
    };
    system = lib.mkOption {
      type = lib.types.str;
      default = throw "${options.nixpkgs.system} is not to be read: use pkgs.stdenv.hostPlatform";
      defaultText = "none";
      description = "The old name of hostPlatform.";
    };
  };
}
