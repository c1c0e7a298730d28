# SPDX-License-Identifier: GPL-2.0-only
#
# The module system: modules declare options and define their values, from which one
# configuration is made. What the real one refuses is refused here.
{ lib }:
let
  inherit (builtins)
    concatMap
    elem
    filter
    head
    isAttrs
    isFunction
    isPath
    isString
    length
    mapAttrs
    ;
  inherit (lib.options) isOption showDefs showFiles showOption;

  kind = value: value._type or null;
  property = type: attrs: attrs // { _type = type; };

  mkOverride = priority: content: property "override" { inherit priority content; };
  mkOrder = priority: content: property "order" { inherit priority content; };
  mkIf = condition: content: property "if" { inherit condition content; };
  mkMerge = contents: property "merge" { inherit contents; };

  # What a value with properties stands for: the values themselves, those of a false mkIf left out.
  discharge =
    value:
    if kind value == "merge" then
      concatMap discharge value.contents
    else if kind value == "if" then
      if !builtins.isBool value.condition then
        throw "‘mkIf’ called with a non-Boolean condition"
      else if value.condition then
        discharge value.content
      else
        [ ]
    else
      [ value ];

  # The properties of a set, handed to what is in it: names are known before a condition is.
  pushDown =
    value:
    if kind value == "merge" then
      concatMap pushDown value.contents
    else if kind value == "if" then
      map (mapAttrs (_: mkIf value.condition)) (pushDown value.content)
    else if kind value == "override" then
      map (mapAttrs (_: mkOverride value.priority)) (pushDown value.content)
    else
      [ value ];

  mergeDefinitions =
    loc: type: defs:
    let
      plain = concatMap (def: map (value: def // { inherit value; }) (discharge def.value)) defs;
      priority = def: if kind def.value == "override" then def.value.priority else 100;
      highestPrio = builtins.foldl' (least: def: lib.min least (priority def)) 9999 plain;
      strongest = map (
        def: if kind def.value == "override" then def // { value = def.value.content; } else def
      ) (filter (def: priority def == highestPrio) plain);
      place = def: if kind def.value == "order" then def.value.priority else 1000;
      ordered = map (def: if kind def.value == "order" then def // { value = def.value.content; } else def) (
        if builtins.any (def: kind def.value == "order") strongest then
          builtins.sort (a: b: place a < place b) strongest
        else
          strongest
      );
      isDefined = ordered != [ ];
      wrong = filter (def: !type.check def.value) ordered;
      mergedValue =
        if !isDefined && type.emptyValue ? value then
          type.emptyValue.value
        else if !isDefined then
          throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option."
        else if wrong != [ ] then
          throw "A definition for option `${showOption loc}' is not of type `${type.description}'. Definition values:${showDefs wrong}"
        else
          type.merge loc ordered;
    in
    {
      inherit isDefined mergedValue highestPrio;
      defs = ordered;
      values = plain;
      optionalValue = lib.optionalAttrs isDefined { value = mergedValue; };
    };

  # One option out of its declarations.
  declare =
    loc: declarations:
    builtins.foldl' (
      sum: next:
      let
        clash =
          builtins.any (name: sum ? ${name} && next.option ? ${name}) [
            "apply"
            "default"
            "description"
            "example"
          ]
          || both && merged == null;
        both = sum ? type && next.option ? type;
        merged = sum.type.typeMerge next.option.type;
      in
      if clash then
        throw "The option `${showOption loc}' in `${toString next.file}' is already declared in ${showFiles sum.declarations}."
      else
        sum
        // next.option
        // lib.optionalAttrs both { type = merged; }
        // {
          declarations = sum.declarations ++ [ next.file ];
        }
    ) { declarations = [ ]; } declarations;

  evalOption =
    loc: declarations: defs:
    let
      option = declare loc declarations;
      type = option.type or lib.types.unspecified;
      all =
        lib.optional (option ? default) {
          file = head option.declarations;
          value = lib.modules.mkOptionDefault option.default;
        }
        ++ defs;
      result = mergeDefinitions loc type all;
      merged =
        if option.readOnly or false && length result.values > 1 then
          throw "The option `${showOption loc}' is read-only, but it's set multiple times. Definition values:${showDefs result.values}"
        else
          result.mergedValue;
    in
    option
    // {
      _type = "option";
      inherit loc type;
      value = builtins.addErrorContext "while evaluating the option `${showOption loc}':" (
        if option ? apply then option.apply merged else merged
      );
      inherit (result) isDefined highestPrio;
      definitions = map (def: def.value) result.defs;
      definitionsWithLocations = result.defs;
      files = map (def: def.file) result.defs;
      __toString = _: showOption loc;
    };

  # Options and values of one level, from declarations and definitions: { file; value; } each.
  level =
    prefix: declarations: definitions:
    let
      declared = builtins.zipAttrsWith (_: lib.id) (
        map (
          one:
          if !isAttrs one.value then
            throw "The options of `${toString one.file}' below `${showOption prefix}' are no attribute set"
          else
            mapAttrs (_: value: {
              inherit (one) file;
              inherit value;
            }) one.value
        ) declarations
      );
      defined = builtins.zipAttrsWith (_: lib.id) (
        concatMap (
          def:
          map (
            value:
            if !isAttrs value then
              throw "The option path `${showOption prefix}' is an attribute set of options, but it is defined to not be an attribute set in `${toString def.file}'. Did you define its value at the correct and complete path?"
            else
              mapAttrs (_: value: {
                inherit (def) file;
                inherit value;
              }) value
          ) (pushDown def.value)
        ) definitions
      );
      results = mapAttrs (
        name: all:
        let
          loc = prefix ++ [ name ];
          options = filter (one: isOption one.value) all;
          defs = defined.${name} or [ ];
        in
        if length options == length all then
          {
            options = evalOption loc (map (one: {
              inherit (one) file;
              option = one.value;
            }) all) defs;
            unmatched = [ ];
            isOption = true;
          }
        # Options inside of one that is a submodule are that submodule's.
        else if options != [ ] && builtins.all (one: one.value.type.name or null == "submodule") options then
          {
            options = evalOption loc (map (one: {
              inherit (one) file;
              option =
                if isOption one.value then
                  one.value
                else
                  lib.mkOption {
                    type = lib.types.submoduleWith {
                      modules = [
                        {
                          _file = one.file;
                          options = one.value;
                        }
                      ];
                    };
                  };
            }) all) defs;
            unmatched = [ ];
            isOption = true;
          }
        else if options != [ ] then
          throw "The option `${showOption loc}' in `${toString (head options).file}' would be a parent of other options, but its type does not support nested options."
        else
          level loc all defs // { isOption = false; }
      ) declared;
    in
    {
      options = mapAttrs (_: result: result.options) results;
      config = mapAttrs (_: result: if result.isOption then result.options.value else result.config) results;
      unmatched =
        concatMap (name: results.${name}.unmatched) (builtins.attrNames results)
        ++ concatMap (
          name:
          map (
            def:
            def
            // {
              loc = prefix ++ [ name ];
              inherit prefix name;
              known = builtins.attrNames declared;
            }
          ) defined.${name}
        ) (filter (name: !(declared ? ${name})) (builtins.attrNames defined));
    };

  # What may stand in a module beside `config' and `options'.
  others = [
    "_class"
    "_file"
    "key"
    "disabledModules"
    "imports"
    "options"
    "config"
    "meta"
    "freeformType"
  ];

  structured =
    file: key: module:
    if module ? config || module ? options then
      let
        wrong = removeAttrs module others;
      in
      if wrong != { } then
        throw "Module `${key}' has an unsupported attribute `${head (builtins.attrNames wrong)}'. Beside `config' or `options' at the top of a module nothing else may be defined there: move it into `config'."
      else
        {
          imports = module.imports or [ ];
          disabled = module.disabledModules or [ ];
          options = module.options or { };
          config =
            let
              below =
                lib.optional (module ? freeformType) { _module.freeformType = module.freeformType; }
                ++ lib.optional (module ? meta) { inherit (module) meta; };
            in
            if below == [ ] then module.config or { } else mkMerge ([ (module.config or { }) ] ++ below);
          file = toString module._file or file;
          key = toString module.key or key;
          class = module._class or null;
        }
    else
      {
        imports = module.require or [ ] ++ module.imports or [ ];
        disabled = module.disabledModules or [ ];
        options = { };
        config =
          let
            plain = removeAttrs module [
              "_class"
              "_file"
              "key"
              "disabledModules"
              "require"
              "imports"
              "freeformType"
            ];
          in
          if module ? freeformType then
            mkMerge [
              plain
              { _module.freeformType = module.freeformType; }
            ]
          else
            plain;
        file = toString module._file or file;
        key = toString module.key or key;
        class = module._class or null;
      };

  call =
    args: f:
    let
      named = mapAttrs (
        name: _:
        builtins.addErrorContext "while evaluating the module argument `${name}':" (
          args.${name} or args.config._module.args.${name}
        )
      ) (lib.functionArgs f);
    in
    f (args // named);

  load =
    args: file: key: module:
    if isFunction module || module ? __functor then
      structured file key (call args module)
    else if isAttrs module then
      if
        elem (kind module) [
          "if"
          "merge"
          "override"
        ]
      then
        structured file key { config = module; }
      else if module._type or "module" != "module" then
        throw "Expected a module, but found a value of type `${module._type}' in ${file}: is it to be imported?"
      else
        structured file key module
    else if builtins.isList module then
      throw "Module imports can't be nested lists. Perhaps you meant to remove one level of lists? Definitions: ${showFiles [ file ]}"
    else if isPath module || isString module then
      let
        path = toString module;
        value = import module;
      in
      if isFunction value then structured path path (call args value) else load args path path value
    else
      throw "A module is a path, a function or an attribute set; one in ${file} is a ${builtins.typeOf module}";

  # All modules with those that they import, each once.
  collect =
    class: args: modules:
    let
      nodes =
        file: key: list:
        lib.imap1 (
          n: module:
          let
            loaded = load args file "${key}:anon-${toString n}" module;
          in
          if class != null && loaded.class != null && loaded.class != class then
            throw "The module `${loaded.file}' (class: ${builtins.toJSON loaded.class}) cannot be imported into a module evaluation that expects class ${builtins.toJSON class}."
          else
            {
              inherit (loaded) key;
              inherit loaded;
            }
        ) list;
      keyOf = module: if isAttrs module then toString module.key else toString module;
      disabled = concatMap (node: map keyOf node.loaded.disabled) (
        walk (nodes "<unknown-file>" "" modules) (_: true)
      );
      walk =
        start: keep:
        builtins.genericClosure {
          startSet = filter keep start;
          operator =
            node: filter keep (nodes node.loaded.file node.loaded.key node.loaded.imports);
        };
      closure = walk (nodes "<unknown-file>" "" modules) (node: !elem node.key disabled);
    in
    map (node: node.loaded) closure;

  evalModules =
    {
      modules,
      specialArgs ? { },
      prefix ? [ ],
      class ? null,
    }:
    let
      internal = {
        _file = "lib/modules.nix";
        key = "lib/modules.nix";
        options._module = {
          args = lib.mkOption {
            type = lib.types.lazyAttrsOf lib.types.raw;
            internal = prefix != [ ];
            description = "Arguments of modules, by name.";
          };
          check = lib.mkOption {
            type = lib.types.bool;
            internal = true;
            default = true;
            description = "Whether definitions of options that are not declared are errors.";
          };
          freeformType = lib.mkOption {
            type = lib.types.nullOr lib.types.optionType;
            internal = true;
            default = null;
            description = "What values without an option of their own have to be.";
          };
          specialArgs = lib.mkOption {
            readOnly = true;
            internal = true;
            description = "Arguments that `imports` may depend on.";
          };
        };
        config._module = {
          args = { inherit extendModules; };
          inherit specialArgs;
        };
      };
      args = {
        inherit lib config options;
        _prefix = prefix;
        _class = class;
      } // specialArgs;
      collected = lib.reverseList (collect class args (modules ++ [ internal ]));
      tree = level prefix (map (one: {
        inherit (one) file;
        value = one.options;
      }) collected) (map (one: {
        inherit (one) file;
        value = one.config;
      }) collected);
      own = tree.config;
      free = own._module.freeformType;
      # A value for which there is no option, put where it is defined.
      loose = free.merge prefix (
        map (def: {
          inherit (def) file;
          value = lib.setAttrByPath (lib.drop (length prefix) def.loc) def.value;
        }) tree.unmatched
      );
      config = if free == null || tree.unmatched == [ ] then own else lib.recursiveUpdate loose own;
      inherit (tree) options;
      stray = head tree.unmatched;
      checked =
        if own._module.check && free == null && tree.unmatched != [ ] then
          throw "The option `${showOption stray.loc}' does not exist. Definition values:${showDefs [ stray ]}${
            lib.optionalString (stray.known != [ ]) "\nThere are, at `${showOption stray.prefix}': ${lib.concatStringsSep ", " stray.known}."
          }"
        else
          value: value;
      extendModules =
        more:
        evalModules {
          inherit class;
          modules = modules ++ more.modules or [ ];
          specialArgs = specialArgs // more.specialArgs or { };
          prefix = more.prefix or prefix;
        };
    in
    {
      _type = "configuration";
      inherit (config) _module;
      config = checked (removeAttrs config [ "_module" ]);
      options = checked options;
      inherit extendModules class;
      type = lib.types.submoduleWith { inherit modules specialArgs class; };
    };

  setDefaultModuleLocation = file: module: {
    _file = file;
    imports = [ module ];
  };
  optionFrom =
    { from, to, visible, warn }:
    { config, options, ... }:
    let
      target = lib.attrByPath to (throw "the new name of ${showOption from}, ${showOption to}, does not exist") options;
      old = lib.getAttrFromPath from options;
    in
    {
      options = lib.setAttrByPath from (
        lib.mkOption (
          {
            inherit visible;
            description = "Alias of {option}`${showOption to}`.";
            apply =
              lib.warnIf warn
                "Obsolete option `${showOption from}' is used. It was renamed to `${showOption to}'."
                (_: lib.getAttrFromPath to config);
          }
          // lib.optionalAttrs (target ? type) { inherit (target) type; }
        )
      );
      config = lib.mkMerge [
        (lib.optionalAttrs (options ? warnings) {
          warnings =
            lib.optional (warn && old.isDefined)
              "The option `${showOption from}' defined in ${showFiles old.files} has been renamed to `${showOption to}'.";
        })
        (lib.setAttrByPath to (mkIf old.isDefined (mkMerge (map (mkOverride old.highestPrio) old.definitions))))
      ];
    };
