# SPDX-License-Identifier: GPL-2.0-only
{
  description = "The pieces that an ARM64 board's kernel lacks: modules, device trees, images";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      board = "aarch64-linux";
      forAllSystems = lib.genAttrs [
        "x86_64-linux"
        board
      ];
      boards = import ./nix/boards.nix { inherit lib; };
      examples = import ./nix/examples {
        inherit boards;
        inherit (lib) nixosSystem;
      };

      pkgsFor = forAllSystems (
        system: nixpkgs.legacyPackages.${system}.extend self.overlays.default
      );
      # Packages for boards, made on a system.
      boardPkgsFor =
        system:
        if system == board then
          pkgsFor.${system}
        else
          pkgsFor.${system}.pkgsCross.aarch64-multiplatform;

      madeFor = forAllSystems (
        system:
        import ./nix/packages {
          inherit lib;
          pkgs = pkgsFor.${system};
          boardPkgs = boardPkgsFor system;
          nativePkgs = pkgsFor.${board};
          systemFor = id: self.nixosConfigurations.${if system == board then id else "${id}-cross"};
        }
      );
    in
    {
      overlays.default = import ./nix/overlay.nix;

      nixosModules = import ./nix/nixos-modules.nix;

      nixosConfigurations =
        examples.native
        // lib.mapAttrs' (id: lib.nameValuePair "${id}-cross") (examples.crossFrom "x86_64-linux");

      packages = lib.mapAttrs (_: made: made.packages) madeFor;
      # The same, and what needs an unfree part or a file of the board's owner.
      legacyPackages = lib.mapAttrs (_: made: made.legacyPackages) madeFor;

      checks = forAllSystems (
        system:
        import ./nix/checks.nix {
          inherit lib;
          pkgs = pkgsFor.${system};
          nativePkgs = pkgsFor.${board};
        }
      );

      hydraJobs = import ./nix/hydra.nix {
        inherit lib;
        inherit (self) packages checks;
        systems = examples.native;
      };

      devShells = forAllSystems (system: {
        default = pkgsFor.${system}.callPackage ./nix/shell.nix { boardPkgs = boardPkgsFor system; };
      });

      formatter = forAllSystems (system: pkgsFor.${system}.nixfmt-tree);
    };
}
