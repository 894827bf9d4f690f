/* ps_tree.c - the tasks of a loop as trees, from those for whom nobody waits downwards.
 *
 * Mirrors    tools.build_async_tree and _find_cycles of asyncio: the shape, the signs, and what is said of
 *            cycles.
 * Idea       Between a task and what it awaits stand its coroutines, outermost first, and once for all of it.
 *            A task that awaits nothing ends in them.
 * Holds      A vertex below a node of the graph has that node's number; those of coroutines follow.  What is
 *            no task and waits for nothing is left out: the coroutine above says that it is awaited.
 * Cost       No recursion: the way down is an array.
 * Tests      tests/test_ps.c, tests/ps_command.py */
#include <string.h>

#include "ps_impl.h"

static const size_t none = (size_t)-1;

/* A node of the graph, or a coroutine. */
typedef struct vertex {
    size_t first, last; /* links to what is below; none */
    size_t at, size;    /* of a coroutine: its text among the labels */
    size_t lowest;      /* of a node: where what it waits for goes; none: not known yet */
    bool below;         /* something has it below itself */
    bool waits;         /* a node: it is shown to wait for another one */
    unsigned char colour;
} vertex;

typedef struct link {
    size_t vertex, next;
} link;

/* Where the way down has come to: the link that is next, and what is written before its line. */
typedef struct step {
    size_t vertex, next, indent;
} step;

typedef struct tree {
    ps_graph *graph;
    vertex *vertices;
    size_t vertex_count, vertex_room;
    link *links;
    size_t link_count, link_room;
    step *way;
    size_t depth, way_room;
    t_text labels, indent;
} tree;

/* ---- Growing ---- */

static size_t add_vertex(tree *whole)
{
    void *vertices = whole->vertices;
    if (!aci_ps_grow(whole->graph, &vertices, whole->vertex_count, &whole->vertex_room, sizeof(vertex)))
        return none;
    whole->vertices = vertices;
    whole->vertices[whole->vertex_count] = (vertex){.first = none, .last = none, .lowest = none};
    return whole->vertex_count++;
}

static bool add_link(tree *whole, size_t above, size_t below)
{
    void *links = whole->links;
    if (!aci_ps_grow(whole->graph, &links, whole->link_count, &whole->link_room, sizeof(link)))
        return false;
    whole->links = links;
    whole->links[whole->link_count] = (link){below, none};
    vertex *top = &whole->vertices[above];
    if (top->last == none)
        top->first = whole->link_count;
    else
        whole->links[top->last].next = whole->link_count;
    top->last = whole->link_count++;
    whole->vertices[below].below = true;
    return true;
}

static bool push_step(tree *whole, size_t vertex_index)
{
    void *way = whole->way;
    if (!aci_ps_grow(whole->graph, &way, whole->depth, &whole->way_room, sizeof(step)))
        return false;
    whole->way = way;
    whole->way[whole->depth++] = (step){vertex_index, whole->vertices[vertex_index].first,
                                        whole->indent.size};
    return true;
}

/* ---- Which nodes are shown ---- */

static bool is_task(const tree *whole, size_t node)
{
    return ac_future_task(whole->graph->nodes[node]) != NULL;
}

static bool is_shown(const tree *whole, size_t node)
{
    return is_task(whole, node) || whole->vertices[node].waits;
}

/* Whether it waits for something that is shown. */
static bool waits_for_shown(const tree *whole, size_t node)
{
    const ps_rows *below = &whole->graph->below;
    for (size_t at = below->start[node]; at < below->start[node + 1]; at++)
        if (is_shown(whole, below->row[at]))
            return true;
    return false;
}

/* What is no task is shown if it waits for something that is: so it goes on until nothing changes. */
static void mark_waiting(tree *whole)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t node = 0; node < whole->graph->node_count; node++) {
            bool waits = !whole->vertices[node].waits && waits_for_shown(whole, node);
            whole->vertices[node].waits |= waits;
            more |= waits;
        }
    }
}

/* ---- Coroutines ---- */

/* The frame's text, on the labels' end; its size. */
static size_t put_label(tree *whole, const ac_trace_frame *frame)
{
    ac_trace *trace = &whole->graph->trace;
    t_text line = trace->line;
    trace->line = whole->labels;
    size_t before = trace->line.size;
    aci_ps_put_frame(whole->graph, frame);
    whole->labels = trace->line;
    trace->line = line;
    return whole->labels.size - before;
}

/* A vertex for a frame below another one; none: no memory. */
static size_t add_coroutine(tree *whole, size_t above, const ac_trace_frame *frame)
{
    size_t at = whole->labels.size, size = put_label(whole, frame), made = add_vertex(whole);
    if (made == none || !add_link(whole, above, made))
        return none;
    whole->vertices[made].at = at;
    whole->vertices[made].size = size;
    return made;
}

/* The lowest coroutine of a node, or the node itself. */
static size_t lowest_of(tree *whole, size_t node)
{
    ac_trace_frame frame;
    size_t at = whole->vertices[node].lowest;
    if (at != none)
        return at;
    at = node;
    for (size_t index = 0; at != none && aci_ps_frame(whole->graph, node, index, &frame); index++)
        at = add_coroutine(whole, at, &frame);
    whole->vertices[node].lowest = at;
    return at;
}

/* ---- Building ---- */

static bool build_below(tree *whole, size_t node)
{
    const ps_rows *below = &whole->graph->below;
    size_t above = lowest_of(whole, node);
    for (size_t at = below->start[node]; above != none && at < below->start[node + 1]; at++)
        if (is_shown(whole, below->row[at]) && !add_link(whole, above, below->row[at]))
            return false;
    return above != none;
}

