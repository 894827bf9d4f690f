"""The name asyncio.EventLoop, for the class of loops of the platform (gh-94597)."""
# flag: event_loop_alias
import asyncio

print(hasattr(asyncio, "EventLoop"))
