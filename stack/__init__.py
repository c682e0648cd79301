"""Starts what the portal needs on one computer: PostgreSQL, a broker, the web server, the worker and the beat.

Nothing of the product imports this package, and it imports nothing of the product.
"""
