# SPDX-License-Identifier: GPL-2.0-only
#
# Wi-Fi's country, and boards that have no addresses of their own.
{
  config,
  lib,
  ...
}:
let
  cfg = config.hardware.outboard;
  inherit (cfg) facts;
  wifi = facts.userland.wifi or { };
  address = "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}";
  # The least bit of the first byte says that many are meant.
  isGroup = mac: lib.elem (lib.substring 1 1 mac) (lib.stringToCharacters "13579bBdDfF");
  groups = lib.filterAttrs (_: isGroup) cfg.network.macAddresses;

  # 02 is the first byte of addresses that nobody has assigned.
  derived =
    interface:
    let
      digits = builtins.hashString "sha256" "${config.networking.hostName} ${interface}";
      byte = at: lib.substring (2 * at) 2 digits;
    in
    lib.concatStringsSep ":" ([ "02" ] ++ map byte (lib.range 0 4));
  without = facts.userland.without_address or [ ];
  addresses =
    lib.optionalAttrs cfg.network.addressesFromHostName (lib.genAttrs without derived)
    // cfg.network.macAddresses;
in
{
  options.hardware.outboard.network = {
    wifiCountry = lib.mkOption {
      type = lib.types.nullOr (lib.types.strMatching "[A-Z]{2}");
      default = null;
      example = "DE";
      description = ''
        The country whose rules Wi-Fi keeps to, as the kernel's parameter
        `cfg80211.ieee80211_regdom`. Without it the kernel keeps to what is
        allowed everywhere: no access point on 5 GHz, for one.
      '';
    };

    wifiOffload = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether packets between Wi-Fi and Ethernet pass the processor by, on
        boards that can (Banana Pi BPI-R3).
      '';
    };

    addressesFromHostName = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether the interfaces for which the board has no MAC address stored
        (Banana Pi BPI-R3) get one that is made of
        {option}`networking.hostName`: the same at each start, and another on a
        board of another name.
      '';
    };

    macAddresses = lib.mkOption {
      type = lib.types.attrsOf (lib.types.strMatching address);
      default = { };
      example = {
        eth0 = "02:00:00:00:00:01";
        wlan0 = "02:00:00:00:00:03";
      };
      description = ''
        MAC addresses by the kernel's name of the interface, for boards that
        have none stored (Banana Pi BPI-R3) and else get new ones at each
        start, or all the same one. Make them up: an address that begins with
        `02` is nobody's. They come before those of the host's name, and are
        given by systemd's `.link` files, with or without networkd.
      '';
    };
  };

  config = lib.mkIf cfg.enable {
    boot.kernelParams =
      lib.optional (
        cfg.network.wifiCountry != null
      ) "cfg80211.ieee80211_regdom=${cfg.network.wifiCountry}"
      ++ lib.optionals cfg.network.wifiOffload (wifi.offload or [ ]);

    hardware.wirelessRegulatoryDatabase = lib.mkIf (cfg.network.wifiCountry != null) (
      lib.mkDefault true
    );

    assertions = [
      {
        assertion = !cfg.network.wifiOffload || wifi ? offload;
        message = "hardware.outboard.network.wifiOffload: the ${facts.name} has no such thing. Take the line out.";
      }
      {
        assertion = !cfg.network.addressesFromHostName || without != [ ];
        message = ''
          hardware.outboard.network.addressesFromHostName: the ${facts.name} has addresses of its own.
          Take the line out; hardware.outboard.network.macAddresses gives others all the same.
        '';
      }
      {
        assertion = groups == { };
        message =
          "hardware.outboard.network.macAddresses: the address of ${lib.concatStringsSep ", " (lib.attrNames groups)} is a "
          + "group's, as its first byte is odd: take one that begins with 02.";
      }
    ];

    # The first file that matches is the only one, so it says what systemd's own would have.
    systemd.network.links = lib.mapAttrs' (
      interface: mac:
      lib.nameValuePair "10-outboard-${interface}" {
        matchConfig.OriginalName = interface;
        linkConfig = {
          MACAddress = mac;
          NamePolicy = "keep kernel database onboard slot path";
          AlternativeNamesPolicy = "database onboard slot path";
        };
      }
    ) addresses;
  };
}
