"""The process that a long list is made in: `python -m bot.takeout`, started by `bot/takeout/process.py`.

in    an order as JSON
out   for each file one line of JSON {"name": …, "size": bytes}, and its content
"""

from __future__ import annotations

import sys

import orjson

from bot.takeout.making import Order, made


def main() -> None:
    """Makes what was ordered."""
    for name, content in made(Order.from_json(sys.stdin.buffer.read())):
        sys.stdout.buffer.write(orjson.dumps({"name": name, "size": len(content)}) + b"\n" + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
