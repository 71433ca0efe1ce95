"""How both stand-ins listen."""

from __future__ import annotations

from aiohttp import web


async def listen(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, str]:
    """Serves an application on loopback; port 0 is a free one. Gives what ends it, and its address.

    Raises:
        OSError: the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, f"http://{host}:{runner.addresses[0][1]}"
