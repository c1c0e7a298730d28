# SPDX-License-Identifier: GPL-2.0-only
{
  description = "What outboard's tests take for nixpkgs: this machine's tools, no network";

  outputs =
    { ... }:
    let
      lib = import ./lib;
    in
    {
      lib = lib // {
        nixosSystem = args: import ./nixos { inherit lib; } args;
      };
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: import ./. { inherit system; });
    };
}
