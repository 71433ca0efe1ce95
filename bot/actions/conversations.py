"""The names of the conversations that others lead into: a form is opened by its name."""

from __future__ import annotations

from typing import Final

ADD: Final = "add"
CONNECT: Final = "connect"
DOCUMENT: Final = "document"
CONFIRM: Final = "confirm"
CODE: Final = "code"
COMPANY_DOCUMENT: Final = "companypaper"
LED_INTO: Final = (ADD, CONNECT, DOCUMENT, CONFIRM, CODE, COMPANY_DOCUMENT)
