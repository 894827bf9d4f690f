"""Bounded exhaustive comparison: all asyncio programs up to a size, on CPython and on aiocore."""
