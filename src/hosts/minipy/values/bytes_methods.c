/* bytes_methods.c - methods of bytes that look for something, cut and put together.
 *
 * Idea       Pieces are looked for by the functions that str has. */
#include <string.h>

#include "values/bytes.h"
#include "values/containers_impl.h"
#include "values/string_impl.h"

typedef struct piece {
    const char *data;
    size_t size;
} piece;

static const mp_bytes *method_self(const mp_args *args)
{
    return (const mp_bytes *)args->values[0];
}

static piece method_whole(const mp_args *args)
{
    const mp_bytes *self = method_self(args);
    return (piece){(const char *)self->data, self->size};
}

static mp_value method_part(mp_vm *vm, piece part)
{
    return mp_bytes_new(vm, part.data, part.size);
}

/* ---- find, count, startswith ---- */

/* What find(piece, start, stop) looks at; false: raised.  room: a piece of one byte, given as a number. */
static bool method_range(mp_vm *vm, const mp_args *args, piece *whole, size_t *start)
{
    int64_t bounds[2] = {0, (int64_t)whole->size}, size = (int64_t)whole->size;
    for (size_t i = 0; i < 2 && i + 2 < args->count; i++)
        if (args->values[i + 2] != vm->none && !mp_to_index(vm, args->values[i + 2], &bounds[i]))
            return false;
    for (size_t i = 0; i < 2; i++) {
        bounds[i] += bounds[i] < 0 ? size : 0;
        bounds[i] = bounds[i] < 0 ? 0 : bounds[i];
    }
    bounds[1] = bounds[1] > size ? size : bounds[1];
    *start = (size_t)bounds[0];
    if (bounds[0] > bounds[1])
        *whole = (piece){NULL, 0};
    else
        *whole = (piece){whole->data + bounds[0], (size_t)(bounds[1] - bounds[0])};
    return true;
}

static bool method_piece(mp_vm *vm, mp_value value, char *room, mp_view *view)
{
    if (!mp_is_int(vm, value)) {
        if (mp_is_bytes_like(vm, value))
            return mp_view_get(vm, value, view);
        mp_raise(vm, MP_X_TYPE_ERROR, "argument should be integer or bytes-like object, not '%T'", value);
        return false;
    }
    int64_t number = mp_int_of(value);
    if (number < 0 || number > 255) {
        mp_raise(vm, MP_X_VALUE_ERROR, "byte must be in range(0, 256)");
        return false;
    }
    *room = (char)number;
    *view = (mp_view){mp_incref(value), room, 1};
    return true;
}

static bool method_find_at(mp_vm *vm, mp_args *args, const char *name, bool last, int64_t *out)
{
    piece whole;
    size_t start, found = SIZE_MAX;
    mp_view view;
    char room;
    if (!mp_method_positional(vm, args, name, 1, 3))
        return false;
    whole = method_whole(args);
    if (!method_range(vm, args, &whole, &start) || !method_piece(vm, args->values[1], &room, &view))
        return false;
    if (whole.data != NULL)
        found = last ? mp_find_last(whole.data, whole.size, view.data, view.size)
                     : mp_find_first(whole.data, whole.size, view.data, view.size);
    mp_view_drop(vm, &view);
    *out = found != SIZE_MAX ? (int64_t)(start + found) : -1;
    return true;
}

static mp_value method_find(mp_vm *vm, mp_args *args)
{
    int64_t at;
    return method_find_at(vm, args, "find", false, &at) ? mp_int_new(vm, at) : NULL;
}

static mp_value method_rfind(mp_vm *vm, mp_args *args)
{
    int64_t at;
    return method_find_at(vm, args, "rfind", true, &at) ? mp_int_new(vm, at) : NULL;
}

static mp_value method_index(mp_vm *vm, mp_args *args)
{
    int64_t at;
    if (!method_find_at(vm, args, "index", false, &at))
        return NULL;
    if (at < 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "subsection not found");
    return at >= 0 ? mp_int_new(vm, at) : NULL;
}

static mp_value method_count(mp_vm *vm, mp_args *args)
{
    piece whole;
    size_t start, found;
    int64_t count = 0;
    mp_view view;
    char room;
    if (!mp_method_positional(vm, args, "count", 1, 3))
        return NULL;
    whole = method_whole(args);
    if (!method_range(vm, args, &whole, &start) || !method_piece(vm, args->values[1], &room, &view))
        return NULL;
    while (view.size > 0 && whole.data != NULL &&
           (found = mp_find_first(whole.data, whole.size, view.data, view.size)) != SIZE_MAX) {
        count++;
        whole = (piece){whole.data + found + view.size, whole.size - found - view.size};
    }
    if (view.size == 0 && whole.data != NULL)
        count = (int64_t)whole.size + 1;
    mp_view_drop(vm, &view);
    return mp_int_new(vm, count);
}

