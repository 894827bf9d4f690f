/* ps_graph.c - copies who waits for whom.
 *
 * Cost       O(tasks + edges): the number of a future is looked up in the recorder's table.
 * Tests      tests/test_ps.c */
#include <string.h>

#include "ps_impl.h"

bool aci_ps_grow(ps_graph *graph, void **items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room > 0 ? *room * 2 : 16;
    void *moved = aci_t_realloc(&graph->trace, *items, more * size);
    if (moved == NULL)
        return false;
    *items = moved;
    *room = more;
    return true;
}

/* Its index plus 1; 0: no memory. */
static size_t add_node(ps_graph *graph, ac_future *future)
{
    size_t known = (size_t)aci_t_known(&graph->trace, T_FLOW, future);
    if (known > 0)
        return known;
    void *nodes = graph->nodes;
    if (!aci_ps_grow(graph, &nodes, graph->node_count, &graph->node_room, sizeof *graph->nodes))
        return 0;
    graph->nodes = nodes;
    graph->nodes[graph->node_count++] = future;
    aci_t_set_number(&graph->trace, T_FLOW, future, graph->node_count);
    return graph->node_count;
}

static bool add_waiter(ps_graph *graph, ac_future *waiter)
{
    size_t index = add_node(graph, waiter);
    void *row = graph->above.row;
    if (index == 0 || !aci_ps_grow(graph, &row, graph->edge_count, &graph->edge_room, sizeof(size_t)))
        return false;
    graph->above.row = row;
    graph->above.row[graph->edge_count++] = index - 1;
    return true;
}

/* What a task waits for inside of its own coroutines is nobody else's; of that its frames tell. */
static bool add_awaited(ps_graph *graph, ac_future *future)
{
    const ac_task *task = ac_future_task(future);
    ac_future *awaited = task != NULL ? ac_task_waiting_for(task) : NULL;
    return awaited == NULL || ac_future_is_embedded(awaited) || add_node(graph, awaited) > 0;
}

/* Where the row of the next node begins, which is the end of the one before. */
static bool begin_row(ps_graph *graph, size_t node)
{
    void *start = graph->above.start;
    if (!aci_ps_grow(graph, &start, node, &graph->start_room, sizeof(size_t)))
        return false;
    graph->above.start = start;
    graph->above.start[node] = graph->edge_count;
    return true;
}

static bool add_waiters(ps_graph *graph, size_t node)
{
    ac_waiters waiters = ac_future_waiters(graph->nodes[node]);
    if (!begin_row(graph, node))
        return false;
    for (ac_future *waiter; (waiter = ac_waiters_next(&waiters)) != NULL;)
        if (!add_waiter(graph, waiter))
            return false;
    return add_awaited(graph, graph->nodes[node]);
}

/* The rows the other way round: counted, summed up, filled. */
static bool turn_round(ps_graph *graph)
{
    size_t nodes = graph->node_count, edges = graph->edge_count;
    size_t *start = aci_t_realloc(&graph->trace, NULL, (nodes + 2) * sizeof(size_t));
    graph->below.start = start;
    graph->below.row = aci_t_realloc(&graph->trace, NULL, (edges + 1) * sizeof(size_t));
    if (start == NULL || graph->below.row == NULL)
        return false;
    memset(start, 0, (nodes + 2) * sizeof(size_t));
    for (size_t edge = 0; edge < edges; edge++)
        start[graph->above.row[edge] + 2]++;
    for (size_t node = 2; node < nodes + 2; node++)
        start[node] += start[node - 1];
    for (size_t node = 0; node < nodes; node++)
        for (size_t edge = graph->above.start[node]; edge < graph->above.start[node + 1]; edge++)
            graph->below.row[start[graph->above.row[edge] + 1]++] = node;
    return true;
}

bool aci_ps_collect(ps_graph *graph, ac_loop *loop)
{
    for (ac_task *task = NULL; (task = ac_loop_next_task(loop, task)) != NULL;)
        if (add_node(graph, (ac_future *)(void *)task) == 0)
            return false;
    graph->task_count = graph->node_count;
    for (size_t node = 0; node < graph->node_count; node++)
        if (!add_waiters(graph, node))
            return false;
    return begin_row(graph, graph->node_count) && turn_round(graph) && graph->trace.status == AC_OK;
}

void aci_ps_end(ps_graph *graph)
{
    ac_trace *trace = &graph->trace;
    void *arrays[] = {graph->nodes, graph->above.start, graph->above.row, graph->below.start,
                      graph->below.row};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i] != NULL)
            (void)aci_t_realloc(trace, arrays[i], 0);
    aci_t_text_free(trace, &trace->line);
    aci_t_text_free(trace, &trace->name);
    aci_t_table_free(trace);
}

/* A host that knows no frames has the name of the body. */
static bool body_frame(ps_graph *graph, const ac_task *task, ac_trace_frame *frame)
{
    if (!aci_t_ask(&graph->trace, (t_what){.of = T_OF_BODY, .task = task}))
        return false;
    *frame = (ac_trace_frame){.function = graph->trace.name.bytes};
    return true;
}

bool aci_ps_frame(ps_graph *graph, size_t node, size_t index, ac_trace_frame *frame)
{
    const ac_task *task = ac_future_task(graph->nodes[node]);
    const ac_trace_names *names = &graph->trace.options.names;
    if (task == NULL)
        return false;
    if (names->frame == NULL)
        return index == 0 && body_frame(graph, task, frame);
    return names->frame(names->data, task, index, frame);
}
