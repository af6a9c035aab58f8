# SPDX-License-Identifier: Apache-2.0
"""Every document that crosses between browser and server. Wire values only; no meaning yet."""
