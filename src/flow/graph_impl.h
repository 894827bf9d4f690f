/* graph_impl.h - what waits of the core's own tell the await graph (graph.c). */
#ifndef AIOCORE_FLOW_GRAPH_IMPL_H
#define AIOCORE_FLOW_GRAPH_IMPL_H

#include <aiocore/base.h>

/* Somebody has stopped to wait for a future that is pending: CPython has one edge for all his reasons to wait
 * for it, and takes that away.  Those that he has still make none any more; the next one does.  waiter: NULL:
 * nobody.  O(callbacks). */
void aci_graph_forget(ac_future *future, const ac_future *waiter);

#endif
