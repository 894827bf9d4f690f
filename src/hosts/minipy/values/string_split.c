/* string_split.c - str methods that take apart and put together: split, splitlines, join, strip.
 *
 * join asks its argument for its items first, which may run code of the program, and works on a tuple of its
 * own then. */
#include <string.h>

#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* ---- split ---- */

/* The list that is made, and the string that its parts are cut from; list NULL: raised. */
typedef struct split_parts {
    mp_vm *vm;
    mp_str *str;
    mp_list *list;
} split_parts;

static void split_add_part(split_parts *parts, size_t start, size_t stop)
{
    mp_vm *vm = parts->vm;
    if (parts->list == NULL)
        return;
    mp_value part = mp_as_value(mp_str_part(vm, parts->str, start, stop));
    if (part == NULL || !mp_list_append(vm, parts->list, part)) {
        mp_value list = mp_as_value(parts->list);
        parts->list = NULL;
        mp_decref(vm, list);
    }
    mp_xdecref(vm, part);
}

/* The first white space; size if there is none. */
static size_t split_find_space(const char *data, size_t size)
{
    size_t at = 0, step;
    while (at < size && !mp_point_is_space(mp_utf8_decode(data + at, &step)))
        at += step;
    return at;
}

static void split_at_space(split_parts *parts, uint64_t most)
{
    const char *data = parts->str->data;
    size_t size = parts->str->size, at = mp_skip_space(data, size);
    for (; at < size && most > 0 && parts->list != NULL; most--) {
        size_t stop = at + split_find_space(data + at, size - at);
        split_add_part(parts, at, stop);
        at = stop + mp_skip_space(data + stop, size - stop);
    }
    if (at < size)
        split_add_part(parts, at, size);
}

/* Where the last word begins in a text without white space at its end. */
static size_t split_word_back(const char *data, size_t size)
{
    while (size > 0) {
        size_t at = size - 1, step;
        while (at > 0 && mp_utf8_continues(data[at]))
            at--;
        if (mp_point_is_space(mp_utf8_decode(data + at, &step)))
            break;
        size = at;
    }
    return size;
}

/* From the end: the list comes out backwards. */
static void split_at_space_back(split_parts *parts, uint64_t most)
{
    const char *data = parts->str->data;
    size_t stop = mp_skip_space_back(data, parts->str->size);
    for (; stop > 0 && most > 0 && parts->list != NULL; most--) {
        size_t start = split_word_back(data, stop);
        split_add_part(parts, start, stop);
        stop = mp_skip_space_back(data, start);
    }
    if (stop > 0)
        split_add_part(parts, 0, stop);
}

static void split_at_piece(split_parts *parts, const mp_str *separator, uint64_t most)
{
    const char *data = parts->str->data;
    size_t size = parts->str->size, at = 0, found;
    for (; most > 0 && parts->list != NULL; most--) {
        found = mp_find_first(data + at, size - at, separator->data, separator->size);
        if (found == SIZE_MAX)
            break;
        split_add_part(parts, at, at + found);
        at += found + separator->size;
    }
    split_add_part(parts, at, size);
}

static void split_at_piece_back(split_parts *parts, const mp_str *separator, uint64_t most)
{
    size_t stop = parts->str->size, found;
    for (; most > 0 && parts->list != NULL; most--) {
        found = mp_find_last(parts->str->data, stop, separator->data, separator->size);
        if (found == SIZE_MAX)
            break;
        split_add_part(parts, found + separator->size, stop);
        stop = found;
    }
    split_add_part(parts, 0, stop);
}

/* The arguments of split and rsplit: *separator NULL for white space. */
static bool split_arguments(mp_vm *vm, const mp_args *args, const char *method, mp_str **separator,
                            uint64_t *most)
{
    mp_value values[2] = {NULL, NULL};
    mp_args rest = mp_after_self(args);
    int64_t limit = -1;
    if (!mp_bind(vm, &rest, method, "|sep maxsplit", values))
        return false;
    if (values[1] != NULL && !mp_to_index(vm, values[1], &limit))
        return false;
    *most = limit < 0 ? UINT64_MAX : (uint64_t)limit;
    *separator = NULL;
    if (values[0] == NULL || values[0] == vm->none)
        return true;
    if (!mp_is_str(vm, values[0]))
        mp_raise(vm, MP_X_TYPE_ERROR, "must be str or None, not %T", values[0]);
    else if (((mp_str *)values[0])->size == 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "empty separator");
    else
        *separator = (mp_str *)values[0];
    return *separator != NULL;
}

mp_value mp_str_split(mp_vm *vm, mp_args *args)
{
    mp_str *separator;
    uint64_t most;
    if (!split_arguments(vm, args, "split", &separator, &most))
        return NULL;
    split_parts parts = {vm, mp_self_str(args), mp_list_new(vm, 0)};
    if (separator == NULL)
        split_at_space(&parts, most);
    else
        split_at_piece(&parts, separator, most);
    return mp_as_value(parts.list);
}

mp_value mp_str_rsplit(mp_vm *vm, mp_args *args)
{
    mp_str *separator;
    uint64_t most;
    if (!split_arguments(vm, args, "rsplit", &separator, &most))
        return NULL;
    split_parts parts = {vm, mp_self_str(args), mp_list_new(vm, 0)};
    if (separator == NULL)
        split_at_space_back(&parts, most);
    else
        split_at_piece_back(&parts, separator, most);
    if (parts.list != NULL)
        mp_list_reverse(parts.list);
    return mp_as_value(parts.list);
}

/* ---- splitlines ---- */

