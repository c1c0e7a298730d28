# SPDX-License-Identifier: GPL-2.0-only
"""What is fetched and built into the cache: Debian packages, kernels, QEMU, libfdt, Nix."""
