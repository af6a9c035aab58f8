# SPDX-License-Identifier: Apache-2.0
"""Measurements. Nothing here is a test: figures come from alternating runs, never from a limit."""
