from tests.support.screen import desk, open_desk

__all__ = ["desk", "open_desk"]
