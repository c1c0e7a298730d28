# SPDX-License-Identifier: GPL-2.0-only
#
# The board's device tree: that of the kernel, or ours, with overlays merged strictly.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  inherit (config.boot.kernelPackages) kernel;
  boards = import ../boards.nix { inherit lib; };
  functions = import ../facts.nix { inherit lib; };

  own = lib.types.submodule {
    options = {
      name = lib.mkOption {
        type = lib.types.strMatching "[A-Za-z0-9][A-Za-z0-9_.-]*";
        example = "my-sensor";
        description = "What messages call it.";
      };
      dtsFile = lib.mkOption {
        type = lib.types.nullOr lib.types.path;
        default = null;
        example = lib.literalExpression "./my-sensor.dtso";
        description = "Its source. The kernel's include files are at hand.";
      };
      dtsText = lib.mkOption {
        type = lib.types.nullOr lib.types.lines;
        default = null;
        description = "Its source, here and now.";
      };
      dtboFile = lib.mkOption {
        type = lib.types.nullOr lib.types.path;
        default = null;
        example = lib.literalExpression "./my-sensor.dtbo";
        description = "The compiled overlay.";
      };
    };
  };

  isName = overlay: lib.isString overlay && !(lib.hasPrefix "/" overlay);
  isFile = overlay: !(isName overlay) && lib.types.path.check overlay;

  # A file says by its name whether it is compiled, and what it is called.
  ofFile =
    file:
    let
      # A name must not refer to what it names.
      base = builtins.unsafeDiscardStringContext (baseNameOf (toString file));
      # A file of the store begins with its hash, which is nothing to a reader.
      parts = builtins.match "[0-9a-z]{32}-(.*)" base;
      shown = if parts == null then base else lib.head parts;
      stem = lib.head (lib.splitString "." shown);
    in
    {
      name = stem;
      dtsText = null;
      dtsFile = if lib.hasSuffix ".dtbo" base then null else file;
      dtboFile = if lib.hasSuffix ".dtbo" base then file else null;
    };

  given = cfg.overlays ++ cfg.sound.overlays;
  named = lib.filter isName given;
  extra = map (overlay: if isFile overlay then ofFile overlay else overlay) (
    lib.filter (overlay: !(isName overlay)) given
  );
  sources =
    overlay:
    lib.filter (source: overlay.${source} != null) [
      "dtsFile"
      "dtsText"
      "dtboFile"
    ];

  names = functions.expandOverlays facts (cfg.deviceTree.baseOverlays ++ named);
  inherit (cfg.deviceTree) family;
  hasFamily = family != null && facts.dtb ? ${family};

  faults =
    lib.optional (family == null) (functions.noFamily facts kernel)
    ++ lib.optional (family != null && !hasFamily) (
      "hardware.outboard.deviceTree.family = \"${family}\": the ${facts.name} has no such tree; it has "
      + lib.concatStringsSep ", " (lib.attrNames facts.dtb)
    )
    ++
      lib.optional
        (family == "mainline" && hasFamily && lib.versionOlder kernel.version facts.kernel.floor)
        (
          "Linux ${kernel.version} is below ${facts.kernel.floor}, the oldest that the ${facts.name}'s mainline tree is in: "
          + "take a newer kernel (boot.kernelPackages)"
          + lib.optionalString (
            facts.dtb ? own
          ) ", or leave hardware.outboard.deviceTree.family unset for outboard's own tree"
        )
    ++ lib.optionals hasFamily (
      functions.overlayFaults {
        inherit boards family names;
        board = facts;
      }
    )
    ++
      map
        (
          overlay:
          "overlay ${overlay.name} needs one of dtsFile, dtsText and dtboFile, and has ${
            let
              found = sources overlay;
            in
            if found == [ ] then "none" else lib.concatStringsSep " and " found
          }"
        )
        (
          lib.filter (overlay: lib.length (sources overlay) != 1) extra
        );

  theirs = map (overlay: overlay.name or "?") config.hardware.deviceTree.overlays;

  # Overlays that other projects' modules write to config.txt: they are for the firmware's tree.
  configTxt = config.hardware.raspberry-pi or { };
  isEmpty = value: value == null || value == { } || value == [ ];
  hasConfigTxtOverlays =
    !(isEmpty (configTxt.configtxt.deviceTreeOverlays or null))
    || lib.any (section: !(isEmpty (section.dt-overlays or null))) (
      lib.filter lib.isAttrs (lib.attrValues (configTxt.config or { }))
    );

  tree = pkgs.outboardPackages.mkDeviceTree {
    inherit (cfg) board;
    inherit kernel family;
    inherit (cfg.deviceTree) padding;
    overlays = names;
    extraOverlays = map (
      overlay:
      { inherit (overlay) name; } // lib.getAttrs (sources overlay) overlay
    ) extra;
  };
