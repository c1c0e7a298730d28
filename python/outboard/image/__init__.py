# SPDX-License-Identifier: GPL-2.0-only
"""Images of cards: layout, root file system, extlinux.conf, boot loader configuration."""
