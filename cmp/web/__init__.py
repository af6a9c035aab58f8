# SPDX-License-Identifier: Apache-2.0
"""The doors: one for visitors' browsers, one for marketing, one for auditors, one for operations."""
