"""An agency that delivers to a fresh warehouse, as in tests of intake."""

from tests.integration.intake.conftest import agency

__all__ = ["agency"]
