"""aiogram, loaded with its types as they are written down; each is built when it is first used.

aiogram builds the validators of all its 400 types and 190 methods while it is imported, which takes three quarters of
that time and half of the memory; the bot reads five kinds of updates and makes two dozen calls. Its types are declared
to be built on demand (`defer_build`), and then built all the same, since the names in their annotations can be found
in no module of theirs. Here those names are put where pydantic looks for them, and the building is left to it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z_]\w*")


def load() -> None:
    """Imports aiogram, unless it is. Called before anything that imports it; where it is not, all takes longer."""
    if "aiogram" in sys.modules:
        return
    from pydantic import BaseModel  # with aiogram: whoever does without it does without both

    at_once = BaseModel.__dict__["model_rebuild"]
    names: Mapping[str, Any] = MappingProxyType({})

    def later(cls: type[BaseModel], /, **options: Any) -> bool | None:
        nonlocal names
        if (known := options.get("_types_namespace")) and cls.__module__.startswith("aiogram."):
            names = known
            return None
        rebuilt: bool | None = at_once.__func__(cls, **options)
        return rebuilt

    setattr(BaseModel, "model_rebuild", classmethod(later))  # noqa: B010  # no other way in before aiogram is there
    try:
        import aiogram.types
    finally:
        setattr(BaseModel, "model_rebuild", at_once)  # noqa: B010
    for each in vars(aiogram.types).values():
        if isinstance(each, type) and issubclass(each, BaseModel):
            _make_known(each, names)


def _make_known(model: type[Any], names: Mapping[str, Any]) -> None:
    """Puts what a model's annotations name into its module, where that lacks it."""
    module = vars(sys.modules[model.__module__])
    for each in model.__mro__:
        for annotation in vars(each).get("__annotations__", {}).values():
            for name in _NAME.findall(annotation if isinstance(annotation, str) else ""):
                if name in names:
                    module.setdefault(name, names[name])
