# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  isOption = value: value._type or null == "option";
  mkOption = declaration: declaration // { _type = "option"; };
  mkEnableOption =
    what:
    mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether to enable ${what}.";
    };
  mkPackageOption =
    pkgs: name:
    {
      default ? name,
      example ? null,
      nullable ? false,
      extraDescription ? "",
      pkgsText ? "pkgs",
    }:
    let
      path = if default == null then null else lib.toList default;
      package = lib.attrByPath path (throw "${lib.concatStringsSep "." path} cannot be found in ${pkgsText}") pkgs;
    in
    mkOption (
      {
        type = (if nullable then lib.types.nullOr else lib.id) lib.types.package;
        description = "The ${lib.concatStringsSep "." (lib.toList name)} package to use.${
          lib.optionalString (extraDescription != "") " ${extraDescription}"
        }";
      }
      // lib.optionalAttrs (path != null) {
        default = package;
        defaultText = literalExpression "${pkgsText}.${lib.concatStringsSep "." path}";
      }
      // lib.optionalAttrs (example != null) {
        example = literalExpression (
          if builtins.isList example then "${pkgsText}.${lib.concatStringsSep "." example}" else example
        );
      }
    );
  mkSinkUndeclaredOptions =
    attrs:
    mkOption (
      {
        internal = true;
        visible = false;
        default = false;
        description = "Sink for option definitions.";
        type = lib.types.mkOptionType {
          name = "sink";
          check = _: true;
          merge = _: _: false;
        };
      }
      // attrs
    );

  literalExpression = text: {
    _type = "literalExpression";
    inherit text;
  };
  literalMD = text: {
    _type = "literalMD";
    inherit text;
  };

  showOption = lib.concatMapStringsSep "." (
    part:
    if
      builtins.elem part [
        "*"
        "<name>"
        "<function body>"
      ]
      || builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" part != null
    then
      part
    else
      builtins.toJSON part
  );
  showFiles = lib.concatMapStringsSep " and " (file: "`${toString file}'");
  showDefs = lib.concatMapStrings (
    def:
    let
      value = builtins.tryEval (lib.generators.toPretty { multiline = false; } (limit 3 def.value));
      limit =
        depth: value:
        if lib.isDerivation value then
          "<derivation ${value.name}>"
        else if builtins.isAttrs value then
          if depth == 0 then "{…}" else builtins.mapAttrs (_: limit (depth - 1)) value
        else if builtins.isList value then
          if depth == 0 then "[…]" else map (limit (depth - 1)) value
        else
          value;
    in
    "\n- In `${toString def.file}'${lib.optionalString value.success ": ${value.value}"}"
  );

  # Ways in which several definitions become one value.
  mergeOneOption = mergeUniqueOption { message = ""; };
  mergeUniqueOption =
    {
      message,
      merge ? null,
    }:
    loc: defs:
    if builtins.length defs == 1 then
      if merge == null then (builtins.head defs).value else merge loc defs
    else
      throw "The option `${showOption loc}' is defined multiple times while it's expected to be unique.\n${message}\nDefinition values:${showDefs defs}\nUse `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";
  mergeEqualOption =
    loc: defs:
    let
      first = (builtins.head defs).value;
    in
    if builtins.length defs == 1 || builtins.all (def: def.value == first) defs then
      first
    else
      throw "The option `${showOption loc}' has conflicting definition values:${showDefs defs}\nUse `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";
  mergeDefaultOption =
    loc: defs:
    let
      values = getValues defs;
      all = kind: builtins.all kind values;
    in
    if builtins.length values == 1 then
      builtins.head values
    else if all builtins.isFunction then
      argument: mergeDefaultOption loc (map (def: def // { value = def.value argument; }) defs)
    else if all builtins.isList then
      builtins.concatLists values
    else if all builtins.isAttrs then
      builtins.foldl' (a: b: a // b) { } values
    else if all builtins.isBool then
      builtins.foldl' (a: b: a || b) false values
    else if all builtins.isString then
      lib.concatStrings values
    else
      throw "Cannot merge definitions of `${showOption loc}'. Definition values:${showDefs defs}";
  getValues = map (def: def.value);
  getFiles = map (def: def.file);

  # The declarations as a flat list, for documentation.
  optionAttrSetToDocList = optionAttrSetToDocList' [ ];
  optionAttrSetToDocList' =
    _: options:
    builtins.concatMap (
      option:
      let
        visible = option.visible or true;
        below = if option ? type then option.type.getSubOptions option.loc else { };
        entry =
          {
            inherit (option) loc;
            name = showOption option.loc;
            description = option.description or null;
            declarations = builtins.filter (file: file != "<unknown-file>") option.declarations;
            internal = option.internal or false;
            visible = if builtins.isBool visible then visible else visible == "shallow";
            readOnly = option.readOnly or false;
            type = option.type.description or "unspecified";
          }
          // lib.optionalAttrs (option ? example) { example = renderOptionValue option.example; }
          // lib.optionalAttrs (option ? defaultText || option ? default) {
            default = renderOptionValue (option.defaultText or option.default);
          }
          // lib.optionalAttrs (option.relatedPackages or null != null) { inherit (option) relatedPackages; };
      in
      [ entry ] ++ lib.optionals (below != { } && visible == true) (optionAttrSetToDocList' [ ] below)
    ) (lib.collect isOption options);
  renderOptionValue =
    value:
    if value ? _type && value ? text then
      value
    else
      literalExpression (
        lib.generators.toPretty {
          multiline = true;
          allowPrettyValues = true;
        } value
      );
  scrubOptionValue = value: value;
}
