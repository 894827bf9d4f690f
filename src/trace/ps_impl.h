/* ps_impl.h - what the files of ac_ps_write share.
 *
 * Idea       First the graph is copied (ps_graph.c): tasks and futures become numbers, edges pairs of them.
 *            Then it is written as a table (ps.c) or as a tree (ps_tree.c).  Names and text are the
 *            recorder's.
 * Holds      Nodes are the tasks that are not done, oldest first, then what else waits or is waited for. */
#ifndef AIOCORE_TRACE_PS_IMPL_H
#define AIOCORE_TRACE_PS_IMPL_H

#include <aiocore/graph.h>

#include "trace_impl.h"

/* Nodes in rows: row[start[n]] to row[start[n + 1]] are those of the node n. */
typedef struct ps_rows {
    size_t *start, *row;
} ps_rows;

typedef struct ps_graph {
    ac_trace trace; /* names, the line, the status */
    ac_future **nodes;
    size_t node_count, node_room, task_count;
    size_t edge_count, edge_room, start_room;
    ps_rows above, below; /* who waits for a node, in their order; what it waits for, oldest first */
} ps_graph;

/* Makes room for one more of what is counted; false: no memory. */
bool aci_ps_grow(ps_graph *graph, void **items, size_t count, size_t *room, size_t size);

/* False: no memory. */
bool aci_ps_collect(ps_graph *graph, ac_loop *loop);
void aci_ps_end(ps_graph *graph);

/* The index-th coroutine of a node, outermost first; false: there are no more. */
bool aci_ps_frame(ps_graph *graph, size_t node, size_t index, ac_trace_frame *frame);
/* Puts a frame on the line: its function, and its place if that is known. */
void aci_ps_put_frame(ps_graph *graph, const ac_trace_frame *frame);

/* False: there are cycles, and those are on the line. */
bool aci_ps_write_tree(ps_graph *graph);

#endif
