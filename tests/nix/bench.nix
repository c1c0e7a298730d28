# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests evaluate, with any nixpkgs: ours or a real one, by its path.
{
  nixpkgs,
  project,
  # What builds; boards' systems are for aarch64-linux whatever it is.
  builder ? "x86_64-linux",
}:
let
  lib = import (nixpkgs + "/lib");
  evalConfig = import (nixpkgs + "/nixos/lib/eval-config.nix");
  nixosSystem =
    {
      release ? lib.trivial.release,
      modules,
    }:
    evalConfig {
      system = null;
      inherit modules;
      # Ours has the options of three versions; a real one has one, and no use for this.
      specialArgs.nixosRelease = release;
    };
  overlay = import (project + "/nix/overlay.nix");
  modules = import (project + "/nix/nixos-modules.nix");
  cross = { nixpkgs.buildPlatform = builder; };
  root = {
    fileSystems."/" = {
      device = lib.mkOverride 1400 "/dev/disk/by-label/root";
      fsType = lib.mkOverride 1400 "ext4";
    };
  };
in
rec {
  inherit
    lib
    nixosSystem
    modules
    overlay
    ;
  boards = import (project + "/nix/boards.nix") { inherit lib; };

  # Packages of the machine that builds, and those for boards.
  pkgs = import nixpkgs {
    system = builder;
    overlays = [ overlay ];
  };
  boardPkgs =
    if builder == "aarch64-linux" then
      pkgs
    else
      import nixpkgs {
        system = builder;
        crossSystem = lib.systems.examples.aarch64-multiplatform;
        overlays = [ overlay ];
      };

  systemOf =
    release: board: more:
    nixosSystem {
      inherit release;
      modules = [
        modules.${board}
        root
        cross
        more
      ];
    };
  system = systemOf lib.trivial.release;
  toplevel = board: more: (system board more).config.system.build.toplevel.drvPath;

  options =
    release: board:
    import ./options.nix {
      inherit
        lib
        nixosSystem
        modules
        board
        release
        ;
      more = cross;
    };

  # A kernel that is no more than a version.
  kernelOf =
    pkgs: version: more:
    pkgs.linuxPackagesFor (
      pkgs.buildLinux (
        {
          inherit version;
          src = pkgs.emptyDirectory;
        }
        // more
      )
    );

  # Every board with the options of each version of NixOS.
  everyBoard =
    release:
    builtins.mapAttrs (
      board: _:
      let
        made = systemOf release board { };
      in
      {
        toplevel = made.config.system.build.toplevel.drvPath;
        parameters = made.config.boot.kernelParams;
        initrd = made.config.boot.initrd.availableKernelModules;
      }
    ) boards;
}
