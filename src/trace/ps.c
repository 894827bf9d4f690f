/* ps.c - what each task of a loop is at: the table, as text and as JSON.
 *
 * Mirrors    tools.display_awaited_by_tasks_table of asyncio; a stack has the innermost function first, as
 *            there.
 * Idea       A table is as wide as what is in it: all cells are put together first.
 * Holds      Names are quoted as in a trace: each task is one line.
 * Tests      tests/test_ps.c, tests/ps_command.py */
#include <string.h>

#include "ps_impl.h"

/* ---- What is written of a task ---- */

static void put_place(ps_graph *graph, const ac_trace_frame *frame, bool with_line)
{
    ac_trace *trace = &graph->trace;
    aci_t_put_quoted(trace, frame->file, strlen(frame->file), false);
    if (with_line && frame->line > 0) {
        aci_t_put(trace, ":");
        aci_t_put_number(trace, frame->line);
    }
}

void aci_ps_put_frame(ps_graph *graph, const ac_trace_frame *frame)
{
    aci_t_put_quoted(&graph->trace, frame->function, strlen(frame->function), false);
    if (frame->file == NULL)
        return;
    aci_t_put(&graph->trace, " ");
    put_place(graph, frame, true);
}

static size_t count_frames(ps_graph *graph, size_t node)
{
    ac_trace_frame frame;
    size_t count = 0;
    while (aci_ps_frame(graph, node, count, &frame))
        count++;
    return count;
}

static void put_stack(ps_graph *graph, size_t node)
{
    ac_trace_frame frame;
    size_t count = count_frames(graph, node);
    for (size_t index = count; index > 0 && aci_ps_frame(graph, node, index - 1, &frame); index--) {
        aci_t_put(&graph->trace, index < count ? " -> " : "");
        aci_t_put_quoted(&graph->trace, frame.function, strlen(frame.function), false);
    }
}

static void put_row(ps_graph *graph, const ps_rows *rows, size_t node, bool json)
{
    for (size_t at = rows->start[node]; at < rows->start[node + 1]; at++) {
        aci_t_put(&graph->trace, at > rows->start[node] ? ", " : "");
        aci_t_put_future(&graph->trace, graph->nodes[rows->row[at]], json);
    }
}

static const char *place_word(const ps_graph *graph, size_t node)
{
    return ac_task_place_name(ac_task_get_place(ac_future_task(graph->nodes[node])));
}

/* ---- The table ---- */

enum { COLUMNS = 5 };

typedef struct cell {
    size_t at, size, width; /* width: in characters */
} cell;

typedef struct table {
    ps_graph *graph;
    cell *cells; /* row by row; the first row is the head */
    size_t widths[COLUMNS];
} table;

static size_t width_of(const char *bytes, size_t size)
{
    size_t width = 0;
    for (size_t i = 0; i < size; i++)
        width += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return width;
}

/* What was put on the line since 'start' is a cell. */
static void take_cell(table *whole, size_t row, size_t column, size_t start)
{
    const t_text *line = &whole->graph->trace.line;
    cell *taken = &whole->cells[row * COLUMNS + column];
    taken->at = start;
    taken->size = line->size - start;
    taken->width = taken->size > 0 ? width_of(line->bytes + start, taken->size) : 0;
    if (taken->width > whole->widths[column])
        whole->widths[column] = taken->width;
}

static void put_cell(ps_graph *graph, size_t node, size_t column)
{
    size_t before = graph->trace.line.size;
    if (column == 0)
        aci_t_put_future(&graph->trace, graph->nodes[node], false);
    else if (column == 1)
        aci_t_put(&graph->trace, place_word(graph, node));
    else if (column == 3)
        put_stack(graph, node);
    else
        put_row(graph, column == 2 ? &graph->below : &graph->above, node, false);
    if (graph->trace.line.size == before)
        aci_t_put(&graph->trace, "-");
}

static void fill(table *whole)
{
    static const char *const heads[COLUMNS] = {"TASK", "STATE", "AWAITS", "STACK", "AWAITED BY"};
    ac_trace *trace = &whole->graph->trace;
    for (size_t row = 0; row <= whole->graph->task_count; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            size_t start = trace->line.size;
            if (row == 0)
                aci_t_put(trace, heads[column]);
            else
                put_cell(whole->graph, row - 1, column);
            take_cell(whole, row, column, start);
        }
    }
}

