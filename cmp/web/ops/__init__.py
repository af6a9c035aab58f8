# SPDX-License-Identifier: Apache-2.0
"""Health, readiness, metrics, the interface description."""
