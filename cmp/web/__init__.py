# SPDX-License-Identifier: Apache-2.0
"""The doors: for visitors' browsers, for marketing, for auditors, for operations."""
