/* string_search.c - str methods that look for a piece: find, count, startswith, partition, replace, ...
 *
 * A piece is looked for by its bytes, which is right for UTF-8; only the places that programs give and get
 * are counted in code points. */
#include <string.h>

#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* ---- By bytes ---- */

size_t mp_find_first(const char *data, size_t size, const char *piece, size_t piece_size)
{
    if (piece_size == 0)
        return 0;
    for (size_t at = 0; piece_size <= size - at;) {
        const char *found = memchr(data + at, *piece, size - at - piece_size + 1);
        if (found == NULL)
            return SIZE_MAX;
        at = (size_t)(found - data);
        if (memcmp(found, piece, piece_size) == 0)
            return at;
        at++;
    }
    return SIZE_MAX;
}

size_t mp_find_last(const char *data, size_t size, const char *piece, size_t piece_size)
{
    if (piece_size > size)
        return SIZE_MAX;
    for (size_t at = size - piece_size;; at--) {
        if (memcmp(data + at, piece, piece_size) == 0)
            return at;
        if (at == 0)
            return SIZE_MAX;
    }
}

static size_t search_count(const char *data, size_t size, const char *piece, size_t piece_size)
{
    if (piece_size == 0)
        return mp_utf8_length(data, size) + 1;
    size_t count = 0, found;
    while ((found = mp_find_first(data, size, piece, piece_size)) != SIZE_MAX) {
        count++;
        data += found + piece_size;
        size -= found + piece_size;
    }
    return count;
}

/* ---- Places that the program gives ---- */

/* The bytes of self that a search looks at. */
typedef struct search_range {
    size_t start, stop;
    bool none; /* the start is behind the end: not even "" is there */
} search_range;

