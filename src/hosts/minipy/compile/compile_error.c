/* compile_error.c - a syntax error as an exception: SyntaxError(message, (file, line, column, text, ...)).
 *
 * Mirrors    The arguments of CPython's SyntaxError: lines and columns from 1, columns in characters.
 * Tests      tests/test_minipy_compiler.c */
#include <string.h>

#include "compile/compile_impl.h"
#include "values/unicode.h"

/* ---- Texts that may not be UTF-8 ---- */

mp_str *mp_clean_text(mp_vm *vm, const char *text, size_t size)
{
    mp_builder builder;

    mp_builder_init(&builder, vm);
    for (size_t i = 0, step; i < size; i += step) {
        step = mp_utf8_valid((const unsigned char *)text + i, size - i);
        if (step > 0) {
            mp_builder_add(&builder, text + i, step);
        } else {
            mp_builder_text(&builder, "?");
            step = 1;
        }
    }
    return mp_builder_finish(&builder);
}

/* ---- The place ---- */

/* A line of the source, with its newline; lines end as the lexer ends them. */
static mp_text error_line(const char *source, size_t size, uint32_t line)
{
    size_t start = size >= 3 && memcmp(source, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, end;
    uint32_t number = 1;

    for (;; number++) {
        for (end = start; end < size && source[end] != '\n' && source[end] != '\r';)
            end++;
        if (end < size && source[end] == '\r' && end + 1 < size && source[end + 1] == '\n')
            end++;
        if (end < size)
            end++;
        if (number >= line || end >= size)
            break;
        start = end;
    }
    return number == line ? (mp_text){source + start, end - start} : (mp_text){NULL, 0};
}

/* A column in characters from 1. */
static int64_t error_column(mp_text line, uint32_t column)
{
    int64_t count = 1;

    for (size_t i = 0; i < line.size && i < column; i++) {
        if (!mp_utf8_continues(line.data[i]))
            count++;
    }
    return count;
}

static mp_value error_place(mp_vm *vm, const mp_syntax_error *error, const char *source, size_t size,
                            const char *file)
{
    mp_span span = error->span;
    mp_text line = error_line(source, size, span.line);
    mp_text last = span.end_line == span.line ? line : error_line(source, size, span.end_line);
    mp_tuple *place = mp_tuple_new(vm, 6);

    if (place == NULL)
        return NULL;
    place->items[0] = mp_as_value(mp_clean_text(vm, file, strlen(file)));
    place->items[1] = mp_int_new(vm, span.line);
    place->items[2] = mp_int_new(vm, error_column(line, span.column));
    place->items[3] = line.data == NULL ? mp_incref(vm->none)
                                        : mp_as_value(mp_clean_text(vm, line.data, line.size));
    place->items[4] = mp_int_new(vm, span.end_line);
    place->items[5] = mp_int_new(vm, error_column(last, span.end_column));
    for (size_t i = 0; i < 6; i++) {
        if (place->items[i] == NULL) {
            mp_decref(vm, mp_as_value(place));
            return NULL;
        }
    }
    return mp_as_value(place);
}

void mp_raise_syntax(mp_vm *vm, const mp_syntax_error *error, const char *source, size_t size,
                     const char *file)
{
    mp_exception_index kind = error->kind == MP_SYNTAX_INDENTATION ? MP_X_INDENTATION_ERROR
                              : error->kind == MP_SYNTAX_TAB       ? MP_X_TAB_ERROR
                                                                   : MP_X_SYNTAX_ERROR;
    mp_value args[2], exception = NULL;

    if (error->kind == MP_SYNTAX_MEMORY) {
        mp_raise_value(vm, mp_incref(vm->memory_error));
        return;
    }
    args[0] = mp_as_value(mp_clean_text(vm, error->message, strlen(error->message)));
    args[1] = args[0] == NULL ? NULL : error_place(vm, error, source, size, file);
    if (args[1] != NULL)
        exception = mp_new_exception(vm, vm->exceptions[kind], args, 2);
    mp_xdecref(vm, args[0]);
    mp_xdecref(vm, args[1]);
    if (exception != NULL)
        mp_raise_value(vm, exception);
}
