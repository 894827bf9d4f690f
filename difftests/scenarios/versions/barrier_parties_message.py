"""What Barrier(0) says (gh-129403)."""
# flag: barrier_parties_message
import asyncio


for parties in (0, -1):
    try:
        asyncio.Barrier(parties)
    except ValueError as error:
        print(error)