/* An argument that says a place: None or left out gives 'fallback'; negative counts from the end. */
static bool search_place(mp_vm *vm, const mp_args *args, size_t n, int64_t length, int64_t fallback,
                         int64_t *out)
{
    *out = fallback;
    if (n >= args->count || args->values[n] == vm->none)
        return true;
    if (!mp_is_int(vm, args->values[n]) && !mp_has_dunder(vm, args->values[n], MP_S___index__)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    if (!mp_to_index(vm, args->values[n], out))
        return false;
    if (*out < 0)
        *out = *out + length < 0 ? 0 : *out + length;
    return true;
}

/* Arguments 2 and 3, after the piece. */
static bool search_bounds(mp_vm *vm, const mp_args *args, search_range *range)
{
    const mp_str *str = mp_self_str(args);
    int64_t length = (int64_t)str->length, start, stop;
    if (!search_place(vm, args, 2, length, 0, &start) || !search_place(vm, args, 3, length, length, &stop))
        return false;
    if (stop > length)
        stop = length;
    range->none = start > stop;
    range->start = mp_str_offset(str, (size_t)start);
    range->stop = range->none ? range->start : mp_str_offset(str, (size_t)stop);
    return true;
}

/* ---- find, index, count ---- */

/* The place in code points, -1 nowhere, -2 raised. */
static int64_t search_find(mp_vm *vm, const mp_args *args, const char *method, bool last)
{
    search_range range;
    if (!mp_method_positional(vm, args, method, 1, 3))
        return -2;
    const mp_str *str = mp_self_str(args), *piece = mp_str_argument(vm, args, 1, method);
    if (piece == NULL || !search_bounds(vm, args, &range))
        return -2;
    if (range.none)
        return -1;
    const char *data = str->data + range.start;
    size_t size = range.stop - range.start;
    size_t found = last ? mp_find_last(data, size, piece->data, piece->size)
                        : mp_find_first(data, size, piece->data, piece->size);
    return found == SIZE_MAX ? -1 : mp_str_index(str, range.start + found);
}

static mp_value search_find_or_raise(mp_vm *vm, const mp_args *args, const char *method, bool last)
{
    int64_t place = search_find(vm, args, method, last);
    if (place == -1)
        mp_raise(vm, MP_X_VALUE_ERROR, "substring not found");
    return place < 0 ? NULL : mp_int_new(vm, place);
}

mp_value mp_str_find(mp_vm *vm, mp_args *args)
{
    int64_t place = search_find(vm, args, "find", false);
    return place == -2 ? NULL : mp_int_new(vm, place);
}

mp_value mp_str_rfind(mp_vm *vm, mp_args *args)
{
    int64_t place = search_find(vm, args, "rfind", true);
    return place == -2 ? NULL : mp_int_new(vm, place);
}

mp_value mp_str_index_of(mp_vm *vm, mp_args *args)
{
    return search_find_or_raise(vm, args, "index", false);
}

mp_value mp_str_rindex(mp_vm *vm, mp_args *args)
{
    return search_find_or_raise(vm, args, "rindex", true);
}

mp_value mp_str_count(mp_vm *vm, mp_args *args)
{
    search_range range;
    if (!mp_method_positional(vm, args, "count", 1, 3))
        return NULL;
    const mp_str *str = mp_self_str(args), *piece = mp_str_argument(vm, args, 1, "count");
    if (piece == NULL || !search_bounds(vm, args, &range))
        return NULL;
    if (range.none)
        return mp_int_new(vm, 0);
    size_t count = search_count(str->data + range.start, range.stop - range.start, piece->data, piece->size);
    return mp_int_new(vm, (int64_t)count);
}

/* ---- startswith, endswith ---- */

static bool search_at_end(const mp_str *str, const search_range *range, const mp_str *piece, bool end)
{
    if (range->none || piece->size > range->stop - range->start)
        return false;
    size_t at = end ? range->stop - piece->size : range->start;
    return memcmp(str->data + at, piece->data, piece->size) == 0;
}

static mp_value search_any_at_end(mp_vm *vm, const mp_str *str, const search_range *range,
                                  const mp_tuple *pieces, const char *method, bool end)
{
    for (size_t i = 0; i < pieces->count; i++) {
        mp_value piece = pieces->items[i];
        if (!mp_is_str(vm, piece)) {
            mp_raise(vm, MP_X_TYPE_ERROR, "tuple for %s must only contain str, not %T", method, piece);
            return NULL;
        }
        if (search_at_end(str, range, (mp_str *)piece, end))
            return mp_bool_new(vm, true);
    }
    return mp_bool_new(vm, false);
}

static mp_value search_end(mp_vm *vm, const mp_args *args, const char *method, bool end)
{
    search_range range;
    if (!mp_method_positional(vm, args, method, 1, 3) || !search_bounds(vm, args, &range))
        return NULL;
    mp_value piece = args->values[1];
    if (mp_is(vm, piece, MP_TYPE_TUPLE))
        return search_any_at_end(vm, mp_self_str(args), &range, (mp_tuple *)piece, method, end);
    if (mp_is_str(vm, piece))
        return mp_bool_new(vm, search_at_end(mp_self_str(args), &range, (mp_str *)piece, end));
    mp_raise(vm, MP_X_TYPE_ERROR, "%s first arg must be str or a tuple of str, not %T", method, piece);
    return NULL;
}

mp_value mp_str_startswith(mp_vm *vm, mp_args *args)
{
    return search_end(vm, args, "startswith", false);
}

mp_value mp_str_endswith(mp_vm *vm, mp_args *args)
{
    return search_end(vm, args, "endswith", true);
}

static mp_value search_remove(mp_vm *vm, const mp_args *args, const char *method, bool end)
{
    if (!mp_exactly(vm, args, method, MP_SELF, 1))
        return NULL;
    mp_str *str = mp_self_str(args), *piece = mp_str_argument(vm, args, 1, method);
    search_range range = {0, str->size, false};
    if (piece == NULL)
        return NULL;
    if (!search_at_end(str, &range, piece, end))
        return mp_str_itself(str);
    size_t start = end ? 0 : piece->size;
    return mp_as_value(mp_str_part(vm, str, start, start + str->size - piece->size));
}

mp_value mp_str_removeprefix(mp_vm *vm, mp_args *args)
{
    return search_remove(vm, args, "removeprefix", false);
}

mp_value mp_str_removesuffix(mp_vm *vm, mp_args *args)
{
    return search_remove(vm, args, "removesuffix", true);
}

/* ---- partition ---- */

static mp_value search_triple(mp_vm *vm, mp_str *str, mp_str *separator, size_t found, bool last)
{
    mp_tuple *triple = mp_tuple_new(vm, 3);
    if (triple == NULL)
        return NULL;
    size_t stop = found == SIZE_MAX ? (last ? 0 : str->size) : found;
    size_t next = found == SIZE_MAX ? stop : found + separator->size;
    triple->items[0] = mp_as_value(mp_str_part(vm, str, 0, stop));
    triple->items[1] = found == SIZE_MAX ? mp_as_value(mp_str_new(vm, "", 0)) : mp_str_itself(separator);
    triple->items[2] = mp_as_value(mp_str_part(vm, str, next, str->size));
    if (triple->items[0] != NULL && triple->items[1] != NULL && triple->items[2] != NULL)
        return mp_as_value(triple);
    mp_decref(vm, mp_as_value(triple));
    return NULL;
}

static mp_value search_partition(mp_vm *vm, const mp_args *args, const char *method, bool last)
{
    if (!mp_exactly(vm, args, method, MP_SELF, 1))
        return NULL;
    mp_str *str = mp_self_str(args), *separator = (mp_str *)args->values[1];
    if (!mp_is_str(vm, args->values[1])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "must be str, not %T", args->values[1]);
        return NULL;
    }
    if (separator->size == 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "empty separator");
        return NULL;
    }
    size_t found = last ? mp_find_last(str->data, str->size, separator->data, separator->size)
                        : mp_find_first(str->data, str->size, separator->data, separator->size);
    return search_triple(vm, str, separator, found, last);
}

