# SPDX-License-Identifier: GPL-2.0-only
#
# The package set that a configuration gets: built for its host, on its build platform.
{ config, lib, ... }:
let
  cfg = config.nixpkgs;
  cross = cfg.buildPlatform.system != cfg.hostPlatform.system;
in
{
  _module.args.pkgs = lib.mkDefault (
    import ../../.. (
      {
        inherit (cfg) config overlays;
        localSystem.system = cfg.buildPlatform.system;
      }
      // lib.optionalAttrs cross { crossSystem.config = cfg.hostPlatform.config; }
    )
  );
}
