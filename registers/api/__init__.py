"""REST over registers: OpenAPI 3.1, RFC 9110 conditional requests, RFC 9457 errors."""
