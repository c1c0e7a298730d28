# SPDX-License-Identifier: GPL-2.0-only
{ lib, ... }:
{
  options.boot.loader.timeout = lib.mkOption {
    type = lib.types.nullOr lib.types.int;
    default = 5;
    description = "How long the menu waits.";
  };
}
