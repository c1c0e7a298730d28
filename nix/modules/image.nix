# SPDX-License-Identifier: GPL-2.0-only
#
# An image of the system for the board's card: config.system.build.outboardImage.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  registration = "/nix-path-registration";
  inherit (config.system.build) toplevel;
  hasLayout = facts ? image;
  fat = lib.findFirst (part: part.filesystem or null == "fat32") null (
    facts.image.partition or [ ]
  );
  fatLabel = if fat == null then null else lib.toUpper fat.name;

  # What needs a file of the user's, or another machine to be built on, says that it is not to be had.
  known = pkgs.outboardPackages.firmware.${cfg.board} or null;

  # The root file system: the system's closure, its list for Nix's database, and what the
  # boot loader reads. All else is made when it starts.
  root =
    pkgs.runCommand "outboard-root-${cfg.board}.tar"
      {
        closure = pkgs.buildPackages.closureInfo { rootPaths = [ toplevel ]; };
        nativeBuildInputs = [ pkgs.buildPackages.gnutar ];
      }
      ''
        mkdir -p files/boot "files${builtins.storeDir}"
        ${config.boot.loader.generic-extlinux-compatible.populateCmd} -c ${toplevel} -d files/boot
        cp "$closure/registration" files${registration}
        ${cfg.image.populateCommands}
        chmod -R u+w files

        # A store that shares equal files between its paths must not show.
        reproducible="--hard-dereference --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner --format=gnu"
        tar $reproducible -cf $out -C files .
        sed 's,^/,,' "$closure/store-paths" | sort >paths
        tar $reproducible -rf $out -C / --files-from=paths
      '';
in
{
  options.hardware.outboard.image = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = config.boot.loader.generic-extlinux-compatible.enable && hasLayout;
      defaultText = lib.literalMD "whether extlinux.conf is written, and the board starts from a card";
      description = ''
        Whether `config.system.build.outboardImage` is to be had, and `/` is by
        default the file system that it has, which grows to the card's size
        when it is first started.
      '';
    };

    filesystem = lib.mkOption {
      type = lib.types.enum [
        "ext4"
        "btrfs"
      ];
      default = "ext4";
      description = ''
        The root's file system. With btrfs `/boot` is a partition of its own,
        in ext4, as no U-Boot of these boards reads btrfs.
      '';
    };

    label = lib.mkOption {
      type = lib.types.strMatching "[A-Za-z0-9_-]{1,16}";
      default = "NIXOS_SD";
      description = ''
        The label of the root's file system, by which the system finds it. Two
        cards with one label in a board make it a lottery.
      '';
    };

    firmware = lib.mkOption {
      type = lib.types.nullOr lib.types.package;
      default = if known != null && known.available or true then known else null;
      defaultText = lib.literalMD "the board's, where it can be built here and passed on";
      example = lib.literalExpression ''
        pkgs.outboardPackages.firmware.khadas-vim1s.override {
          bootImage = ./u-boot.bin.sd.bin.signed;
        }
      '';
      description = ''
        The boot firmware: a directory with the files that the board's file
        names under `image`, such as `flash.bin`. null: an image without, for
        a board that has it in its flash or eMMC.
      '';
    };

    compress = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether the image is compressed (zstd).";
    };

    free = lib.mkOption {
      type = lib.types.strMatching "[0-9]+[KMG]?";
      default = "256M";
      example = "2G";
      description = ''
        Room in the root beyond what it holds: what the system needs before it
        has grown.
      '';
    };

    populateCommands = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = lib.literalExpression ''
        "install -D -m 600 ''${./ssh_host_ed25519_key} files/etc/ssh/ssh_host_ed25519_key"
      '';
      description = ''
        Shell commands that put further files below `./files`, the root of the
        image. Everything there is root's, and in the store for all to read.
      '';
    };
  };

  config = lib.mkIf (cfg.enable && cfg.image.enable) (
    lib.mkMerge [
      {
        assertions = [
          {
            assertion = hasLayout;
            message = ''
              hardware.outboard.image: there is no image for the ${facts.name}: ${
                facts.boot.no_card or "no layout of its card is known"
              }. Set hardware.outboard.image.enable = false.
            '';
          }
        ];

        system.build.outboardImage = pkgs.outboardPackages.mkImage {
          inherit (cfg) board;
          inherit root;
          inherit (cfg.image)
            filesystem
            label
            firmware
            compress
            free
            ;
        };

        fileSystems = {
          "/" = {
            device = lib.mkDefault "/dev/disk/by-label/${cfg.image.label}";
            fsType = lib.mkDefault cfg.image.filesystem;
            autoResize = lib.mkDefault true;
          };
        }
        # No U-Boot of these boards reads btrfs: what it loads is on a partition of its own.
        // lib.optionalAttrs (cfg.image.filesystem == "btrfs") {
          "/boot" = {
            device = lib.mkDefault "/dev/disk/by-label/boot";
            fsType = lib.mkDefault "ext4";
          };
        }
        # For looking at config.txt and the like: "mount /boot/firmware".
        // lib.optionalAttrs (fatLabel != null) {
          "/boot/firmware" = {
            device = lib.mkDefault "/dev/disk/by-label/${fatLabel}";
            fsType = lib.mkDefault "vfat";
            options = lib.mkDefault [
              "noauto"
              "nofail"
            ];
          };
        };

        # Of the two, NixOS allows one.
        boot.growPartition = lib.mkDefault (
          !config.systemd.repart.enable && !config.boot.initrd.systemd.repart.enable
        );

        # What NixOS' own images do: the store's paths are put into Nix's database, once.
        systemd.services.outboard-register-nix-paths = lib.mkIf (config.nix.enable or true) {
          description = "Register the paths of the image's Nix store";
          unitConfig = {
            DefaultDependencies = false;
            ConditionPathExists = registration;
          };
          wantedBy = [ "sysinit.target" ];
          after = [ "local-fs.target" ];
          before = [
            "sysinit.target"
            "shutdown.target"
            "nix-daemon.socket"
            "nix-daemon.service"
          ];
          conflicts = [ "shutdown.target" ];
          restartIfChanged = false;
          serviceConfig = {
            Type = "oneshot";
            RemainAfterExit = true;
          };
          script = ''
            ${config.nix.package.out}/bin/nix-store --load-db <${registration}
            # A rebuild asks for both.
            touch /etc/NIXOS
            ${config.nix.package.out}/bin/nix-env -p /nix/var/nix/profiles/system --set /run/current-system
            rm ${registration}
          '';
        };
      }

      # nixos-rebuild build-image --image-variant outboard
      (lib.optionalAttrs (options ? image && options.image ? modules) {
        image.modules.outboard =
          { config, modulesPath, ... }:
          {
            imports = [ "${modulesPath}/image/file-options.nix" ];
            image.filePath = config.system.build.image.fileName;
            system.build.image = config.system.build.outboardImage;
          };
      })
    ]
  );
}
