# SPDX-License-Identifier: Apache-2.0
"""Blocking before the page arrives: a site's own server sends the policy that fits the visitor.

Put around a Python application as WSGI or ASGI middleware, or printed as configuration of a web
server in front of one.
"""