mp_value mp_str_partition(mp_vm *vm, mp_args *args)
{
    return search_partition(vm, args, "str.partition", false);
}

mp_value mp_str_rpartition(mp_vm *vm, mp_args *args)
{
    return search_partition(vm, args, "str.rpartition", true);
}

/* ---- replace ---- */

/* The new piece before every character and at the end, at most 'most' times. */
static void replace_between(mp_builder *builder, const mp_str *str, const mp_str *now, uint64_t most)
{
    size_t at = 0;
    for (; most > 0 && at < str->size; most--) {
        size_t size = mp_utf8_size(str->data[at]);
        mp_builder_str(builder, now);
        mp_builder_add(builder, str->data + at, size);
        at += size;
    }
    if (most > 0)
        mp_builder_str(builder, now);
    mp_builder_add(builder, str->data + at, str->size - at);
}

static void replace_pieces(mp_builder *builder, const mp_str *str, const mp_str *old, const mp_str *now,
                           uint64_t most)
{
    const char *data = str->data;
    size_t size = str->size, found;
    for (; most > 0 && (found = mp_find_first(data, size, old->data, old->size)) != SIZE_MAX; most--) {
        mp_builder_add(builder, data, found);
        mp_builder_str(builder, now);
        data += found + old->size;
        size -= found + old->size;
    }
    mp_builder_add(builder, data, size);
}

mp_value mp_str_replace(mp_vm *vm, mp_args *args)
{
    mp_value values[3] = {NULL, NULL, NULL};
    mp_args rest = mp_after_self(args);
    if (!mp_bind(vm, &rest, "replace", "old/ new/ | count", values))
        return NULL;
    for (size_t i = 0; i < 2; i++)
        if (!mp_is_str(vm, values[i])) {
            mp_raise(vm, MP_X_TYPE_ERROR, "replace() argument %zu must be str, not %T", i + 1, values[i]);
            return NULL;
        }
    int64_t most = -1;
    if (values[2] != NULL && !mp_to_index(vm, values[2], &most))
        return NULL;
    mp_str *str = mp_self_str(args), *old = (mp_str *)values[0], *now = (mp_str *)values[1];
    if (most == 0 || mp_find_first(str->data, str->size, old->data, old->size) == SIZE_MAX)
        return mp_str_itself(str);
    mp_builder builder;
    mp_builder_init(&builder, vm);
    uint64_t times = most < 0 ? UINT64_MAX : (uint64_t)most;
    if (old->size == 0)
        replace_between(&builder, str, now, times);
    else
        replace_pieces(&builder, str, old, now, times);
    return mp_as_value(mp_builder_finish(&builder));
}
