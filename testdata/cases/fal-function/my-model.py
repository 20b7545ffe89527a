from typing import Any

LANGUAGES = ["en", "de"]


def greet(name: str, language: str = LANGUAGES[0], times: int = 1) -> Any:
    return [name] * times
