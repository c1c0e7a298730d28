# SPDX-License-Identifier: GPL-2.0-only
#
# The options of hardware.outboard as a list, for docs/nixos-options.md: evaluated, not read.
{ lib }:
let
  evaluated = lib.evalModules {
    modules = [
      ./modules
      {
        # What the modules define is NixOS', of which nothing is here.
        config._module = {
          check = false;
          args.pkgs = throw "the options' documentation must not depend on packages";
        };
      }
    ];
  };

  # A value or an expression that is shown for it, as Markdown.
  show =
    value:
    if value._type or null == "literalMD" then
      value.text
    else if value._type or null == "literalExpression" then
      code value.text
    else
      code (lib.generators.toPretty { } value);
  code =
    text:
    let
      trimmed = lib.removeSuffix "\n" text;
    in
    if lib.hasInfix "\n" trimmed then "\n\n```nix\n${trimmed}\n```" else "`${trimmed}`";

  entry =
    path: option:
    {
      name = lib.concatStringsSep "." path;
      type = option.type.description;
      inherit (option) description;
      readOnly = option.readOnly or false;
    }
    // lib.optionalAttrs (option ? default || option ? defaultText) {
      default = show (option.defaultText or option.default);
    }
    // lib.optionalAttrs (option ? example) { example = show option.example; };

  walk =
    path: tree:
    if lib.isOption tree then
      lib.optional (!(tree.internal or false)) (entry path tree)
      ++ lib.optionals (!(tree.internal or false)) (inner path tree)
    else
      lib.concatMap (name: walk (path ++ [ name ]) tree.${name}) (
        lib.filter (name: name != "_module") (lib.attrNames tree)
      );

  # The options of a list's elements.
  inner =
    path: option:
    let
      nested = option.type.getSubOptions path;
    in
    lib.concatMap (name: walk (path ++ [ "*" name ]) nested.${name}) (
      lib.filter (name: name != "_module") (lib.attrNames nested)
    );
in
walk [ "hardware" "outboard" ] evaluated.options.hardware.outboard
