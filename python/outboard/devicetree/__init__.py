# SPDX-License-Identifier: GPL-2.0-only
"""Device trees: compile, merge, read, check against bindings."""