/* 1, 0, -1 raised */
static int method_has_end(mp_vm *vm, piece whole, mp_value one, const char *name, bool at_end)
{
    mp_view view;
    if (!mp_is_bytes_like(vm, one)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s first arg must be bytes or a tuple of bytes, not %T", name, one);
        return -1;
    }
    if (!mp_view_get(vm, one, &view))
        return -1;
    bool has = whole.data != NULL && view.size <= whole.size &&
               memcmp(whole.data + (at_end ? whole.size - view.size : 0), view.data, view.size) == 0;
    mp_view_drop(vm, &view);
    return has;
}

static mp_value method_ends(mp_vm *vm, mp_args *args, const char *name, bool at_end)
{
    piece whole;
    size_t start;
    int has = 0;
    if (!mp_method_positional(vm, args, name, 1, 3))
        return NULL;
    whole = method_whole(args);
    if (!method_range(vm, args, &whole, &start))
        return NULL;
    mp_value given = args->values[1];
    if (!mp_is(vm, given, MP_TYPE_TUPLE))
        has = method_has_end(vm, whole, given, name, at_end);
    else
        for (size_t i = 0; has == 0 && i < ((mp_tuple *)given)->count; i++)
            has = method_has_end(vm, whole, ((mp_tuple *)given)->items[i], name, at_end);
    return has >= 0 ? mp_bool_new(vm, has > 0) : NULL;
}

static mp_value method_startswith(mp_vm *vm, mp_args *args)
{
    return method_ends(vm, args, "startswith", false);
}

static mp_value method_endswith(mp_vm *vm, mp_args *args)
{
    return method_ends(vm, args, "endswith", true);
}

/* ---- Cutting ---- */

static bool method_space(char byte)
{
    return byte != '\0' && strchr(" \t\n\r\v\f", byte) != NULL;
}

static bool method_append(mp_vm *vm, mp_list *list, piece part)
{
    mp_value made = method_part(vm, part);
    bool good = made != NULL && mp_list_append(vm, list, made);
    mp_xdecref(vm, made);
    return good;
}

static bool method_split_by(mp_vm *vm, mp_list *list, piece rest, const mp_view *by, int64_t most)
{
    size_t found;
    while (most-- != 0 && (found = mp_find_first(rest.data, rest.size, by->data, by->size)) != SIZE_MAX) {
        if (!method_append(vm, list, (piece){rest.data, found}))
            return false;
        rest = (piece){rest.data + found + by->size, rest.size - found - by->size};
    }
    return method_append(vm, list, rest);
}

static piece method_skip_space(piece rest)
{
    while (rest.size > 0 && method_space(*rest.data))
        rest = (piece){rest.data + 1, rest.size - 1};
    return rest;
}

static bool method_split_words(mp_vm *vm, mp_list *list, piece rest, int64_t most)
{
    for (rest = method_skip_space(rest); rest.size > 0; rest = method_skip_space(rest)) {
        size_t size = 0;
        while (size < rest.size && (most == 0 || !method_space(rest.data[size])))
            size++;
        if (!method_append(vm, list, (piece){rest.data, size}))
            return false;
        if (most-- == 0)
            return true;
        rest = (piece){rest.data + size, rest.size - size};
    }
    return true;
}

static mp_value method_split(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    int64_t most = -1;
    mp_view by = {.size = 1};
    if (!mp_bind(vm, args, "split", "self |sep maxsplit", values) ||
        (values[2] != NULL && !mp_to_index(vm, values[2], &most)))
        return NULL;
    bool words = values[1] == NULL || values[1] == vm->none;
    if (!words && !mp_view_get(vm, values[1], &by))
        return NULL;
    mp_list *list = by.size > 0 ? mp_list_new(vm, 4) : NULL;
    if (by.size == 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "empty separator");
    if (list != NULL && !(words ? method_split_words(vm, list, method_whole(args), most)
                                : method_split_by(vm, list, method_whole(args), &by, most)))
        mp_clear_slot(vm, (mp_value *)&list);
    if (!words)
        mp_view_drop(vm, &by);
    return mp_as_value(list);
}

static mp_value method_splitlines(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind(vm, args, "splitlines", "self |keepends", values))
        return NULL;
    int keep = values[1] != NULL ? mp_truth(vm, values[1]) : 0;
    mp_list *list = keep >= 0 ? mp_list_new(vm, 4) : NULL;
    piece rest = method_whole(args);
    while (list != NULL && rest.size > 0) {
        size_t size = 0, end;
        while (size < rest.size && rest.data[size] != '\n' && rest.data[size] != '\r')
            size++;
        end = size + (size < rest.size);
        end += end < rest.size && rest.data[size] == '\r' && rest.data[end] == '\n';
        if (!method_append(vm, list, (piece){rest.data, keep ? end : size}))
            mp_clear_slot(vm, (mp_value *)&list);
        rest = (piece){rest.data + end, rest.size - end};
    }
    return mp_as_value(list);
}

