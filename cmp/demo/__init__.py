# SPDX-License-Identifier: Apache-2.0
"""A shop that sells nothing and the third parties its pages call, so that a choice can be watched.

Nothing here is needed by a real installation. The third parties are invented services of this
demo, each a server of its own on another origin (`<kind>.localhost`), which the browser treats as
another site.
"""
