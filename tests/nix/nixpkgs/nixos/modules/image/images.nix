# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  extendModules,
  ...
}:
{
  options = {
    image.modules = lib.mkOption {
      type = lib.types.attrsOf lib.types.deferredModule;
      description = "A module for each kind of image.";
    };
    system.build.images = lib.mkOption {
      type = lib.types.lazyAttrsOf lib.types.raw;
      readOnly = true;
      description = "An image of each kind.";
    };
  };
  config.image.modules = { };
  config.system.build.images = builtins.mapAttrs (
    name: module:
    let
      system = extendModules { modules = [ module ]; };
    in
    lib.recursiveUpdate
      (system.config.system.build.image
        or (throw "Module for `system.build.images.${name}` misses required `system.build.image` option.")
      )
      {
        passthru = {
          inherit (system) config;
          inherit (system.config.image) filePath;
        };
      }
  ) config.image.modules;
}
