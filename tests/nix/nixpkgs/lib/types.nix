# SPDX-License-Identifier: GPL-2.0-only
#
# The types of options: what each accepts, and how several definitions become one.
{ lib }:
let
  inherit (builtins)
    all
    elem
    head
    isAttrs
    isBool
    isInt
    isList
    isString
    length
    toString
    ;
  inherit (lib.options)
    mergeDefaultOption
    mergeEqualOption
    mergeOneOption
    showDefs
    showFiles
    showOption
    ;
  inherit (lib.modules) evalModules mergeDefinitions setDefaultModuleLocation;

  # A part of a description, in brackets unless its class is one of those.
  phrase = classes: type: if elem (type.descriptionClass or null) classes then type.description else "(${type.description})";
  noun = description: {
    inherit description;
    descriptionClass = "noun";
  };

  simple =
    name: description: check:
    mkOptionType (
      noun description
      // {
        inherit name check;
        merge = mergeEqualOption;
      }
    );
  mkOptionType =
    {
      name,
      description ? name,
      descriptionClass ? null,
      check ? _: true,
      merge ? mergeDefaultOption,
      emptyValue ? { },
      getSubOptions ? _: { },
      getSubModules ? null,
      substSubModules ? _: null,
      nestedTypes ? { },
      deprecationMessage ? null,
      # What a second declaration of the same option may have for a type: one that this returns for.
      typeMerge ? null,
      payload ? null,
    }:
    let
      self = {
        _type = "option-type";
        inherit
          name
          description
          descriptionClass
          check
          merge
          emptyValue
          getSubOptions
          getSubModules
          substSubModules
          nestedTypes
          deprecationMessage
          payload
          ;
        typeMerge =
          if typeMerge != null then
            typeMerge
          else
            other: if other.name == name && nestedTypes == { } && payload == null then self else null;
        functor = {
          inherit name payload;
          wrapped = throw "the functor of option types: no longer to be asked";
        };
      };
    in
    self;

  between =
    lowest: highest:
    if lowest > highest then
      throw "ints.between: lowest must be smaller than highest"
    else
      refine int {
        name = "intBetween";
        description = "integer between ${toString lowest} and ${toString highest} (both inclusive)";
        check = n: lowest <= n && n <= highest;
      };
  refine =
    type:
    {
      name ? type.name,
      description,
      descriptionClass ? "noun",
      check,
    }:
    type
    // {
      inherit name description descriptionClass;
      check = value: type.check value && check value;
      typeMerge = other: if other.name == name && other.description == description then type else null;
    };
  sign =
    bits: lowest: highest:
    refine int {
      name = "${if lowest < 0 then "" else "un"}signedInt${toString bits}";
      description = "${toString bits} bit ${if lowest < 0 then "" else "un"}signed integer; between ${toString lowest} and ${toString highest} (both inclusive)";
      check = n: lowest <= n && n <= highest;
    };
  power = n: if n == 0 then 1 else 2 * power (n - 1);
  unsignedOf = bits: sign bits 0 (power bits - 1);
  signedOf = bits: sign bits (-(power (bits - 1))) (power (bits - 1) - 1);

  int = simple "int" "signed integer" isInt;
  str = simple "str" "string" isString;

  # Several texts, with something between them.
  separatedString =
    separator:
    mkOptionType (
      noun "strings concatenated with ${builtins.toJSON separator}"
      // {
        name = "separatedString";
        payload = separator;
        check = isString;
        merge = _: defs: lib.concatStringsSep separator (map (def: def.value) defs);
        typeMerge = other: if other.name == "separatedString" && other.payload == separator then separatedString separator else null;
      }
    );

  elementsOf = elemType: {
    nestedTypes = { inherit elemType; };
    inherit (elemType) getSubModules;
  };

  listOf =
    elemType:
    mkOptionType (
      elementsOf elemType
      // {
        name = "listOf";
        description = "list of ${phrase [ "noun" "composite" ] elemType}";
        descriptionClass = "composite";
        check = isList;
        merge =
          loc: defs:
          map (one: one.value) (
            builtins.filter (one: one ? value) (
              builtins.concatLists (
                lib.imap1 (
                  n: def:
                  lib.imap1 (
                    m: value:
                    (mergeDefinitions (loc ++ [ "[definition ${toString n}-entry ${toString m}]" ]) elemType [
                      {
                        inherit (def) file;
                        inherit value;
                      }
                    ]).optionalValue
                  ) def.value
                ) defs
              )
            )
          );
        emptyValue.value = [ ];
        getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "*" ]);
        substSubModules = modules: listOf (elemType.substSubModules modules);
        typeMerge = mergeWrapped "listOf" listOf elemType;
      }
    );
  nonEmptyListOf =
    elemType:
    let
      list = listOf elemType;
    in
    list
    // {
      description = "non-empty ${phrase [ "noun" ] list}";
      check = value: list.check value && value != [ ];
      emptyValue = { };
    };

  attributes =
    lazy: elemType:
    mkOptionType (
      elementsOf elemType
      // {
        name = if lazy then "lazyAttrsOf" else "attrsOf";
        description = "${if lazy then "lazy " else ""}attribute set of ${phrase [ "noun" "composite" ] elemType}";
        descriptionClass = "composite";
        check = isAttrs;
        merge =
          loc: defs:
          let
            merged = builtins.zipAttrsWith (name: mergeDefinitions (loc ++ [ name ]) elemType) (
              map (
                def:
                builtins.mapAttrs (_: value: {
                  inherit (def) file;
                  inherit value;
                }) def.value
              ) defs
            );
          in
          if lazy then
            builtins.mapAttrs (_: one: one.optionalValue.value or elemType.emptyValue.value or one.mergedValue) merged
          else
            builtins.mapAttrs (_: one: one.mergedValue) (lib.filterAttrs (_: one: one.isDefined) merged);
        emptyValue.value = { };
        getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<name>" ]);
        substSubModules = modules: attributes lazy (elemType.substSubModules modules);
        typeMerge = mergeWrapped (if lazy then "lazyAttrsOf" else "attrsOf") (attributes lazy) elemType;
      }
    );

  # Two declarations of a type around others are one where those are.
  mergeWrapped =
    name: make: elemType: other:
    let
      inner = elemType.typeMerge other.nestedTypes.elemType;
    in
    if other.name != name || inner == null then null else make inner;

  nullOr =
    elemType:
    mkOptionType (
      elementsOf elemType
      // {
        name = "nullOr";
        description = "null or ${phrase [ "noun" "conjunction" ] elemType}";
        descriptionClass = "conjunction";
        check = value: value == null || elemType.check value;
        merge =
          loc: defs:
          let
            given = builtins.filter (def: def.value != null) defs;
          in
          if given == [ ] then
            null
          else if length given < length defs then
            throw "The option `${showOption loc}` is defined both null and not null, in ${showFiles (map (def: def.file) defs)}."
          else
            elemType.merge loc defs;
        emptyValue.value = null;
        inherit (elemType) getSubOptions;
        substSubModules = modules: nullOr (elemType.substSubModules modules);
        typeMerge = mergeWrapped "nullOr" nullOr elemType;
      }
    );

  either =
    a: b:
    mkOptionType {
      name = "either";
      description = "${phrase [ "noun" "conjunction" ] a} or ${phrase [ "noun" "conjunction" "composite" ] b}";
      descriptionClass = "conjunction";
      check = value: a.check value || b.check value;
      merge =
        loc: defs:
        let
          fits = type: all (def: type.check def.value) defs;
        in
        if fits a then
          a.merge loc defs
        else if fits b then
          b.merge loc defs
        else
          mergeOneOption loc defs;
      nestedTypes = {
        left = a;
        right = b;
      };
      typeMerge =
        other:
        let
          left = a.typeMerge other.nestedTypes.left;
          right = b.typeMerge other.nestedTypes.right;
        in
        if other.name != "either" || left == null || right == null then null else either left right;
    };
  oneOf =
    types:
    if types == [ ] then
      throw "types.oneOf needs to get at least one type in its argument"
    else
      builtins.foldl' either (head types) (builtins.tail types);

  coercedTo =
    from: change: to:
    if from.getSubModules != null then
      throw "coercedTo: coercedType must not have submodules (it’s a ${from.description})"
    else
      mkOptionType {
        name = "coercedTo";
        description = "${phrase [ "noun" ] to} or ${phrase [ "noun" ] from} convertible to it";
        check = value: from.check value && to.check (change value) || to.check value;
        merge =
          loc: defs:
          to.merge loc (
            map (def: def // { value = if from.check def.value then change def.value else def.value; }) defs
          );
        inherit (to) emptyValue getSubOptions getSubModules;
        nestedTypes = {
          coercedType = from;
          finalType = to;
        };
        typeMerge = _: null;
      };

  enum =
    values:
    let
      show =
        value:
        if isString value then
          "\"${value}\""
        else if isInt value then
          toString value
        else if isBool value then
          lib.boolToString value
        else
          "<${builtins.typeOf value}>";
    in
    mkOptionType {
      name = "enum";
      description =
        if values == [ ] then
          "impossible (empty enum)"
        else if length values == 1 then
          "value ${show (head values)} (singular enum)"
        else
          "one of ${lib.concatMapStringsSep ", " show values}";
      descriptionClass = if length values < 2 then "noun" else "conjunction";
      check = value: elem value values;
      merge = mergeEqualOption;
      payload = { inherit values; };
      typeMerge = other: if other.name == "enum" then enum (lib.unique (values ++ other.payload.values)) else null;
    };

  pathWith =
    {
      inStore ? null,
      absolute ? null,
    }:
    mkOptionType (
      noun (
        (if absolute == null then "" else if absolute then "absolute " else "relative ")
        + "path"
        + (if inStore == null then "" else if inStore then " in the Nix store" else " not in the Nix store")
      )
      // {
        name = "path";
        check =
          value:
          let
            text = toString value;
          in
          lib.isStringLike value
          && (absolute == null || absolute == (builtins.substring 0 1 text == "/"))
          && (inStore == null || inStore == lib.hasPrefix "${builtins.storeDir}/" text);
        merge = mergeEqualOption;
        typeMerge = other: if other.name == "path" then pathWith { inherit inStore absolute; } else null;
      }
    );

  submoduleWith =
    {
      modules,
      specialArgs ? { },
      shorthandOnlyDefinesConfig ? false,
      description ? null,
      class ? null,
    }:
    let
      base = evalModules {
        inherit class specialArgs;
        modules = [ { _module.args.name = lib.mkOptionDefault "‹name›"; } ] ++ modules;
      };
      asModule =
        def:
        if isAttrs def.value && shorthandOnlyDefinesConfig then
          {
            _file = def.file;
            config = def.value;
          }
        else
          setDefaultModuleLocation def.file def.value;
      open = base._module.freeformType;
    in
    mkOptionType {
        name = "submodule";
        description =
          if description != null then
            description
          else if open != null then
            "open submodule of ${phrase [ "noun" "composite" ] open}"
          else
            "submodule";
        check = value: isAttrs value || builtins.isFunction value || lib.types.path.check value;
        merge =
          loc: defs:
          (base.extendModules {
            modules = [ { _module.args.name = lib.last loc; } ] ++ map asModule defs;
            prefix = loc;
          }).config;
        # Without a definition it has its options' defaults.
        emptyValue.value = base.config;
        getSubOptions =
          prefix:
          (base.extendModules { inherit prefix; }).options
          // lib.optionalAttrs (open != null) { _freeformOptions = open.getSubOptions prefix; };
        getSubModules = modules;
        substSubModules =
          others:
          submoduleWith {
            modules = others;
            inherit specialArgs shorthandOnlyDefinesConfig description class;
          };
        typeMerge =
          other:
          if other.name != "submodule" then
            null
          else
            submoduleWith {
              modules = modules ++ other.getSubModules;
              inherit specialArgs shorthandOnlyDefinesConfig description class;
            };
      };

  anything = mkOptionType (
    noun "anything"
    // {
      name = "anything";
      merge =
        loc: defs:
        let
          values = map (def: def.value) defs;
          kinds = lib.unique (map kindOf values);
          kindOf = value: if isAttrs value && lib.isStringLike value then "stringCoercibleSet" else builtins.typeOf value;
          kind = head kinds;
        in
        if length kinds > 1 then
          throw "The option `${showOption loc}' has conflicting option types in ${showFiles (map (def: def.file) defs)}"
        else if kind == "set" then
          (attributes true anything).merge loc defs
        else if kind == "list" then
          if length defs > 1 then
            throw "The option `${showOption loc}' has conflicting definitions, in ${showFiles (map (def: def.file) defs)}${showDefs defs}"
          else
            (listOf anything).merge loc defs
        else if kind == "lambda" then
          argument:
          anything.merge (loc ++ [ "<function body>" ]) (map (def: def // { value = def.value argument; }) defs)
        else
          mergeEqualOption loc defs;
    }
  );
in
{
  inherit
    anything
    coercedTo
    either
    enum
    int
    listOf
    mkOptionType
    nonEmptyListOf
    nullOr
    oneOf
    pathWith
    separatedString
    str
    submoduleWith
    ;
  isOptionType = value: value._type or null == "option-type";
  attrsOf = attributes false;
  lazyAttrsOf = attributes true;
  attrsWith =
    {
      elemType,
      lazy ? false,
      placeholder ? "name",
    }:
    let
      type = attributes lazy elemType;
    in
    type // { getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<${placeholder}>" ]); };
  submodule =
    module:
    submoduleWith {
      shorthandOnlyDefinesConfig = true;
      modules = lib.toList module;
    };
  unspecified = mkOptionType (noun "unspecified value" // { name = "unspecified"; });
  raw = mkOptionType (
    noun "raw value"
    // {
      name = "raw";
      merge = mergeOneOption;
    }
  );
  bool = simple "bool" "boolean" isBool;
  boolByOr = mkOptionType (
    noun "boolean (merged using or)"
    // {
      name = "boolByOr";
      check = isBool;
      merge = _: builtins.any (def: def.value);
    }
  );
  float = simple "float" "floating point number" builtins.isFloat;
  number = either int (simple "float" "floating point number" builtins.isFloat);
  ints = {
    inherit between;
    unsigned = refine int {
      name = "unsignedInt";
      description = "unsigned integer, meaning >=0";
      descriptionClass = "nonRestrictiveClause";
      check = n: n >= 0;
    };
    positive = refine int {
      name = "positiveInt";
      description = "positive integer, meaning >0";
      descriptionClass = "nonRestrictiveClause";
      check = n: n > 0;
    };
    u8 = unsignedOf 8;
    u16 = unsignedOf 16;
    u32 = unsignedOf 32;
    s8 = signedOf 8;
    s16 = signedOf 16;
    s32 = signedOf 32;
  };
  port = unsignedOf 16;
  nonEmptyStr = refine str {
    name = "nonEmptyStr";
    description = "non-empty string";
    check = text: builtins.match "[ \t\n]*" text == null;
  };
  singleLineStr = mkOptionType (
    noun "(optionally newline-terminated) single-line string"
    // {
      name = "singleLineStr";
      check = value: isString value && builtins.match "[^\n\r]*\n?" value != null;
      merge = loc: defs: lib.removeSuffix "\n" (mergeEqualOption loc defs);
    }
  );
  strMatching =
    pattern:
    mkOptionType (
      noun "string matching the pattern ${pattern}"
      // {
        name = "strMatching ${lib.strings.escapeNixString pattern}";
        check = value: isString value && builtins.match pattern value != null;
        merge = mergeEqualOption;
        payload = pattern;
        typeMerge = other: if other.payload == pattern then lib.types.strMatching pattern else null;
      }
    );
  lines = separatedString "\n";
  commas = separatedString ",";
  envVar = separatedString ":";
  attrs = mkOptionType (
    noun "attribute set"
    // {
      name = "attrs";
      check = isAttrs;
      merge = _: builtins.foldl' (sum: def: sum // def.value) { };
      emptyValue.value = { };
    }
  );
  package = mkOptionType (
    noun "package"
    // {
      name = "package";
      check = value: lib.isDerivation value || lib.isStorePath value;
      merge =
        loc: defs:
        let
          one = mergeOneOption loc defs;
        in
        if lib.isDerivation one then one else lib.toDerivation one;
    }
  );
  shellPackage = lib.types.package // {
    check = value: lib.isDerivation value && value ? shellPath;
  };
  pkgs = lib.types.addCheck (mkOptionType (noun "Nixpkgs package set" // {
    name = "pkgs";
    merge = mergeOneOption;
  })) (value: isAttrs value && value._type or null == "pkgs");
  path = pathWith { absolute = true; };
  pathInStore = pathWith { inStore = true; };
  externalPath = pathWith {
    absolute = true;
    inStore = false;
  };
  functionTo =
    type:
    mkOptionType {
      name = "functionTo";
      description = "function that evaluates to a(n) ${phrase [ "noun" "composite" ] type}";
      descriptionClass = "composite";
      check = lib.isFunction;
      merge =
        loc: defs: argument:
        (mergeDefinitions (loc ++ [ "<function body>" ]) type (
          map (def: def // { value = def.value argument; }) defs
        )).mergedValue;
      getSubOptions = prefix: type.getSubOptions (prefix ++ [ "<function body>" ]);
      nestedTypes.elemType = type;
    };
  deferredModule = mkOptionType (
    noun "module"
    // {
      name = "deferredModule";
      check = value: isAttrs value || builtins.isFunction value || lib.types.path.check value;
      merge = loc: defs: {
        imports = map (
          def: setDefaultModuleLocation "${def.file}, via option ${showOption loc}" def.value
        ) defs;
      };
    }
  );
  optionType = mkOptionType (
    noun "optionType"
    // {
      name = "optionType";
      check = value: value._type or null == "option-type";
      merge = mergeOneOption;
    }
  );
  uniq = type: type // { merge = mergeOneOption; };
  unique =
    { message }:
    type:
    type
    // {
      merge = lib.options.mergeUniqueOption {
        inherit message;
        inherit (type) merge;
      };
    };
  addCheck = type: check: type // { check = value: type.check value && check value; };
}
