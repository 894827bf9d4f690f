/* bytes.c - the type bytes: making it, operators, subscripts.
 *
 * Idea       As str, without characters: an item is a number.
 * Left out   %; a class of the program derived from it, for the bytes lie behind the head. */
#include "values/bytes.h"

#include <string.h>

#include "objects/types_impl.h"
#include "values/containers_impl.h"
#include "values/string_impl.h"

/* ---- Life ---- */

mp_value mp_bytes_new(mp_vm *vm, const void *data, size_t size)
{
    mp_bytes *self = (mp_bytes *)mp_new(vm, vm->types[MP_TYPE_BYTES], size + 1);
    if (self == NULL)
        return NULL;
    self->size = size;
    if (data != NULL && size > 0)
        memcpy(self->data, data, size);
    return mp_as_value(self);
}

bool mp_is_bytes_like(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_BYTES);
}

bool mp_view_get(mp_vm *vm, mp_value value, mp_view *view)
{
    if (!mp_is_bytes_like(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "a bytes-like object is required, not '%T'", value);
        return false;
    }
    view->owner = mp_incref(value);
    view->data = ((mp_bytes *)value)->data;
    view->size = ((mp_bytes *)value)->size;
    return true;
}

void mp_view_drop(mp_vm *vm, mp_view *view)
{
    mp_decref(vm, view->owner);
}

/* ---- bytes(...) ---- */

static bool bytes_item(mp_vm *vm, mp_value item, unsigned char *out)
{
    int64_t number;
    if (!mp_to_index(vm, item, &number))
        return false;
    if (number < 0 || number > 255)
        mp_raise(vm, MP_X_VALUE_ERROR, "bytes must be in range(0, 256)");
    *out = (unsigned char)number;
    return vm->raised == NULL;
}

static mp_value bytes_of_items(mp_vm *vm, mp_value iterable)
{
    mp_tuple *items = mp_to_tuple(vm, iterable);
    mp_value made = items != NULL ? mp_bytes_new(vm, NULL, items->count) : NULL;
    for (size_t i = 0; made != NULL && i < items->count; i++)
        if (!bytes_item(vm, items->items[i], &((mp_bytes *)made)->data[i]))
            mp_clear_slot(vm, &made);
    mp_xdecref(vm, mp_as_value(items));
    return made;
}

static mp_value bytes_of_count(mp_vm *vm, int64_t count)
{
    if (count >= 0 && (uint64_t)count < SIZE_MAX / 4)
        return mp_bytes_new(vm, NULL, (size_t)count);
    if (count < 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "negative count");
    else
        mp_raise_too_big(vm);
    return NULL;
}

static mp_value bytes_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value values[3];
    (void)type;
    if (!mp_bind(vm, args, "bytes", "|source encoding errors", values))
        return NULL;
    if (values[0] == NULL)
        return mp_bytes_new(vm, NULL, 0);
    if (mp_is_str(vm, values[0]) && values[1] != NULL)
        return mp_encode(vm, (mp_str *)values[0], values[1], values[2]);
    if (mp_is_str(vm, values[0]) || values[1] != NULL || values[2] != NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s",
                 mp_is_str(vm, values[0]) ? "string argument without an encoding"
                                          : "encoding without a string argument");
        return NULL;
    }
    if (mp_is(vm, values[0], MP_TYPE_BYTES))
        return mp_incref(values[0]);
    if (mp_is_int(vm, values[0]))
        return bytes_of_count(vm, mp_int_of(values[0]));
    return bytes_of_items(vm, values[0]);
}

/* ---- Looks ---- */

static void repr_byte(mp_builder *text, unsigned char byte, char quote)
{
    static const char hidden[] = "\t\n\r\\", letters[] = "tnr\\";
    const char *found = byte != '\0' ? strchr(hidden, byte) : NULL;
    char plain = (char)byte;
    if (found != NULL)
        mp_builder_printf(text, "\\%c", letters[found - hidden]);
    else if (plain == quote)
        mp_builder_printf(text, "\\%c", quote);
    else if (byte < ' ' || byte >= 0x7f)
        mp_builder_printf(text, "\\x%c%c", "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]);
    else
        mp_builder_add(text, &plain, 1);
}

static mp_value bytes_repr(mp_vm *vm, mp_value value)
{
    const mp_bytes *self = (const mp_bytes *)value;
    bool single = memchr(self->data, '\'', self->size) != NULL,
         twice = memchr(self->data, '"', self->size) != NULL;
    char quote = single && !twice ? '"' : '\'';
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "b%c", quote);
    for (size_t i = 0; i < self->size; i++)
        repr_byte(&text, self->data[i], quote);
    mp_builder_add(&text, &quote, 1);
    return mp_as_value(mp_builder_finish(&text));
}

/* ---- Operators ---- */

static mp_value bytes_concat(mp_vm *vm, mp_value a, mp_value b)
{
    if (!mp_is_bytes_like(vm, a) || !mp_is_bytes_like(vm, b)) {
        if (!mp_is_bytes_like(vm, a) || mp_has_dunder(vm, b, MP_S___arithmetic__))
            return mp_incref(vm->not_implemented);
        mp_raise(vm, MP_X_TYPE_ERROR, "can't concat %T to bytes", b);
        return NULL;
    }
    const mp_bytes *first = (const mp_bytes *)a, *second = (const mp_bytes *)b;
    mp_value both = mp_bytes_new(vm, NULL, first->size + second->size);
    if (both == NULL)
        return NULL;
    memcpy(((mp_bytes *)both)->data, first->data, first->size);
    memcpy(((mp_bytes *)both)->data + first->size, second->data, second->size);
    return both;
}