static mp_value method_strip_ends(mp_vm *vm, mp_args *args, const char *name, bool left, bool right)
{
    mp_view view = {.data = " \t\n\r\v\f", .size = 6};
    if (!mp_method_positional(vm, args, name, 0, 1))
        return NULL;
    bool given = args->count > 1 && args->values[1] != vm->none;
    piece rest = method_whole(args);
    if (given && !mp_view_get(vm, args->values[1], &view))
        return NULL;
    while (left && rest.size > 0 && memchr(view.data, *rest.data, view.size) != NULL)
        rest = (piece){rest.data + 1, rest.size - 1};
    while (right && rest.size > 0 && memchr(view.data, rest.data[rest.size - 1], view.size) != NULL)
        rest.size--;
    mp_value made = method_part(vm, rest);
    if (given)
        mp_view_drop(vm, &view);
    return made;
}

static mp_value method_strip(mp_vm *vm, mp_args *args)
{
    return method_strip_ends(vm, args, "strip", true, true);
}

static mp_value method_lstrip(mp_vm *vm, mp_args *args)
{
    return method_strip_ends(vm, args, "lstrip", true, false);
}

static mp_value method_rstrip(mp_vm *vm, mp_args *args)
{
    return method_strip_ends(vm, args, "rstrip", false, true);
}

static mp_value method_three(mp_vm *vm, piece first, piece second, piece third)
{
    mp_value parts[] = {method_part(vm, first), method_part(vm, second), method_part(vm, third)};
    bool good = parts[0] != NULL && parts[1] != NULL && parts[2] != NULL;
    mp_value made = good ? mp_as_value(mp_tuple_of(vm, parts, 3)) : NULL;
    for (size_t i = 0; i < 3; i++)
        mp_xdecref(vm, parts[i]);
    return made;
}

static mp_value method_cut(mp_vm *vm, mp_args *args, const char *name, bool last)
{
    mp_view by;
    if (!mp_method_positional(vm, args, name, 1, 1) || !mp_view_get(vm, args->values[1], &by))
        return NULL;
    piece whole = method_whole(args), none = {whole.data, 0};
    mp_value made = NULL;
    size_t at = by.size > 0 ? last ? mp_find_last(whole.data, whole.size, by.data, by.size)
                                   : mp_find_first(whole.data, whole.size, by.data, by.size)
                            : SIZE_MAX;
    if (by.size == 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "empty separator");
    else if (at != SIZE_MAX)
        made = method_three(vm, (piece){whole.data, at}, (piece){by.data, by.size},
                            (piece){whole.data + at + by.size, whole.size - at - by.size});
    else
        made = last ? method_three(vm, none, none, whole) : method_three(vm, whole, none, none);
    mp_view_drop(vm, &by);
    return made;
}

static mp_value method_partition(mp_vm *vm, mp_args *args)
{
    return method_cut(vm, args, "partition", false);
}

static mp_value method_rpartition(mp_vm *vm, mp_args *args)
{
    return method_cut(vm, args, "rpartition", true);
}

/* ---- Putting together ---- */

static mp_value method_join_all(mp_vm *vm, piece by, const mp_tuple *items)
{
    size_t size = items->count > 0 ? by.size * (items->count - 1) : 0, at = 0;
    for (size_t i = 0; i < items->count; i++) {
        if (!mp_is_bytes_like(vm, items->items[i])) {
            mp_raise(vm, MP_X_TYPE_ERROR, "sequence item %zu: expected a bytes-like object, %T found", i,
                     items->items[i]);
            return NULL;
        }
        size += ((const mp_bytes *)items->items[i])->size;
    }
    mp_value made = mp_bytes_new(vm, NULL, size);
    for (size_t i = 0; made != NULL && i < items->count; i++) {
        const mp_bytes *item = (const mp_bytes *)items->items[i];
        unsigned char *to = ((mp_bytes *)made)->data;
        if (i > 0 && by.size > 0)
            memcpy(to + at, by.data, by.size);
        at += i > 0 ? by.size : 0;
        memcpy(to + at, item->data, item->size);
        at += item->size;
    }
    return made;
}

static mp_value method_join(mp_vm *vm, mp_args *args)
{
    if (!mp_method_positional(vm, args, "join", 1, 1))
        return NULL;
    mp_tuple *items = mp_to_tuple(vm, args->values[1]);
    mp_value made = items != NULL ? method_join_all(vm, method_whole(args), items) : NULL;
    mp_xdecref(vm, mp_as_value(items));
    return made;
}