/* The size of the line end at the beginning of a text; 0: there is none. */
static size_t split_line_end(const char *data, size_t size)
{
    size_t step;
    switch (mp_utf8_decode(data, &step)) {
    case '\r':
        return size > 1 && data[1] == '\n' ? 2 : 1;
    case '\n':
    case '\v':
    case '\f':
    case 0x1c:
    case 0x1d:
    case 0x1e:
    case 0x85:
    case 0x2028:
    case 0x2029:
        return step;
    default:
        return 0;
    }
}

mp_value mp_str_splitlines(mp_vm *vm, mp_args *args)
{
    mp_value keep = NULL;
    mp_args rest = mp_after_self(args);
    if (!mp_bind(vm, &rest, "splitlines", "|keepends", &keep))
        return NULL;
    int keeps = keep == NULL ? 0 : mp_truth(vm, keep);
    if (keeps < 0)
        return NULL;
    mp_str *str = mp_self_str(args);
    split_parts parts = {vm, str, mp_list_new(vm, 0)};
    size_t start = 0;
    for (size_t at = 0; at < str->size && parts.list != NULL;) {
        size_t end = split_line_end(str->data + at, str->size - at);
        if (end == 0) {
            at += mp_utf8_size(str->data[at]);
            continue;
        }
        split_add_part(&parts, start, keeps != 0 ? at + end : at);
        start = at += end;
    }
    if (start < str->size)
        split_add_part(&parts, start, str->size);
    return mp_as_value(parts.list);
}

/* ---- join ---- */

/* The size of all; false: raised. */
static bool join_measure(mp_vm *vm, const mp_str *separator, const mp_tuple *items, size_t *size,
                         size_t *length)
{
    *size = *length = 0;
    for (size_t i = 0; i < items->count; i++) {
        mp_value item = items->items[i];
        if (!mp_is_str(vm, item)) {
            mp_raise(vm, MP_X_TYPE_ERROR, "sequence item %zu: expected str instance, %T found", i, item);
            return false;
        }
        *size += ((mp_str *)item)->size + (i > 0 ? separator->size : 0);
        *length += ((mp_str *)item)->length + (i > 0 ? separator->length : 0);
    }
    return true;
}

static mp_value join_items(mp_vm *vm, const mp_str *separator, const mp_tuple *items)
{
    size_t size, length;
    if (!join_measure(vm, separator, items, &size, &length))
        return NULL;
    if (items->count == 1)
        return mp_incref(items->items[0]);
    if (size == 0)
        return mp_as_value(mp_str_new(vm, "", 0));
    mp_str *out = mp_str_blank(vm, size, length);
    if (out == NULL)
        return NULL;
    char *at = out->data;
    for (size_t i = 0; i < items->count; i++) {
        const mp_str *item = (const mp_str *)items->items[i];
        if (i > 0) {
            memcpy(at, separator->data, separator->size);
            at += separator->size;
        }
        memcpy(at, item->data, item->size);
        at += item->size;
    }
    return mp_as_value(out);
}

mp_value mp_str_join(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "str.join", MP_SELF, 1))
        return NULL;
    mp_value iterable = args->values[1];
    mp_type *type = mp_type_of(vm, iterable);
    if (type->slots.iter == NULL && !mp_has_dunder(vm, iterable, MP_S___iter__) &&
        !mp_has_dunder(vm, iterable, MP_S___getitem__)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "can only join an iterable");
        return NULL;
    }
    mp_tuple *items = mp_to_tuple(vm, iterable);
    if (items == NULL)
        return NULL;
    mp_value joined = join_items(vm, mp_self_str(args), items);
    mp_decref(vm, mp_as_value(items));
    return joined;
}

/* ---- strip ---- */

static bool strip_has(const mp_str *set, const char *at)
{
    return mp_find_first(set->data, set->size, at, mp_utf8_size(*at)) != SIZE_MAX;
}

static void strip_set(const mp_str *str, const mp_str *set, bool left, bool right, size_t *start,
                      size_t *stop)
{
    while (left && *start < *stop && strip_has(set, str->data + *start))
        *start += mp_utf8_size(str->data[*start]);
    while (right && *stop > *start) {
        size_t at = *stop - 1;
        while (mp_utf8_continues(str->data[at]))
            at--;
        if (!strip_has(set, str->data + at))
            break;
        *stop = at;
    }
}

static mp_value strip_sides(mp_vm *vm, const mp_args *args, const char *method, bool left, bool right)
{
    if (!mp_method_positional(vm, args, method, 0, 1))
        return NULL;
    mp_str *str = mp_self_str(args);
    mp_value set = args->count > 1 ? args->values[1] : vm->none;
    size_t start = 0, stop = str->size;
    if (set == vm->none) {
        if (left)
            start = mp_skip_space(str->data, str->size);
        if (right)
            stop = start + mp_skip_space_back(str->data + start, str->size - start);
    } else if (mp_is_str(vm, set))
        strip_set(str, (mp_str *)set, left, right, &start, &stop);
    else {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s arg must be None or str", method);
        return NULL;
    }
    return mp_as_value(mp_str_part(vm, str, start, stop));
}

mp_value mp_str_strip(mp_vm *vm, mp_args *args)
{
    return strip_sides(vm, args, "strip", true, true);
}

mp_value mp_str_lstrip(mp_vm *vm, mp_args *args)
{
    return strip_sides(vm, args, "lstrip", true, false);
}

mp_value mp_str_rstrip(mp_vm *vm, mp_args *args)
{
    return strip_sides(vm, args, "rstrip", false, true);
}
