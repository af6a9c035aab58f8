# SPDX-License-Identifier: Apache-2.0
"""Visitors' browsers: cross-origin, no session, cacheable."""