/* b"" stands before each byte and at the end. */
static bool method_replace_into(mp_builder *out, piece rest, const mp_view *old, const mp_view *by,
                                int64_t most)
{
    while (most != 0) {
        size_t found = mp_find_first(rest.data, rest.size, old->data, old->size);
        if (found == SIZE_MAX)
            break;
        mp_builder_add(out, rest.data, found);
        mp_builder_add(out, by->data, by->size);
        most--;
        rest = (piece){rest.data + found + old->size, rest.size - found - old->size};
        if (old->size == 0 && rest.size == 0)
            break;
        if (old->size == 0) {
            mp_builder_add(out, rest.data, 1);
            rest = (piece){rest.data + 1, rest.size - 1};
        }
    }
    mp_builder_add(out, rest.data, rest.size);
    return !out->failed;
}

static mp_value method_replace(mp_vm *vm, mp_args *args)
{
    mp_view old, by;
    int64_t most = -1;
    mp_value made = NULL;
    if (!mp_method_positional(vm, args, "replace", 2, 3) ||
        (args->count > 3 && !mp_to_index(vm, args->values[3], &most)) ||
        !mp_view_get(vm, args->values[1], &old))
        return NULL;
    if (mp_view_get(vm, args->values[2], &by)) {
        mp_builder out;
        mp_builder_init(&out, vm);
        if (method_replace_into(&out, method_whole(args), &old, &by, most))
            made = mp_bytes_new(vm, out.data, out.size);
        mp_builder_drop(&out);
        mp_view_drop(vm, &by);
    }
    mp_view_drop(vm, &old);
    return made;
}

/* ---- Letters ---- */

static mp_value method_map(mp_vm *vm, mp_args *args, const char *name, char from, char to)
{
    if (!mp_method_positional(vm, args, name, 0, 0))
        return NULL;
    piece whole = method_whole(args);
    mp_value made = method_part(vm, whole);
    for (size_t i = 0; made != NULL && i < whole.size; i++) {
        unsigned char *byte = &((mp_bytes *)made)->data[i];
        if (*byte >= from && *byte <= from + 25)
            *byte = (unsigned char)(*byte - from + to);
    }
    return made;
}

static mp_value method_lower(mp_vm *vm, mp_args *args)
{
    return method_map(vm, args, "lower", 'A', 'a');
}

static mp_value method_upper(mp_vm *vm, mp_args *args)
{
    return method_map(vm, args, "upper", 'a', 'A');
}

static mp_value method_isdigit(mp_vm *vm, mp_args *args)
{
    if (!mp_method_positional(vm, args, "isdigit", 0, 0))
        return NULL;
    piece whole = method_whole(args);
    bool all = whole.size > 0;
    for (size_t i = 0; i < whole.size; i++)
        all = all && whole.data[i] >= '0' && whole.data[i] <= '9';
    return mp_bool_new(vm, all);
}

static mp_value method_hex(mp_vm *vm, mp_args *args)
{
    if (!mp_method_positional(vm, args, "hex", 0, 0))
        return NULL;
    const mp_bytes *self = method_self(args);
    mp_builder text;
    mp_builder_init(&text, vm);
    for (size_t i = 0; i < self->size; i++)
        mp_builder_printf(&text, "%c%c", "0123456789abcdef"[self->data[i] >> 4],
                          "0123456789abcdef"[self->data[i] & 15]);
    return mp_as_value(mp_builder_finish(&text));
}

const mp_method mp_bytes_methods[] = {
    {"decode", mp_bytes_decode, MP_M_METHOD},
    {"find", method_find, MP_M_METHOD},
    {"rfind", method_rfind, MP_M_METHOD},
    {"index", method_index, MP_M_METHOD},
    {"count", method_count, MP_M_METHOD},
    {"startswith", method_startswith, MP_M_METHOD},
    {"endswith", method_endswith, MP_M_METHOD},
    {"split", method_split, MP_M_METHOD},
    {"splitlines", method_splitlines, MP_M_METHOD},
    {"strip", method_strip, MP_M_METHOD},
    {"lstrip", method_lstrip, MP_M_METHOD},
    {"rstrip", method_rstrip, MP_M_METHOD},
    {"partition", method_partition, MP_M_METHOD},
    {"rpartition", method_rpartition, MP_M_METHOD},
    {"join", method_join, MP_M_METHOD},
    {"replace", method_replace, MP_M_METHOD},
    {"lower", method_lower, MP_M_METHOD},
    {"upper", method_upper, MP_M_METHOD},
    {"isdigit", method_isdigit, MP_M_METHOD},
    {"hex", method_hex, MP_M_METHOD},
    {NULL, NULL, 0},
};
