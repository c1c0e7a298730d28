# SPDX-License-Identifier: GPL-2.0-only
rec {
  assertMsg = condition: message: condition || throw message;
  assertOneOf =
    name: value: values:
    assertMsg (builtins.elem value values)
      "${name} must be one of ${builtins.toJSON values}, but is: ${builtins.toJSON value}";
}