in
{
  inherit
    evalModules
    mergeDefinitions
    mkIf
    mkMerge
    mkOrder
    mkOverride
    setDefaultModuleLocation
    ;
  dischargeProperties = discharge;
  pushDownProperties = pushDown;
  defaultOverridePriority = 100;
  defaultOrderPriority = 1000;
  mkOptionDefault = mkOverride 1500;
  mkDefault = mkOverride 1000;
  mkImageMediaOverride = mkOverride 60;
  mkForce = mkOverride 50;
  mkVMOverride = mkOverride 10;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;
  mkAliasDefinitions = option: mkIf option.isDefined (mkMerge option.definitions);
  importApply = file: argument: setDefaultModuleLocation file (import file argument);
  mkRenamedOptionModule =
    from: to:
    optionFrom {
      inherit from to;
      visible = false;
      warn = true;
    };
  mkAliasOptionModule =
    from: to:
    optionFrom {
      inherit from to;
      visible = true;
      warn = false;
    };
  mkRemovedOptionModule =
    path: instead:
    { options, ... }:
    let
      old = lib.getAttrFromPath path options;
    in
    {
      options = lib.setAttrByPath path (
        lib.mkOption {
          visible = false;
          apply = _: throw "The option `${showOption path}' can no longer be used since it's been removed. ${instead}";
        }
      );
      config.assertions = [
        {
          assertion = !old.isDefined;
          message = "The option definition `${showOption path}' in ${showFiles old.files} no longer has any effect; please remove it. ${instead}";
        }
      ];
    };
}
