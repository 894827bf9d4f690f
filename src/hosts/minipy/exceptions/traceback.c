/* traceback.c - writes an exception on stderr, with causes, contexts and the members of groups.
 *
 * Idea       First a tree is made of everything that is to be shown, in the order in which CPython's
 *            traceback module makes its own, as each exception is shown as a cause or context only once.
 *            Then it is written: along a chain the oldest first, members of groups in boxes with a margin.
 * Holds      Chains of any length and groups of any depth need no C stack: the tree is made with a list of
 *            work, and boxes end at ten levels.  If memory is short, one line says so.
 * Re-enters  str of exceptions and notes; vm->raised is put aside meanwhile. */
#include "exceptions/traceback_impl.h"

#include <string.h>

enum { TRACEBACK_WIDTH = 15, TRACEBACK_DEPTH = 10, TRACEBACK_SAME = 3 };

typedef struct traceback_node {
    mp_exception *exception; /* owned */
    struct traceback_node *cause, *context;
    struct traceback_node **members; /* of a group; NULL: no group */
    size_t count;
    unsigned level;               /* groups around it */
    struct traceback_node *made;  /* the one that was made before: all of them, for freeing */
    struct traceback_node *work;  /* the list of work */
    struct traceback_node *newer; /* in the chain that is being written */
} traceback_node;

typedef struct traceback_writer {
    mp_vm *vm;
    mp_builder out;
    traceback_node *made, *work;
    unsigned depth; /* of boxes */
    bool need_close;
} traceback_writer;

/* ---- The tree ---- */

static traceback_node *traceback_new(traceback_writer *writer, mp_value exception, unsigned level)
{
    traceback_node *node = mp_alloc(writer->vm, sizeof *node);
    if (node == NULL)
        return NULL;
    node->level = level;
    node->exception = (mp_exception *)mp_incref(exception);
    exception->flags |= MP_O_SEEN;
    node->made = writer->made;
    writer->made = node;
    return node;
}

static void traceback_push(traceback_writer *writer, traceback_node *node)
{
    node->work = writer->work;
    writer->work = node;
}

/* What is too deep in groups to be shown is not made: a group may stand in many others. */
static bool traceback_make_members(traceback_writer *writer, traceback_node *node)
{
    const mp_tuple *members = node->exception->exceptions;
    if (!mp_is_group(writer->vm, mp_as_value(node->exception)))
        return true;
    size_t count = node->level > TRACEBACK_DEPTH ? 0 : members->count;
    node->members = mp_alloc(writer->vm, count * sizeof *node->members);
    if (node->members == NULL)
        return false;
    node->count = count;
    for (size_t i = 0; i < node->count; i++)
        if ((node->members[i] = traceback_new(writer, members->items[i], node->level + 1)) == NULL)
            return false;
    return true;
}

static bool traceback_unseen(mp_value exception)
{
    return exception != NULL && (exception->flags & MP_O_SEEN) == 0;
}

static bool traceback_grow(traceback_writer *writer, traceback_node *node)
{
    const mp_exception *exception = node->exception;
    if (traceback_unseen(exception->cause)) {
        if ((node->cause = traceback_new(writer, exception->cause, node->level)) == NULL)
            return false;
    } else if (!exception->suppress_context && traceback_unseen(exception->context)) {
        if ((node->context = traceback_new(writer, exception->context, node->level)) == NULL)
            return false;
    }
    if (!traceback_make_members(writer, node))
        return false;
    if (node->cause != NULL)
        traceback_push(writer, node->cause);
    if (node->context != NULL)
        traceback_push(writer, node->context);
    for (size_t i = 0; i < node->count; i++)
        traceback_push(writer, node->members[i]);
    return true;
}

/* NULL: no memory. */
static traceback_node *traceback_tree(traceback_writer *writer, mp_value exception)
{
    traceback_node *root = traceback_new(writer, exception, 0);
    if (root == NULL)
        return NULL;
    traceback_push(writer, root);
    while (writer->work != NULL) {
        traceback_node *node = writer->work;
        writer->work = node->work;
        if (!traceback_grow(writer, node))
            return NULL;
    }
    return root;
}

