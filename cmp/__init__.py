# SPDX-License-Identifier: Apache-2.0
"""Kvitt: a self-hosted cookie consent platform whose log anybody can verify."""

__version__ = "0.1.0"
