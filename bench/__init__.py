# SPDX-License-Identifier: Apache-2.0
"""Measurements. `python3 dev.py bench --list` names them."""
