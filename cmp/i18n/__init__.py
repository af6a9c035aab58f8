# SPDX-License-Identifier: Apache-2.0
"""Texts per language, durations and dates in words. Bokmål first."""
