/* floor.h - the least that plain C has to do: nodes from a free list, a ready ring, a heap of timers.
 *
 * Idea       A node is a state machine: a step function and a state.  A new one has as many bytes as a task
 *            of aiocore with a small frame, all zeroed, so that both sides move the same memory; what aiocore
 *            takes more is what asyncio's rules cost.
 * Lacks      Results, errors, cancellation, contexts, names, lists of all tasks, several waiters, reference
 *            counts. */
#ifndef AIOCORE_BENCH_FLOOR_H
#define AIOCORE_BENCH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure.h"

enum { FLOOR_NODE_BYTES = 176 };

typedef struct floor_node floor_node;
typedef struct floor_loop floor_loop;
typedef void floor_step(floor_loop *loop, floor_node *node);

struct floor_node {
    floor_step *step;
    floor_node *parent;
    floor_node *next; /* of the free ones, or of those that wait for one thing */
    int state, level;
    size_t pending;
};

typedef struct floor_timer {
    double when;
    floor_node *node;
} floor_timer;

struct floor_loop {
    floor_node **ring;
    size_t room, head, count;
    floor_timer *heap;
    size_t timer_room, timer_count;
    floor_node *free;
    struct floor_chunk *chunks, *chunk; /* all of them; the one that new nodes come from */
    size_t used, alive;                 /* nodes of that one, nodes of all */
    size_t counter;                     /* what the benchmark counts */
    bool done;
};

floor_loop *floor_loop_new(void);
void floor_loop_free(floor_loop *loop);
/* A zeroed node, and the end of one.  When the last one has ended, memory is given out in order again. */
floor_node *floor_node_new(floor_loop *loop, floor_step *step, floor_node *parent);
void floor_node_free(floor_loop *loop, floor_node *node);
void floor_ready(floor_loop *loop, floor_node *node);
void floor_timer_push(floor_loop *loop, double when, floor_node *node);
/* The earliest one; there is one. */
floor_timer floor_timer_pop(floor_loop *loop);
/* Runs, turn by turn, until loop->done; waits for timers on the real clock. */
void floor_run(floor_loop *loop);
/* The same, with the CPU time that it took. */
bench_sample floor_timed_run(floor_loop *loop);

/* For a bench_side: opens a loop, and closes it. */
void *floor_open(const bench *row);
void floor_close(void *loop);

#endif
