# SPDX-License-Identifier: GPL-2.0-only
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.hardware.deviceTree;
  nothing = type: description: mkOption {
    type = types.nullOr type;
    default = null;
    inherit description;
  };
in
{
  options.hardware.deviceTree = {
    enable = mkOption {
      type = types.bool;
      default = config.boot.kernelPackages.kernel.buildDTBs or pkgs.stdenv.hostPlatform.isAarch;
      defaultText = lib.literalExpression "config.boot.kernelPackages.kernel.buildDTBs";
      description = "Whether the system has device trees.";
    };
    kernelPackage = mkOption {
      type = types.path;
      default = config.boot.kernelPackages.kernel;
      defaultText = lib.literalExpression "config.boot.kernelPackages.kernel";
      description = "The kernel whose headers overlays are compiled with.";
    };
    dtbSource = mkOption {
      type = types.path;
      default = "${cfg.kernelPackage}/dtbs";
      defaultText = lib.literalExpression "\${config.hardware.deviceTree.kernelPackage}/dtbs";
      description = "The directory of device trees.";
    };
    name = nothing types.str "The tree to boot with, below that directory.";
    filter = nothing types.str "Which trees of the directory are taken.";
    package = nothing types.path "The directory that is installed." // {
      internal = true;
    };
    dtboBuildExtraPreprocessorFlags = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "For the preprocessor.";
    };
    dtboBuildExtraIncludePaths = mkOption {
      type = types.listOf types.path;
      default = [ ];
      description = "For the preprocessor.";
    };
    overlays = mkOption {
      default = [ ];
      description = "Overlays, as NixOS applies them.";
      type = types.listOf (
        types.coercedTo types.path
          (path: {
            name = baseNameOf path;
            filter = null;
            dtboFile = path;
          })
          (
            types.submodule {
              options = {
                name = mkOption {
                  type = types.str;
                  description = "Its name.";
                };
                filter = nothing types.str "Which trees it is for.";
                dtsFile = nothing types.path "Its source.";
                dtsText = nothing types.str "Its source.";
                dtboFile = nothing types.path "Compiled.";
              };
            }
          )
      );
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = map (overlay: {
      assertion = overlay.dtsFile != null || overlay.dtsText != null || overlay.dtboFile != null;
      message = "deviceTree overlay needs one of dtsFile, dtsText or dtboFile set: ${overlay.name}";
    }) cfg.overlays;
    hardware.deviceTree.package =
      let
        chosen =
          if cfg.filter == null then
            cfg.dtbSource
          else
            pkgs.runCommand "dtbs-filtered" { inherit (cfg) dtbSource filter; } ''
              mkdir -p $out
              cd "$dtbSource"
              find . -type f -name "$filter" | xargs -r cp --parents --no-preserve=mode -t "$out"
            '';
        compiled = map (
          overlay:
          overlay
          // lib.optionalAttrs (overlay.dtboFile == null) {
            dtboFile = pkgs.deviceTree.compileDTS {
              name = "${overlay.name}-dtbo";
              dtsFile = if overlay.dtsFile == null then pkgs.writeText "dts" overlay.dtsText else overlay.dtsFile;
              includePaths = [
                "${lib.getDev cfg.kernelPackage}/lib/modules/${cfg.kernelPackage.modDirVersion}/source/scripts/dtc/include-prefixes"
              ] ++ cfg.dtboBuildExtraIncludePaths;
              extraPreprocessorFlags = cfg.dtboBuildExtraPreprocessorFlags;
            };
          }
        ) cfg.overlays;
      in
      if cfg.overlays == [ ] then chosen else pkgs.deviceTree.applyOverlays chosen compiled;
  };
}
