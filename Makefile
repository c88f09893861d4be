# `make demo` and `make test` are all a newcomer needs; each does the whole set-up first.
.PHONY: setup demo test check bench soak guide deb clean
.DEFAULT_GOAL := demo

BIN := .venv/bin
# A worker a core; what shares a pcscd or a file stays together (tests/conftest.py).
TESTS = tools/suite

setup: .venv/.ready

# Made anew when the lock file or the set-up itself changes.
.venv/.ready: uv.lock pyproject.toml tools/setup
	@tools/setup
	@touch $@

demo: setup
	@$(BIN)/kiosk demo

test: setup
	@$(TESTS)

# The tests hold lint, types and the import law as well (tests/architecture).
check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(TESTS)

soak: setup
	@$(BIN)/python -m pytest -m soak --timeout 3600

bench: setup
	@$(BIN)/python -m bench

# The guide for people, build/guide/ja and build/guide/en, also to be heard.
guide: setup
	@$(BIN)/python tools/guide.py build/guide --sound

# The box's package, for Debian 12 and 13; as root. tools/deb SUITE ARCH makes one of them.
deb: setup
	@tools/deb bookworm
	@tools/deb trixie

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
