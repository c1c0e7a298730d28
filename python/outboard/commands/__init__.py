# SPDX-License-Identifier: GPL-2.0-only
"""Commands of make that join several rooms."""
