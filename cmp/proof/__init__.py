# SPDX-License-Identifier: Apache-2.0
"""What an auditor trusts: bytes, hashes, signatures. No database, no web, no clock."""