/* Nothing stands behind the last cell of a line. */
static bool write_row(const table *whole, const t_text *text, size_t row)
{
    ac_trace *trace = &whole->graph->trace;
    for (size_t column = 0; column < COLUMNS; column++) {
        const cell *one = &whole->cells[row * COLUMNS + column];
        aci_t_put_bytes(trace, &trace->line, text->bytes + one->at, one->size);
        size_t spaces = column + 1 < COLUMNS ? whole->widths[column] - one->width + 2 : 0;
        while (spaces-- > 0)
            aci_t_put(trace, " ");
    }
    aci_t_put(trace, "\n");
    return aci_t_flush(trace);
}

/* The text of the cells moves aside, so that the line can be used for rows. */
static void write_rows(table *whole)
{
    ac_trace *trace = &whole->graph->trace;
    t_text text = trace->line;
    trace->line = (t_text){0};
    if (!trace->lost)
        for (size_t row = 0; row <= whole->graph->task_count; row++)
            if (!write_row(whole, &text, row))
                break;
    aci_t_text_free(trace, &text);
}

static void write_table(ps_graph *graph)
{
    size_t size = (graph->task_count + 1) * COLUMNS * sizeof(cell);
    table whole = {.graph = graph, .cells = aci_t_realloc(&graph->trace, NULL, size)};
    if (whole.cells == NULL)
        return;
    fill(&whole);
    write_rows(&whole);
    (void)aci_t_realloc(&graph->trace, whole.cells, 0);
}

/* ---- JSON ---- */

static void put_json_frame(ps_graph *graph, const ac_trace_frame *frame)
{
    ac_trace *trace = &graph->trace;
    aci_t_put(trace, "{\"function\": ");
    aci_t_put_quoted(trace, frame->function, strlen(frame->function), true);
    if (frame->file != NULL) {
        aci_t_put(trace, ", \"file\": ");
        aci_t_put_quoted(trace, frame->file, strlen(frame->file), true);
    }
    if (frame->line > 0) {
        aci_t_put(trace, ", \"line\": ");
        aci_t_put_number(trace, frame->line);
    }
    aci_t_put(trace, "}");
}

static void put_json_stack(ps_graph *graph, size_t node)
{
    ac_trace_frame frame;
    size_t count = count_frames(graph, node);
    for (size_t index = count; index > 0 && aci_ps_frame(graph, node, index - 1, &frame); index--) {
        aci_t_put(&graph->trace, index < count ? ", " : "");
        put_json_frame(graph, &frame);
    }
}

static void write_json(ps_graph *graph)
{
    ac_trace *trace = &graph->trace;
    for (size_t node = 0; node < graph->task_count; node++) {
        aci_t_put(trace, "{\"task\": ");
        aci_t_put_future(trace, graph->nodes[node], true);
        aci_t_put(trace, ", \"state\": \"");
        aci_t_put(trace, place_word(graph, node));
        aci_t_put(trace, "\", \"awaits\": [");
        put_row(graph, &graph->below, node, true);
        aci_t_put(trace, "], \"stack\": [");
        put_json_stack(graph, node);
        aci_t_put(trace, "], \"awaited_by\": [");
        put_row(graph, &graph->above, node, true);
        aci_t_put(trace, "]}\n");
        if (!aci_t_flush(trace))
            return;
    }
}

/* ---- All of it ---- */

static ac_status write_form(ps_graph *graph, ac_ps_form form)
{
    if (form == AC_PS_TREE)
        return aci_ps_write_tree(graph) ? AC_OK : AC_E_STATE;
    if (form == AC_PS_JSON)
        write_json(graph);
    else
        write_table(graph);
    return AC_OK;
}

ac_status ac_ps_write(ac_loop *loop, const ac_ps_options *options)
{
    ps_graph graph = {.trace = {.options = {.names = options->names,
                                            .write = options->write,
                                            .data = options->data,
                                            .realloc = options->realloc,
                                            .realloc_data = options->realloc_data}}};
    ac_status status = AC_OK;
    if (options->write == NULL)
        return AC_E_TYPE;
    if (aci_ps_collect(&graph, loop))
        status = write_form(&graph, options->form);
    aci_ps_end(&graph);
    return graph.trace.status != AC_OK ? graph.trace.status : status;
}
