# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  mkValueStringDefault =
    _: value:
    if value == null then
      "null"
    else if value == true then
      "true"
    else if value == false then
      "false"
    else if builtins.isFloat value then
      lib.removeSuffix "000" (toString value)
    else if builtins.isInt value || builtins.isString value || builtins.isPath value || lib.isDerivation value then
      toString value
    else
      throw "generators.mkValueStringDefault: ${builtins.typeOf value} is not supported";
  mkKeyValueDefault =
    {
      mkValueString ? mkValueStringDefault { },
    }:
    separator: name: value:
    "${lib.escape [ separator ] name}${separator}${mkValueString value}";
  toKeyValue =
    {
      mkKeyValue ? mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false,
      indent ? "",
    }:
    set:
    lib.concatLines (
      builtins.concatLists (
        lib.mapAttrsToList (
          name: value:
          map (one: indent + mkKeyValue name one) (
            if listsAsDuplicateKeys && builtins.isList value then value else [ value ]
          )
        ) set
      )
    );
  toINI =
    {
      mkSectionName ? lib.escape [ "[" "]" ],
      mkKeyValue ? mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false,
    }:
    set:
    lib.concatStringsSep "\n" (
      lib.mapAttrsToList (
        name: section: "[${mkSectionName name}]\n${toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } section}"
      ) set
    );
  toJSON = _: builtins.toJSON;
  toYAML = _: builtins.toJSON;
  toPretty =
    {
      multiline ? true,
      allowPrettyValues ? false,
      indent ? "",
    }:
    value:
    let
      inner = "${indent}  ";
      go =
        more: value:
        toPretty {
          inherit multiline allowPrettyValues;
          indent = more;
        } value;
      open = if multiline then "\n${inner}" else " ";
      close = if multiline then "\n${indent}" else " ";
      name = text: if builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" text != null then text else builtins.toJSON text;
      block = lib.replaceStrings [ "''" "\${" ] [ "'''" "''\${" ] value;
    in
    if value == null then
      "null"
    else if builtins.isBool value then
      lib.boolToString value
    else if builtins.isInt value then
      toString value
    else if builtins.isFloat value then
      "~${toString value}"
    else if builtins.isPath value then
      toString value
    else if builtins.isString value then
      if multiline && lib.hasInfix "\n" value then
        "''${open}${lib.concatStringsSep open (lib.splitString "\n" (lib.removeSuffix "\n" block))}${
          lib.optionalString (lib.hasSuffix "\n" value) close
        }''"
      else
        "\"${lib.replaceStrings [ "\\" "\"" "\n" "\t" "\r" "\${" ] [ "\\\\" "\\\"" "\\n" "\\t" "\\r" "\\\${" ] value}\""
    else if builtins.isList value then
      if value == [ ] then
        "[ ]"
      else
        "[${open}${lib.concatMapStringsSep open (go inner) value}${close}]"
    else if lib.isFunction value then
      let
        args = lib.functionArgs value;
        shown = lib.concatStringsSep ", " (lib.mapAttrsToList (arg: has: if has then "${arg}?" else arg) args);
      in
      if args == { } then "<function>" else "<function, args: {${shown}}>"
    else if lib.isDerivation value then
      "<derivation ${value.name or "???"}>"
    else if value == { } then
      "{ }"
    else
      "{${open}${lib.concatStringsSep open (lib.mapAttrsToList (key: one: "${name key} = ${go inner one};") value)}${close}}";
}