static bool build(tree *whole)
{
    for (size_t node = 0; node < whole->graph->node_count; node++)
        if (!build_below(whole, node))
            return false;
    return true;
}

/* ---- Cycles ---- */

enum { WHITE, GREY, BLACK };

/* From the step where the way has come to this node before, back to it. */
static void put_cycle(tree *whole, size_t node)
{
    ac_trace *trace = &whole->graph->trace;
    size_t at = 0;
    while (whole->way[at].vertex != node)
        at++;
    aci_t_put(trace, "cycle: ");
    for (; at < whole->depth; at++) {
        aci_t_put_future(trace, whole->graph->nodes[whole->way[at].vertex], false);
        aci_t_put(trace, " \xe2\x86\x92 ");
    }
    aci_t_put_future(trace, whole->graph->nodes[node], false);
    aci_t_put(trace, "\n");
}

/* Goes on to a node, unless it was there; with one that is on the way a cycle is closed.  False: no
 * memory. */
static bool go_to(tree *whole, size_t node, bool *cyclic)
{
    if (whole->vertices[node].colour == GREY) {
        *cyclic = true;
        put_cycle(whole, node);
    }
    if (whole->vertices[node].colour != WHITE)
        return true;
    whole->vertices[node].colour = GREY;
    if (!push_step(whole, node))
        return false;
    whole->way[whole->depth - 1].next = whole->graph->below.start[node];
    return true;
}

/* One step of the search from the node at the end of the way; 'next' is a place in its row here. */
static bool look_below(tree *whole, bool *cyclic)
{
    step *end = &whole->way[whole->depth - 1];
    const ps_rows *below = &whole->graph->below;
    if (end->next < below->start[end->vertex + 1])
        return go_to(whole, below->row[end->next++], cyclic);
    whole->vertices[end->vertex].colour = BLACK;
    whole->depth--;
    return true;
}

/* Puts all cycles on the line. */
static bool has_cycles(tree *whole)
{
    bool cyclic = false, good = true;
    for (size_t node = 0; good && node < whole->graph->node_count; node++) {
        good = whole->vertices[node].colour != WHITE || go_to(whole, node, &cyclic);
        while (good && whole->depth > 0)
            good = look_below(whole, &cyclic);
    }
    return cyclic;
}

/* ---- Writing ---- */

static void put_vertex(tree *whole, size_t index)
{
    ac_trace *trace = &whole->graph->trace;
    const vertex *one = &whole->vertices[index];
    if (index >= whole->graph->node_count) {
        aci_t_put(trace, " "); /* asyncio leaves room for a sign there */
        aci_t_put_bytes(trace, &trace->line, whole->labels.bytes + one->at, one->size);
        return;
    }
    aci_t_put(trace, is_task(whole, index) ? "(T) " : "(F) ");
    aci_t_put_future(trace, whole->graph->nodes[index], false);
}

static bool write_line(tree *whole, size_t index, bool last)
{
    ac_trace *trace = &whole->graph->trace;
    aci_t_put_bytes(trace, &trace->line, whole->indent.bytes, whole->indent.size);
    aci_t_put(trace,
              last ? "\xe2\x94\x94\xe2\x94\x80\xe2\x94\x80 " : "\xe2\x94\x9c\xe2\x94\x80\xe2\x94\x80 ");
    put_vertex(whole, index);
    aci_t_put(trace, "\n");
    const char *more = last ? "    " : "\xe2\x94\x82   ";
    aci_t_put_bytes(trace, &whole->indent, more, strlen(more));
    return aci_t_flush(trace) && push_step(whole, index);
}

/* What is below the end of the way, or back up.  False: it could not be written. */
static bool write_next(tree *whole)
{
    step *end = &whole->way[whole->depth - 1];
    whole->indent.size = end->indent;
    if (end->next == none) {
        whole->depth--;
        return true;
    }
    const link *now = &whole->links[end->next];
    end->next = now->next;
    return write_line(whole, now->vertex, now->next == none);
}

static void write_roots(tree *whole)
{
    for (size_t node = 0; node < whole->graph->node_count; node++) {
        if (whole->vertices[node].below || !is_shown(whole, node))
            continue;
        whole->indent.size = 0;
        bool good = write_line(whole, node, true);
        while (good && whole->depth > 0)
            good = write_next(whole);
        if (!good)
            return;
    }
}

/* ---- All of it ---- */

static bool make_vertices(tree *whole)
{
    for (size_t node = 0; node < whole->graph->node_count; node++)
        if (add_vertex(whole) == none)
            return false;
    mark_waiting(whole);
    return true;
}

static bool write_cycles(tree *whole)
{
    ac_trace *trace = &whole->graph->trace;
    aci_t_put(trace, "ERROR: await-graph contains cycles - cannot print a tree!\n\n");
    bool cyclic = has_cycles(whole);
    if (cyclic)
        (void)aci_t_flush(trace);
    trace->line.size = 0;
    return cyclic;
}

static void end_tree(tree *whole)
{
    ac_trace *trace = &whole->graph->trace;
    void *arrays[] = {whole->vertices, whole->links, whole->way};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i] != NULL)
            (void)aci_t_realloc(trace, arrays[i], 0);
    aci_t_text_free(trace, &whole->labels);
    aci_t_text_free(trace, &whole->indent);
}

bool aci_ps_write_tree(ps_graph *graph)
{
    tree whole = {.graph = graph};
    bool cyclic = false;
    if (graph->node_count > 0 && make_vertices(&whole)) {
        cyclic = write_cycles(&whole);
        if (!cyclic && build(&whole))
            write_roots(&whole);
    }
    end_tree(&whole);
    return !cyclic;
}