static void traceback_free(traceback_writer *writer)
{
    for (traceback_node *node = writer->made; node != NULL; node = node->made)
        node->exception->head.flags &= ~(uint32_t)MP_O_SEEN;
    while (writer->made != NULL) {
        traceback_node *node = writer->made;
        writer->made = node->made;
        mp_release(writer->vm, node->members, node->count * sizeof *node->members);
        mp_decref(writer->vm, mp_as_value(node->exception));
        mp_release(writer->vm, node, sizeof *node);
    }
}

/* ---- Writing ---- */

static void traceback_indent(traceback_writer *writer)
{
    for (unsigned i = 0; i < writer->depth; i++)
        mp_builder_text(&writer->out, "  ");
}

/* Every line of it behind the margin of the boxes. */
static void traceback_emit(traceback_writer *writer, const char *text, size_t size, const char *margin)
{
    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        size_t line = newline == NULL ? size : (size_t)(newline - text) + 1;
        if (writer->depth > 0) {
            traceback_indent(writer);
            mp_builder_text(&writer->out, margin);
        }
        mp_builder_add(&writer->out, text, line);
        text += line;
        size -= line;
    }
}

static void traceback_say(traceback_writer *writer, const char *text)
{
    traceback_emit(writer, text, strlen(text), "| ");
}

/* What the builder holds, behind the margin; the builder is used up. */
static void traceback_emit_built(traceback_writer *writer, mp_builder *built)
{
    mp_str *text = mp_builder_finish(built);
    if (text == NULL) {
        mp_clear_slot(writer->vm, &writer->vm->raised);
        return;
    }
    traceback_emit(writer, text->data, text->size, "| ");
    mp_decref(writer->vm, mp_as_value(text));
}

static bool traceback_same_place(const mp_trace_entry *a, const mp_trace_entry *b)
{
    return mp_trace_span(a).line == mp_trace_span(b).line && mp_str_equal(a->code->name, b->code->name) &&
           mp_str_equal(a->code->file, b->code->file);
}

static void traceback_write_repeated(traceback_writer *writer, size_t count)
{
    if (count <= TRACEBACK_SAME)
        return;
    count -= TRACEBACK_SAME;
    mp_builder built;
    mp_builder_init(&built, writer->vm);
    mp_builder_printf(&built, "  [Previous line repeated %zu more time%s]\n", count, count > 1 ? "s" : "");
    traceback_emit_built(writer, &built);
}

/* A comprehension is a part of its function in CPython, and has no line of its own. */
static void traceback_write_stack(traceback_writer *writer, const mp_trace_entry *entry)
{
    const mp_trace_entry *last = NULL;
    const mp_str *name = NULL;
    size_t count = 0;
    for (; entry != NULL; entry = entry->inner) {
        if (name == NULL || (entry->code->flags & MP_C_INLINED) == 0)
            name = entry->code->name;
        if (entry->inner != NULL && (entry->inner->code->flags & MP_C_INLINED) != 0)
            continue;
        if (last == NULL || !traceback_same_place(entry, last)) {
            traceback_write_repeated(writer, count);
            last = entry;
            count = 0;
        }
        if (++count > TRACEBACK_SAME)
            continue;
        mp_builder built;
        mp_builder_init(&built, writer->vm);
        mp_traceback_entry(&built, entry, name);
        traceback_emit_built(writer, &built);
    }
    traceback_write_repeated(writer, count);
}

static void traceback_write_final(traceback_writer *writer, const traceback_node *node)
{
    mp_builder built;
    mp_builder_init(&built, writer->vm);
    mp_traceback_final(&built, mp_as_value(node->exception));
    traceback_emit_built(writer, &built);
}

static void traceback_write(traceback_writer *writer, traceback_node *node);

static void traceback_write_truncated(traceback_writer *writer, size_t remaining)
{
    mp_builder built;
    mp_builder_init(&built, writer->vm);
    mp_builder_printf(&built, "and %zu more exception%s\n", remaining, remaining > 1 ? "s" : "");
    traceback_emit_built(writer, &built);
}