static mp_value bytes_repeat(mp_vm *vm, const mp_bytes *self, int64_t times)
{
    size_t size;
    if (times <= 0 || self->size == 0)
        return mp_bytes_new(vm, NULL, 0);
    if (__builtin_mul_overflow(self->size, (size_t)times, &size) || size > SIZE_MAX / 4) {
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "repeated bytes are too long");
        return NULL;
    }
    mp_value made = mp_bytes_new(vm, NULL, size);
    for (size_t at = 0; made != NULL && at < size; at += self->size)
        memcpy(((mp_bytes *)made)->data + at, self->data, self->size);
    return made;
}

static mp_value bytes_multiply(mp_vm *vm, mp_value a, mp_value b)
{
    mp_value times = mp_is_bytes_like(vm, a) ? b : a, self = times == b ? a : b;
    int64_t number;
    int index = mp_index_number(vm, times, &number);
    if (index > 0)
        return bytes_repeat(vm, (const mp_bytes *)self, number);
    if (index == 0 && mp_has_dunder(vm, times, MP_S___arithmetic__))
        return mp_incref(vm->not_implemented);
    if (index == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "can't multiply sequence by non-int of type '%T'", times);
    return NULL;
}

static mp_value bytes_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op == MP_OP_ADD)
        return bytes_concat(vm, a, b);
    return op == MP_OP_MUL ? bytes_multiply(vm, a, b) : mp_incref(vm->not_implemented);
}

static int bytes_order(const mp_bytes *a, const mp_bytes *b)
{
    int order = memcmp(a->data, b->data, a->size < b->size ? a->size : b->size);
    if (order != 0)
        return order;
    return a->size < b->size ? -1 : a->size > b->size;
}

static mp_value bytes_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is_bytes_like(vm, a) || !mp_is_bytes_like(vm, b))
        return mp_incref(vm->not_implemented);
    int order = bytes_order((const mp_bytes *)a, (const mp_bytes *)b);
    bool truth = op == MP_OP_EQ   ? order == 0
                 : op == MP_OP_NE ? order != 0
                 : op == MP_OP_LT ? order < 0
                 : op == MP_OP_LE ? order <= 0
                 : op == MP_OP_GT ? order > 0
                                  : order >= 0;
    return mp_bool_new(vm, truth);
}

/* FNV-1a */
static bool bytes_hash(mp_vm *vm, mp_value value, int64_t *out)
{
    mp_bytes *self = (mp_bytes *)value;
    uint64_t hash = 0xcbf29ce484222325u;
    (void)vm;
    for (size_t i = 0; self->hash == 0 && i < self->size; i++)
        hash = (hash ^ self->data[i]) * 0x100000001b3u;
    if (self->hash == 0)
        self->hash = hash != 0 ? hash : 1;
    *out = (int64_t)self->hash;
    return true;
}

/* ---- Items ---- */

static int bytes_truth(mp_vm *vm, mp_value self)
{
    (void)vm;
    return ((mp_bytes *)self)->size != 0;
}

static int64_t bytes_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)((mp_bytes *)self)->size;
}

static mp_value bytes_get_slice(mp_vm *vm, const mp_bytes *self, mp_slice *slice)
{
    int64_t start, step, count;
    if (!mp_slice_indices(vm, slice, (int64_t)self->size, &start, &step, &count))
        return NULL;
    if (step == 1)
        return mp_bytes_new(vm, self->data + start, count > 0 ? (size_t)count : 0);
    mp_value made = mp_bytes_new(vm, NULL, count > 0 ? (size_t)count : 0);
    for (int64_t i = 0; made != NULL && i < count; i++)
        ((mp_bytes *)made)->data[i] = self->data[start + i * step];
    return made;
}

static mp_value bytes_get_item(mp_vm *vm, mp_value value, mp_value key)
{
    const mp_bytes *self = (const mp_bytes *)value;
    int64_t index;
    if (mp_is(vm, key, MP_TYPE_SLICE))
        return bytes_get_slice(vm, self, (mp_slice *)key);
    int given = mp_index_number(vm, key, &index);
    if (given == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "byte indices must be integers or slices, not %T", key);
    if (given <= 0)
        return NULL;
    if (index < 0)
        index += (int64_t)self->size;
    if (index >= 0 && index < (int64_t)self->size)
        return mp_from_small(self->data[index]);
    mp_raise(vm, MP_X_INDEX_ERROR, "index out of range");
    return NULL;
}

static int bytes_contains(mp_vm *vm, mp_value value, mp_value item)
{
    const mp_bytes *self = (const mp_bytes *)value;
    unsigned char byte;
    if (mp_is_int(vm, item)) {
        int64_t number = mp_int_of(item);
        if (number < 0 || number > 255) {
            mp_raise(vm, MP_X_VALUE_ERROR, "byte must be in range(0, 256)");
            return -1;
        }
        byte = (unsigned char)number;
        return memchr(self->data, byte, self->size) != NULL;
    }
    mp_view view;
    if (!mp_view_get(vm, item, &view))
        return -1;
    size_t at = mp_find_first((const char *)self->data, self->size, view.data, view.size);
    mp_view_drop(vm, &view);
    return at != SIZE_MAX;
}

static const mp_slots bytes_slots = {
    .repr = bytes_repr,
    .hash = bytes_hash,
    .compare = bytes_compare,
    .truth = bytes_truth,
    .binary = bytes_binary,
    .length = bytes_length,
    .get_item = bytes_get_item,
    .contains = bytes_contains,
    .iter = mp_sequence_iterator_new,
    .make = bytes_make,
};

static const mp_type_def bytes_def = {
    .name = "bytes",
    .size = sizeof(mp_bytes),
    .slots = &bytes_slots,
    .methods = mp_bytes_methods,
};

bool mp_init_bytes(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_BYTES, &bytes_def);
}
