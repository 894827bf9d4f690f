/* traceback_lines.c - the single parts of a traceback: one entry, and the last lines of an exception.
 *
 * Holds      Nothing here fails: an exception whose str raises is shown as "<exception str() failed>".
 * Re-enters  str of exceptions and notes. */
#include <string.h>

#include "exceptions/traceback_impl.h"

void mp_traceback_entry(mp_builder *out, const mp_trace_entry *entry, const mp_str *name)
{
    const mp_code *code = entry->code;
    const mp_span span = mp_trace_span(entry);
    mp_builder_text(out, "  File \"");
    mp_builder_str(out, code->file);
    mp_builder_printf(out, "\", line %u, in ", (unsigned)span.line);
    mp_builder_str(out, name);
    mp_builder_add(out, "\n", 1);
    mp_traceback_source(out, code->source, &span);
}

/* Adds str(value) or repr(value), or the fallback. */
static void lines_add_safely(mp_builder *out, mp_value value, mp_value (*show)(mp_vm *vm, mp_value value),
                             const char *fallback)
{
    mp_value text = show(out->vm, value);
    mp_clear_slot(out->vm, &out->vm->raised);
    if (text == NULL)
        mp_builder_text(out, fallback);
    else
        mp_builder_str(out, (mp_str *)text);
    mp_xdecref(out->vm, text);
}

/* Classes of the program and builtin ones are named alone. */
static void lines_add_class(mp_builder *out, const mp_type *type)
{
    if (!mp_str_is(type->module, "builtins") && !mp_str_is(type->module, "__main__")) {
        mp_builder_str(out, type->module);
        mp_builder_add(out, ".", 1);
    }
    mp_builder_str(out, type->qualname);
}

static void lines_add_message(mp_builder *out, mp_value exception)
{
    mp_value text = mp_to_str(out->vm, exception);
    mp_clear_slot(out->vm, &out->vm->raised);
    lines_add_class(out, exception->type);
    if (text == NULL) {
        mp_builder_text(out, ": <exception str() failed>");
    } else if (((mp_str *)text)->size > 0) {
        mp_builder_text(out, ": ");
        mp_builder_str(out, (mp_str *)text);
    }
    mp_builder_add(out, "\n", 1);
    mp_xdecref(out->vm, text);
}

/* ---- SyntaxError ---- */

static int64_t lines_number(mp_vm *vm, mp_value exception, const char *name, int64_t fallback)
{
    mp_value found = mp_exception_field(vm, exception, name);
    return found == NULL || !mp_is_int(vm, found) ? fallback : mp_int_of(found);
}

static mp_str *lines_text(mp_vm *vm, mp_value exception, const char *name)
{
    mp_value found = mp_exception_field(vm, exception, name);
    return found == NULL || !mp_is_str(vm, found) ? NULL : (mp_str *)found;
}

/* offset and end count code points from 1, in the line with its indentation. */
static void lines_add_caret(mp_builder *out, const char *text, size_t size, int64_t spaces, int64_t offset,
                            int64_t end)
{
    int64_t width = spaces;
    for (size_t i = 0; i < size; i++)
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
    if (offset > width + 1)
        offset = width + 1;
    if (end > width + 1)
        end = width + 1;
    if (end <= offset)
        end = offset + 1;
    if (offset - 1 < spaces)
        return;
    mp_builder_text(out, "    ");
    for (int64_t i = spaces; i < offset - 1; i++)
        mp_builder_add(out, " ", 1);
    for (int64_t i = offset; i < end; i++)
        mp_builder_add(out, "^", 1);
    mp_builder_add(out, "\n", 1);
}

static void lines_add_wrong_line(mp_builder *out, mp_value exception, const mp_str *text)
{
    mp_vm *vm = out->vm;
    size_t size = text->size, skip = 0;
    while (size > 0 && text->data[size - 1] == '\n')
        size--;
    while (skip < size && (text->data[skip] == ' ' || text->data[skip] == '\f' || text->data[skip] == '\n'))
        skip++;
    mp_builder_text(out, "    ");
    mp_builder_add(out, text->data + skip, size - skip);
    mp_builder_add(out, "\n", 1);
    int64_t offset = lines_number(vm, exception, "offset", 0);
    int64_t line = lines_number(vm, exception, "lineno", 0);
    int64_t end = lines_number(vm, exception, "end_offset", 0);
    if (lines_number(vm, exception, "end_lineno", line) != line)
        end = INT64_MAX - 1;
    if (offset > 0)
        lines_add_caret(out, text->data + skip, size - skip, (int64_t)skip, offset, end);
}

static void lines_add_syntax_error(mp_builder *out, mp_value exception)
{
    mp_vm *vm = out->vm;
    mp_str *file = lines_text(vm, exception, "filename"), *text = lines_text(vm, exception, "text");
    mp_str *message = lines_text(vm, exception, "msg");
    int64_t line = lines_number(vm, exception, "lineno", -1);
    if (line >= 0) {
        mp_builder_text(out, "  File \"");
        mp_builder_text(out, file == NULL ? "<string>" : file->data);
        mp_builder_printf(out, "\", line %lld\n", (long long)line);
    }
    if (text != NULL)
        lines_add_wrong_line(out, exception, text);
    lines_add_class(out, exception->type);
    mp_builder_text(out, ": ");
    mp_builder_text(out, message == NULL ? "<no detail available>" : message->data);
    if (line < 0 && file != NULL) {
        mp_builder_text(out, " (");
        mp_builder_str(out, file);
        mp_builder_text(out, ")");
    }
    mp_builder_add(out, "\n", 1);
}

/* ---- Notes ---- */

static bool lines_add_note(mp_vm *vm, mp_value note, void *data)
{
    (void)vm;
    lines_add_safely(data, note, mp_to_str, "<note str() failed>");
    mp_builder_add(data, "\n", 1);
    return true;
}

static void lines_add_notes(mp_builder *out, mp_value exception)
{
    mp_vm *vm = out->vm;
    mp_value notes = mp_find_attr(vm, exception, vm->names[MP_S___notes__]);
    mp_clear_slot(vm, &vm->raised);
    if (notes == NULL || notes == vm->none) {
        mp_xdecref(vm, notes);
        return;
    }
    if (mp_is(vm, notes, MP_TYPE_LIST) || mp_is(vm, notes, MP_TYPE_TUPLE)) {
        if (!mp_each(vm, notes, lines_add_note, out))
            mp_clear_slot(vm, &vm->raised);
    } else {
        lines_add_safely(out, notes, mp_repr, "<__notes__ repr() failed>");
        mp_builder_add(out, "\n", 1);
    }
    mp_decref(vm, notes);
}

void mp_traceback_final(mp_builder *out, mp_value exception)
{
    if (mp_is_exception(out->vm, exception, MP_X_SYNTAX_ERROR))
        lines_add_syntax_error(out, exception);
    else
        lines_add_message(out, exception);
    lines_add_notes(out, exception);
}
