# SPDX-License-Identifier: GPL-2.0-only
#
# The part of nixpkgs' lib that outboard's Nix files may use, written anew for the tests: what
# is not here, they do not use. tests/nix/lib-cases.nix holds it against the real one.
let
  rooms = import ./basics.nix { inherit lib; } // {
    asserts = import ./asserts.nix;
    trivial = import ./trivial.nix { inherit lib; };
    lists = import ./lists.nix { inherit lib; };
    strings = import ./strings.nix { inherit lib; };
    attrsets = import ./attrsets.nix { inherit lib; };
    fixedPoints = import ./fixed-points.nix { inherit lib; };
    customisation = import ./customisation.nix { inherit lib; };
    versions = import ./versions.nix { inherit lib; };
    options = import ./options.nix { inherit lib; };
    modules = import ./modules.nix { inherit lib; };
    types = import ./types.nix { inherit lib; };
    fileset = import ./fileset.nix { inherit lib; };
    sources = import ./sources.nix { inherit lib; };
    systems = import ./systems.nix { inherit lib; };
    platforms = lib.systems.doubles;
    licenses = import ./licenses.nix;
    meta = import ./meta.nix { inherit lib; };
    generators = import ./generators.nix { inherit lib; };
    kernel = import ./kernel.nix;
    sourceTypes = import ./source-types.nix;
    maintainers = { };
  };

  # What is also found without its room's name. The types and the file sets are not.
  plain =
    removeAttrs rooms.trivial [
      "codeName"
      "oldestSupportedRelease"
      "release"
    ]
    // removeAttrs rooms.lists [ "findFirstIndex" ]
    // removeAttrs rooms.strings [
      "charToInt"
      "escapeC"
      "escapeNixIdentifier"
      "escapeNixString"
      "isConvertibleWithToString"
      "replicate"
      "sanitizeDerivationName"
    ]
    // removeAttrs rooms.attrsets [ "unionOfDisjoint" ]
// rooms.fixedPoints
    // { inherit (rooms.asserts) assertMsg assertOneOf; }
    // rooms.customisation
    // {
      inherit (rooms.options)
        isOption
        literalExpression
        literalMD
        mergeEqualOption
        mergeOneOption
        mkEnableOption
        mkOption
        mkPackageOption
        mkSinkUndeclaredOptions
        optionAttrSetToDocList
        optionAttrSetToDocList'
        scrubOptionValue
        showFiles
        showOption
        ;
      inherit (rooms.modules)
        evalModules
        mkAfter
        mkAliasOptionModule
        mkAliasDefinitions
        mkBefore
        mkDefault
        mkForce
        mkIf
        mkImageMediaOverride
        mkMerge
        mkOptionDefault
        mkOrder
        mkOverride
        mkRemovedOptionModule
        mkRenamedOptionModule
        mkVMOverride
        setDefaultModuleLocation
        ;
      inherit (rooms.types) isOptionType mkOptionType;
      inherit (rooms.sources)
        cleanSource
        cleanSourceFilter
        cleanSourceWith
        sourceByRegex
        sourceFilesBySuffices
        ;
      inherit (rooms.meta)
        getExe
        getExe'
        getLicenseFromSpdxId
        hiPrio
        lowPrio
        setName
        ;
    };
  lib = plain // rooms;
in
lib