in
{
  options.hardware.outboard = {
    overlays = lib.mkOption {
      type = lib.types.listOf (
        lib.types.oneOf [
          lib.types.path
          lib.types.str
          own
        ]
      );
      default = [ ];
      example = lib.literalExpression ''
        [
          "khadas-vim1s-spi0"
          ./my-sensor.dtso
          { name = "led"; dtsText = "…"; }
        ]
      '';
      description = ''
        Overlays that are merged into the board's tree, in this order: names of
        the board's overlays first, with those that they need before them; then
        files of your own (a `.dtbo` is taken as it is, all else is compiled).
        A merge that is not complete fails the build, and says where.
      '';
    };

    deviceTree = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = true;
        description = ''
          Whether the system brings the board's device tree, and has the boot
          loader load it. Without it the boot loader's or the firmware's own is
          used, and no overlay of this configuration.
        '';
      };

      family = lib.mkOption {
        type = lib.types.nullOr (
          lib.types.enum [
            "mainline"
            "vendor"
            "own"
            "rescue"
          ]
        );
        default = functions.familyOf facts kernel;
        defaultText = lib.literalMD "what the kernel says that it ships; else mainline's tree if the kernel is new enough, else outboard's own";
        example = "vendor";
        description = ''
          Whose tree: the one that mainline's kernel ships, the vendor
          kernel's, outboard's own for kernels without one, or the rescue tree
          that needs no driver of the SoC's. A vendor's kernel that was not
          built by outboard's functions is not told from mainline's: say it.
        '';
      };

      baseOverlays = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = facts.userland.overlays.${toString family} or [ ];
        defaultText = lib.literalMD "what the board's file has for the tree's family";
        example = [ "bpi-r3-emmc" ];
        description = ''
          Overlays without which the board's tree is not fit for use, such as
          the one that switches the SD card on. They are merged before
          {option}`hardware.outboard.overlays`. Set this where the board is
          strapped otherwise.
        '';
      };

      padding = lib.mkOption {
        type = lib.types.ints.unsigned;
        default = facts.boot.dtb_padding or 0;
        defaultText = lib.literalMD "what the board's boot loader needs";
        example = 65536;
        description = ''
          Free bytes in the tree, for a boot loader that edits it in place.
        '';
      };

      tree = lib.mkOption {
        type = lib.types.package;
        readOnly = true;
        default = tree;
        defaultText = lib.literalMD "the merged tree";
        description = ''
          The merged tree, in a directory as {option}`hardware.deviceTree.dtbSource`
          takes it. Building it alone shows quickly whether overlays merge.
        '';
      };
    };
  };

  config = lib.mkIf (cfg.enable && cfg.deviceTree.enable) {
    assertions =
      map (fault: {
        assertion = false;
        message = "hardware.outboard: ${fault}.";
      }) faults
      ++ [
        {
          assertion = theirs == [ ];
          message = ''
            hardware.deviceTree.overlays has ${lib.concatStringsSep ", " theirs}: NixOS merges these
            without saying so when one does not fit, and takes away the room that boot loaders need
            in the tree. Move them to hardware.outboard.overlays, which takes the same files; or set
            hardware.outboard.deviceTree.enable = false.
          '';
        }
      ];

    warnings =
      lib.optionals (faults == [ ]) (
        map (doubt: "hardware.outboard: ${doubt}.") (
          functions.overlayDoubts {
            inherit family names;
            inherit (kernel) version;
            board = facts;
          }
        )
      )
      ++
        lib.optional
          (
            config.boot.loader.generic-extlinux-compatible.enable
            && !config.boot.loader.generic-extlinux-compatible.useGenerationDeviceTree
          )
          ''
            hardware.outboard: boot.loader.generic-extlinux-compatible.useGenerationDeviceTree is off, so
            the ${facts.name} boots with ${
              if facts.userland.firmware_tree or false then "its firmware's" else "its boot loader's"
            } device tree, and no overlay of hardware.outboard.overlays is in it. Take that line out,
            or set hardware.outboard.deviceTree.enable = false${
              lib.optionalString (facts.userland.firmware_tree or false) " and use config.txt's dtoverlay= alone"
            }.
          ''
      ++
        lib.optional
          (
            (facts.userland.firmware_tree or false)
            && hasConfigTxtOverlays
            && config.boot.loader.generic-extlinux-compatible.useGenerationDeviceTree
          )
          ''
            hardware.outboard: this configuration has overlays for config.txt. They go to the firmware's
            device tree, which is dropped, because U-Boot loads the one that this system brings. Use
            hardware.outboard.overlays for them; or boot with the firmware's tree
            (boot.loader.generic-extlinux-compatible.useGenerationDeviceTree = false,
            hardware.outboard.deviceTree.enable = false).
          '';

    hardware.deviceTree = {
      enable = lib.mkDefault true;
      dtbSource = lib.mkIf hasFamily (lib.mkDefault tree);
      name = lib.mkIf hasFamily (lib.mkDefault facts.dtb.${family});
    };
  };
}
