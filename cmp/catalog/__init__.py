# SPDX-License-Identifier: Apache-2.0
"""Services and what they store: the shop's own catalogue, the shipped library, importers."""
