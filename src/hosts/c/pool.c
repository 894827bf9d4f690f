/* pool.c - memory for one loop: free lists for small blocks, malloc for large ones.
 *
 * Idea     A block of up to 512 bytes belongs to the class of its size in 16-byte grains.  A free one of
 *          its class is taken first; else the newest chunk of 64 KiB gives a fresh one, so that tasks
 *          that are made one after another lie one after another.  Chunks go back to the system only when
 *          the loop does.
 * Holds    The caller says the size again when it frees or resizes: a block needs no head.
 * Owns     Everything: aci_c_pool_clear frees what its users forgot, too.
 * Threads  The loop's thread only.  With no loop the realloc hook is plain malloc: for the loop's own
 *          memory, and for what is made on other threads.
 * Cost     A small block is two loads and a store; a program that makes and frees stays in the same few
 *          lines of cache. */
#include "chost_impl.h"

#include <stdlib.h>
#include <string.h>

#define LARGE_HEAD ((sizeof(ac_link) + C_GRAIN - 1) / C_GRAIN * C_GRAIN)

void aci_c_pool_init(c_pool *pool)
{
    memset(pool, 0, sizeof *pool);
    pool->large.prev = pool->large.next = &pool->large;
}

void aci_c_pool_clear(c_pool *pool)
{
    while (pool->large.next != &pool->large) {
        ac_link *link = pool->large.next;
        pool->large.next = link->next;
        free(link);
    }
    while (pool->chunks) {
        c_free *chunk = pool->chunks;
        pool->chunks = chunk->next;
        free(chunk);
    }
    aci_c_pool_init(pool);
}

static size_t grains(size_t size)
{
    return (size + C_GRAIN - 1) / C_GRAIN;
}

/* What remains of the old chunk is lost until the end: less than one block in a hundred. */
static bool add_chunk(c_pool *pool)
{
    c_free *chunk = malloc(C_CHUNK);

    if (!chunk)
        return false;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->fresh = (char *)chunk + C_GRAIN;
    pool->left = C_CHUNK - C_GRAIN;
    return true;
}

static void *small_new(c_pool *pool, size_t size)
{
    size_t class = grains(size);
    c_free *block = pool->free[class];
    char *fresh;

    if (block) {
        pool->free[class] = block->next;
        return block;
    }
    if (pool->left < class * C_GRAIN && !add_chunk(pool))
        return NULL;
    fresh = pool->fresh;
    pool->fresh += class * C_GRAIN;
    pool->left -= class * C_GRAIN;
    return fresh;
}

static void small_free(c_pool *pool, void *memory, size_t size)
{
    size_t class = grains(size);
    c_free *block = memory;

    block->next = pool->free[class];
    pool->free[class] = block;
}

static ac_link *large_link(void *block)
{
    return (ac_link *)(void *)((char *)block - LARGE_HEAD);
}

/* NULL as the old block makes a new one. */
static void *large_resize(c_pool *pool, void *old, size_t now)
{
    ac_link *was = old ? large_link(old) : NULL;
    ac_link *prev = was ? was->prev : pool->large.prev;
    ac_link *link;

    if (now > SIZE_MAX - LARGE_HEAD)
        return NULL;
    link = realloc(was, LARGE_HEAD + now);
    if (!link)
        return NULL;
    /* The neighbours may still point to where the block was. */
    link->prev = prev;
    if (!was)
        link->next = &pool->large;
    link->prev->next = link->next->prev = link;
    return (char *)link + LARGE_HEAD;
}

static void large_free(void *block)
{
    ac_link *link = large_link(block);

    link->prev->next = link->next;
    link->next->prev = link->prev;
    free(link);
}

static void *block_new(c_pool *pool, size_t size)
{
    void *block = size <= C_POOLED ? small_new(pool, size) : large_resize(pool, NULL, size);

    if (block)
        pool->blocks++;
    return block;
}

static void block_free(c_pool *pool, void *block, size_t size)
{
    pool->blocks--;
    if (size <= C_POOLED)
        small_free(pool, block, size);
    else
        large_free(block);
}

/* A shrinking block never fails: what cannot be moved stays where it is.  (A block that is larger than its
 * class says is no harm; the pool knows it by its chunk, or by its place on the list of large ones.) */
static void *block_resize(c_pool *pool, void *block, size_t old, size_t now)
{
    void *moved;

    if (old <= C_POOLED && now <= C_POOLED && grains(old) == grains(now))
        return block;
    if (old > C_POOLED && now > C_POOLED) {
        moved = large_resize(pool, block, now);
        return moved || now > old ? moved : block;
    }
    moved = block_new(pool, now);
    if (!moved && now <= old)
        return block;
    if (moved) {
        memcpy(moved, block, old < now ? old : now);
        block_free(pool, block, old);
    }
    return moved;
}

static void *plain_realloc(void *memory, size_t now)
{
    if (now)
        return realloc(memory, now);
    free(memory);
    return NULL;
}

void *aci_c_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    c_pool *pool;

    if (!loop)
        return plain_realloc(memory, now);
    pool = &c_loop_of(loop)->pool;
    if (!memory)
        return now ? block_new(pool, now) : NULL;
    if (now)
        return block_resize(pool, memory, old, now);
    block_free(pool, memory, old);
    return NULL;
}
