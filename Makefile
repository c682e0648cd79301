.PHONY: run test journeys bench lint doctor sbom lock

run test journeys bench lint doctor sbom:
	@./portal $@

# Writes both locks anew from pyproject.toml (needs uv); tests/stack checks that they agree with it.
COMPILE = uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --quiet
lock:
	$(COMPILE) --group embedded --group development -o requirements.lock
	$(COMPILE) -c requirements.lock -o requirements-production.lock
