/* pool.c - memory for one loop: pages of small blocks, malloc for large ones.
 *
 * Idea       A block of up to 512 bytes belongs to the class of its size in 16-byte grains.  The free blocks
 *            of a page are used up before those of the next one: so tasks that are made one after another lie
 *            near each other even in a program that has run for long, where one free list for all would give
 *            memory out in a shuffled order.  Slabs go back to the system only when the loop does.
 * Holds      The caller says the size again when it frees or resizes: a block needs no head.  A page is
 *            listed <=> it is on the list of its class <=> it may have a block to give.
 * Owns       Everything: aci_c_pool_clear frees what its users forgot, too.
 * Threads    The loop's thread only.  With no loop the realloc hook is plain malloc: for the loop's own
 *            memory, and for what is made on other threads.
 * Cost       An untouched part of a page costs address space, no memory.
 * Tests      tests/test_chost_memory.c, tests/saboteur.c */
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
    while (pool->slabs) {
        c_free *slab = pool->slabs;
        pool->slabs = slab->next;
        free(slab);
    }
    aci_c_pool_init(pool);
}

static size_t grains(size_t size)
{
    return (size + C_GRAIN - 1) / C_GRAIN;
}

#define PAGE_HEAD ((sizeof(c_page) + C_GRAIN - 1) / C_GRAIN * C_GRAIN)

static bool add_slab(c_pool *pool)
{
    c_free *slab = aligned_alloc(C_PAGE, C_SLAB);

    if (!slab)
        return false;
    slab->next = pool->slabs;
    pool->slabs = slab;
    pool->fresh = (char *)slab;
    pool->end = pool->fresh + C_SLAB;
    return true;
}

/* A page's head lies behind the place of a slab's link. */
static c_page *page_new(c_pool *pool)
{
    c_page *page;

    if (pool->fresh == pool->end && !add_slab(pool))
        return NULL;
    page = (c_page *)(void *)(pool->fresh + C_GRAIN);
    pool->fresh += C_PAGE;
    page->free = NULL;
    page->fresh = (char *)page + PAGE_HEAD;
    page->end = pool->fresh;
    page->next = NULL;
    page->listed = true;
    return page;
}

static c_page *page_of(void *block)
{
    return (c_page *)(void *)((char *)block - ((uintptr_t)block & (C_PAGE - 1)) + C_GRAIN);
}

static void *take_free(c_page *page)
{
    c_free *block = page->free;

    if (block)
        page->free = block->next;
    return block;
}

static void *take_fresh(c_page *page, size_t size)
{
    char *block = page->fresh;

    if ((size_t)(page->end - block) < size)
        return NULL;
    page->fresh += size;
    return block;
}

/* The first page has no free block: something fresh of it, or the next page, or a new one. */
static C_APART void *small_new_slowly(c_pool *pool, size_t class)
{
    c_page *page = pool->first[class];
    void *block = page ? take_fresh(page, class * C_GRAIN) : NULL;

    if (block)
        return block;
    if (page) {
        page->listed = false;
        pool->first[class] = page->next;
        if (page->next)
            return take_free(page->next); /* it was listed when a block of it came back */
    }
    page = page_new(pool);
    pool->first[class] = page;
    return page ? take_fresh(page, class * C_GRAIN) : NULL;
}

static void *small_new(c_pool *pool, size_t class)
{
    c_page *page = pool->first[class];
    void *block = page ? take_free(page) : NULL;

    return block ? block : small_new_slowly(pool, class);
}

/* A page that had nothing to give comes behind the first one. */
static C_APART void list_page(c_pool *pool, c_page *page, size_t class)
{
    c_page *first = pool->first[class];

    page->listed = true;
    page->next = first ? first->next : NULL;
    if (first)
        first->next = page;
    else
        pool->first[class] = page;
}

static void small_free(c_pool *pool, void *memory, size_t class)
{
    c_page *page = page_of(memory);
    c_free *block = memory;

    block->next = page->free;
    page->free = block;
    if (!page->listed)
        list_page(pool, page, class);
}

static ac_link *large_link(void *block)
{
    return (ac_link *)(void *)((char *)block - LARGE_HEAD);
}

/* NULL as the old block makes a new one. */
static C_APART void *large_resize(c_pool *pool, void *old, size_t now)
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

static C_APART void large_free(void *block)
{
    ac_link *link = large_link(block);

    link->prev->next = link->next;
    link->next->prev = link->prev;
    free(link);
}

static void *block_new(c_pool *pool, size_t size)
{
    void *block = size <= C_POOLED ? small_new(pool, grains(size)) : large_resize(pool, NULL, size);

    if (block)
        pool->blocks++;
    return block;
}

static void block_free(c_pool *pool, void *block, size_t size)
{
    pool->blocks--;
    if (size <= C_POOLED)
        small_free(pool, block, grains(size));
    else
        large_free(block);
}

/* A shrinking block never fails: what cannot be moved stays where it is.  (A block that is larger than its
 * class says is no harm; the pool knows it by its chunk, or by its place on the list of large ones.) */
static C_APART void *block_resize(c_pool *pool, void *block, size_t old, size_t now)
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

static C_APART void *plain_realloc(void *memory, size_t now)
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