static void traceback_write_member(traceback_writer *writer, const traceback_node *group, size_t i, bool last)
{
    bool truncated = i >= TRACEBACK_WIDTH;
    if (last)
        writer->need_close = true; /* a group inside may close for both */
    traceback_indent(writer);
    mp_builder_text(&writer->out, i == 0 ? "+-" : "  ");
    if (truncated)
        mp_builder_text(&writer->out, "+---------------- ... ----------------\n");
    else
        mp_builder_printf(&writer->out, "+---------------- %zu ----------------\n", i + 1);
    writer->depth++;
    if (truncated)
        traceback_write_truncated(writer, group->count - TRACEBACK_WIDTH);
    else
        traceback_write(writer, group->members[i]);
    if (last && writer->need_close) {
        traceback_indent(writer);
        mp_builder_text(&writer->out, "+------------------------------------\n");
        writer->need_close = false;
    }
    writer->depth--;
}

static void traceback_write_group(traceback_writer *writer, const traceback_node *group)
{
    static const char title[] = "Exception Group Traceback (most recent call last):\n";
    bool outermost = writer->depth == 0;
    if (writer->depth > TRACEBACK_DEPTH) {
        traceback_say(writer, "... (max_group_depth is 10)\n");
        return;
    }
    if (outermost)
        writer->depth++;
    if (group->exception->trace != NULL) {
        traceback_emit(writer, title, sizeof title - 1, outermost ? "+ " : "| ");
        traceback_write_stack(writer, group->exception->trace);
    }
    traceback_write_final(writer, group);
    size_t shown = group->count <= TRACEBACK_WIDTH ? group->count : TRACEBACK_WIDTH + 1;
    writer->need_close = false;
    for (size_t i = 0; i < shown; i++)
        traceback_write_member(writer, group, i, i == shown - 1);
    if (outermost)
        writer->depth = 0;
}

static void traceback_write_one(traceback_writer *writer, const traceback_node *node)
{
    if (node->members != NULL) {
        traceback_write_group(writer, node);
        return;
    }
    if (node->exception->trace != NULL) {
        traceback_say(writer, "Traceback (most recent call last):\n");
        traceback_write_stack(writer, node->exception->trace);
    }
    traceback_write_final(writer, node);
}

/* A chain: to its oldest exception, and back. */
static void traceback_write(traceback_writer *writer, traceback_node *node)
{
    node->newer = NULL;
    for (traceback_node *older; (older = node->cause != NULL ? node->cause : node->context) != NULL;
         node = older)
        older->newer = node;
    traceback_write_one(writer, node);
    for (traceback_node *older = node; (node = older->newer) != NULL; older = node) {
        traceback_say(writer,
                      node->cause == older
                          ? "\nThe above exception was the direct cause of the following exception:\n\n"
                          : "\nDuring handling of the above exception, another exception occurred:\n\n");
        traceback_write_one(writer, node);
    }
}

void mp_print_exception(mp_vm *vm, mp_value exception)
{
    traceback_writer writer = {.vm = vm};
    mp_value raised = mp_take_raised(vm);
    mp_incref(exception);
    mp_builder_init(&writer.out, vm);
    traceback_node *root = traceback_tree(&writer, exception);
    if (root != NULL)
        traceback_write(&writer, root);
    mp_str *text = root == NULL ? NULL : mp_builder_finish(&writer.out);
    if (root == NULL)
        mp_builder_drop(&writer.out);
    if (text != NULL)
        mp_write(vm, true, text->data, text->size);
    else
        mp_write_text(vm, true, "MemoryError: no memory to write a traceback\n");
    mp_xdecref(vm, mp_as_value(text));
    traceback_free(&writer);
    mp_decref(vm, exception);
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
}

void mp_write_unraisable(mp_vm *vm, const char *what, mp_value object)
{
    mp_value raised = mp_take_raised(vm);
    mp_value shown = object == NULL ? NULL : mp_repr(vm, object);
    mp_clear_slot(vm, &vm->raised);
    mp_write_text(vm, true, what);
    if (shown != NULL)
        mp_write(vm, true, ((mp_str *)shown)->data, ((mp_str *)shown)->size);
    else if (object != NULL)
        mp_write_text(vm, true, "<object repr() failed>");
    mp_write_text(vm, true, "\n");
    mp_xdecref(vm, shown);
    if (raised != NULL)
        mp_print_exception(vm, raised);
    mp_xdecref(vm, raised);
}
