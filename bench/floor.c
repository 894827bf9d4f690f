/* floor.c - see floor.h.  The heap has four children a node and gives equal deadlines in any order: heapq,
 * which aiocore follows to the swap, has two. */
#include "floor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK_NODES = 372, CHILDREN = 4 }; /* 64 KiB */

typedef union slot {
    floor_node node;
    char bytes[FLOOR_NODE_BYTES];
} slot;

struct floor_chunk {
    struct floor_chunk *next;
    slot slots[CHUNK_NODES];
};

floor_loop *floor_loop_new(void)
{
    floor_loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL)
        bench_fail("no memory");
    return loop;
}

void floor_loop_free(floor_loop *loop)
{
    for (struct floor_chunk *left = loop->chunks; left != NULL;) {
        struct floor_chunk *next = left->next;
        free(left);
        left = next;
    }
    free(loop->ring);
    free(loop->heap);
    free(loop);
}

/* ---- Nodes ---- */

/* The next chunk that is there already, or a new one behind the current one. */
static void next_chunk(floor_loop *loop)
{
    struct floor_chunk **place = loop->chunk != NULL ? &loop->chunk->next : &loop->chunks;
    if (*place == NULL) {
        *place = malloc(sizeof **place);
        if (*place == NULL)
            bench_fail("no memory");
        (*place)->next = NULL;
    }
    loop->chunk = *place;
    loop->used = 0;
}

static floor_node *fresh_node(floor_loop *loop)
{
    if (loop->chunk == NULL || loop->used == CHUNK_NODES)
        next_chunk(loop);
    return &loop->chunk->slots[loop->used++].node;
}

floor_node *floor_node_new(floor_loop *loop, floor_step *step, floor_node *parent)
{
    floor_node *node = loop->free;
    if (node != NULL)
        loop->free = node->next;
    else
        node = fresh_node(loop);
    loop->alive++;
    memset(node, 0, sizeof(slot));
    node->step = step;
    node->parent = parent;
    return node;
}

void floor_node_free(floor_loop *loop, floor_node *node)
{
    node->next = loop->free;
    loop->free = node;
    if (--loop->alive == 0) {
        loop->free = NULL;
        loop->chunk = NULL;
    }
}

/* ---- The ready ring ---- */

static void grow_ring(floor_loop *loop)
{
    size_t room = loop->room > 0 ? loop->room * 2 : 64;
    floor_node **ring = malloc(room * sizeof *ring);
    if (ring == NULL)
        bench_fail("no memory");
    for (size_t i = 0; i < loop->count; i++)
        ring[i] = loop->ring[(loop->head + i) & (loop->room - 1)];
    free(loop->ring);
    loop->ring = ring;
    loop->room = room;
    loop->head = 0;
}

void floor_ready(floor_loop *loop, floor_node *node)
{
    if (loop->count == loop->room)
        grow_ring(loop);
    loop->ring[(loop->head + loop->count++) & (loop->room - 1)] = node;
}

static floor_node *take(floor_loop *loop)
{
    floor_node *node = loop->ring[loop->head];
    loop->head = (loop->head + 1) & (loop->room - 1);
    loop->count--;
    return node;
}

/* ---- Timers ---- */

static bool before(const floor_timer *left, const floor_timer *right)
{
    return left->when < right->when;
}

void floor_timer_push(floor_loop *loop, double when, floor_node *node)
{
    if (loop->timer_count == loop->timer_room) {
        loop->timer_room = loop->timer_room > 0 ? loop->timer_room * 2 : 64;
        loop->heap = realloc(loop->heap, loop->timer_room * sizeof *loop->heap);
        if (loop->heap == NULL)
            bench_fail("no memory");
    }
    floor_timer moved = {when, node};
    size_t at = loop->timer_count++;
    while (at > 0) {
        size_t parent = (at - 1) / CHILDREN;
        if (!before(&moved, &loop->heap[parent]))
            break;
        loop->heap[at] = loop->heap[parent];
        at = parent;
    }
    loop->heap[at] = moved;
}

static size_t first_child(const floor_loop *loop, size_t at)
{
    size_t first = CHILDREN * at + 1, end = first + CHILDREN;
    size_t best = first;
    if (end > loop->timer_count)
        end = loop->timer_count;
    for (size_t i = first + 1; i < end; i++)
        if (before(&loop->heap[i], &loop->heap[best]))
            best = i;
    return best;
}

floor_timer floor_timer_pop(floor_loop *loop)
{
    floor_timer top = loop->heap[0], moved = loop->heap[--loop->timer_count];
    size_t at = 0, child = 1;
    while (child < loop->timer_count) {
        child = first_child(loop, at);
        if (!before(&loop->heap[child], &moved))
            break;
        loop->heap[at] = loop->heap[child];
        at = child;
        child = CHILDREN * at + 1;
    }
    loop->heap[at] = moved;
    return top;
}

/* ---- Running ---- */

static void wait_for_timer(floor_loop *loop)
{
    double left = loop->heap[0].when - bench_wall_time();
    if (left > 0) {
        struct timespec time = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
        nanosleep(&time, NULL);
    }
    double now = bench_wall_time();
    while (loop->timer_count > 0 && loop->heap[0].when <= now)
        floor_ready(loop, floor_timer_pop(loop).node);
}

void floor_run(floor_loop *loop)
{
    loop->done = false;
    while (!loop->done) {
        if (loop->count == 0)
            wait_for_timer(loop);
        for (size_t left = loop->count; left > 0; left--) {
            floor_node *node = take(loop);
            node->step(loop, node);
        }
    }
}

bench_sample floor_timed_run(floor_loop *loop)
{
    double start = bench_cpu_time();
    floor_run(loop);
    return bench_cpu_since(start);
}

void *floor_open(const bench *row)
{
    (void)row;
    return floor_loop_new();
}

void floor_close(void *loop)
{
    floor_loop_free(loop);
}
