# SPDX-License-Identifier: Apache-2.0
"""What the doors share: database sessions, routes with roles, headers, problems, pages."""
