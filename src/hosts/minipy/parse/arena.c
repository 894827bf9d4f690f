/* arena.c - the memory of one parsed file.
 *
 * Idea    Chunks in a list; the first one is the one that has room.  A piece that is large beside a chunk
 *         gets a chunk of its own behind the first, so that no room is thrown away.
 * Holds   'used' counts what was handed out, so that a limit means the same on every machine.
 * Owns    Everything that hangs on the tree; it all goes in mp_arena_free.
 * Tests   tests/test_minipy_parser.c */
#include "parse/ast.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_CHUNK = 64 * 1024, ARENA_LARGE = ARENA_CHUNK / 4 };

struct mp_chunk {
    mp_chunk *next;
    size_t used, size;
    max_align_t bytes[];
};

static size_t arena_round(size_t size)
{
    const size_t step = _Alignof(max_align_t);

    return size == 0 ? step : (size + step - 1) / step * step;
}

static mp_chunk *arena_chunk_new(size_t size)
{
    mp_chunk *chunk = size > SIZE_MAX - sizeof *chunk ? NULL : calloc(1, sizeof *chunk + size);

    if (chunk)
        chunk->size = size;
    return chunk;
}

/* A chunk with room for a piece: the first, a new first one, or one for this piece alone. */
static mp_chunk *arena_room(mp_arena *arena, size_t size)
{
    mp_chunk *first = arena->chunks, *chunk;

    if (first && first->size - first->used >= size)
        return first;
    chunk = arena_chunk_new(size > ARENA_LARGE ? size : ARENA_CHUNK);
    if (!chunk)
        return NULL;
    if (first && size > ARENA_LARGE) {
        chunk->next = first->next;
        first->next = chunk;
    } else {
        chunk->next = first;
        arena->chunks = chunk;
    }
    return chunk;
}

void *mp_arena_new(mp_arena *arena, size_t size)
{
    size_t rounded = arena_round(size);
    mp_chunk *chunk;
    char *piece;

    if (rounded < size || rounded > SIZE_MAX - arena->used)
        return NULL;
    if (arena->limit != 0 && arena->used + rounded > arena->limit)
        return NULL;
    chunk = arena_room(arena, rounded);
    if (!chunk)
        return NULL;
    piece = (char *)chunk->bytes + chunk->used;
    chunk->used += rounded;
    arena->used += rounded;
    return piece;
}

bool mp_arena_text(mp_arena *arena, const char *data, size_t size, mp_text *out)
{
    char *copy = size == SIZE_MAX ? NULL : mp_arena_new(arena, size + 1);

    if (!copy)
        return false;
    if (size > 0)
        memcpy(copy, data, size);
    *out = (mp_text){copy, size};
    return true;
}

void mp_arena_free(mp_arena *arena)
{
    while (arena->chunks) {
        mp_chunk *chunk = arena->chunks;

        arena->chunks = chunk->next;
        free(chunk);
    }
    arena->used = 0;
}
