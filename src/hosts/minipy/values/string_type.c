/* string_type.c - the type str: operators, subscripts, and str(...).
 *
 * UTF-8 sorts as code points do, so comparison is by bytes.  + and * leave operands to other types where
 * those may know better; % is in string_percent.c.  str cannot be subclassed: its text lies behind its
 * head. */
#include <string.h>

#include "values/bytes.h"
#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* ---- Operators ---- */

static mp_value str_concat(mp_vm *vm, mp_str *a, mp_str *b)
{
    if (b->size == 0)
        return mp_str_itself(a);
    if (a->size == 0)
        return mp_str_itself(b);
    mp_str *both = mp_str_blank(vm, a->size + b->size, a->length + b->length);
    if (both == NULL)
        return NULL;
    memcpy(both->data, a->data, a->size);
    memcpy(both->data + a->size, b->data, b->size);
    return mp_as_value(both);
}

/* Each copy doubles what is there. */
static void str_fill_repeated(mp_str *out, size_t first)
{
    for (size_t filled = first; filled < out->size;) {
        size_t more = filled < out->size - filled ? filled : out->size - filled;
        memcpy(out->data + filled, out->data, more);
        filled += more;
    }
}

static mp_value str_repeat(mp_vm *vm, mp_str *str, int64_t times)
{
    if (times <= 0 || str->size == 0)
        return mp_as_value(mp_str_new(vm, "", 0));
    if (times == 1)
        return mp_str_itself(str);
    size_t size;
    if (__builtin_mul_overflow(str->size, (size_t)times, &size) || size > SIZE_MAX / 4) {
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "repeated string is too long");
        return NULL;
    }
    mp_str *out = mp_str_blank(vm, size, str->length * (size_t)times);
    if (out == NULL)
        return NULL;
    memcpy(out->data, str->data, str->size);
    str_fill_repeated(out, str->size);
    return mp_as_value(out);
}

static mp_value str_add(mp_vm *vm, mp_value a, mp_value b)
{
    if (mp_is_str(vm, a) && mp_is_str(vm, b))
        return str_concat(vm, (mp_str *)a, (mp_str *)b);
    if (!mp_is_str(vm, a) || mp_has_dunder(vm, b, MP_S___arithmetic__))
        return mp_not_implemented(vm);
    mp_raise(vm, MP_X_TYPE_ERROR, "can only concatenate str (not \"%T\") to str", b);
    return NULL;
}

static mp_value str_multiply(mp_vm *vm, mp_value a, mp_value b)
{
    mp_value times = mp_is_str(vm, a) ? b : a, str = times == b ? a : b;
    if (mp_is_int(vm, times))
        return str_repeat(vm, (mp_str *)str, mp_int_of(times));
    int64_t number;
    if (mp_has_dunder(vm, times, MP_S___index__))
        return mp_to_index(vm, times, &number) ? str_repeat(vm, (mp_str *)str, number) : NULL;
    if (mp_has_dunder(vm, times, MP_S___arithmetic__))
        return mp_not_implemented(vm);
    mp_raise(vm, MP_X_TYPE_ERROR, "can't multiply sequence by non-int of type '%T'", times);
    return NULL;
}

static mp_value str_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op == MP_OP_ADD)
        return str_add(vm, a, b);
    if (op == MP_OP_MUL)
        return str_multiply(vm, a, b);
    if (op == MP_OP_MOD && mp_is_str(vm, a))
        return mp_str_percent(vm, (mp_str *)a, b);
    return mp_not_implemented(vm);
}

static int str_order(const mp_str *a, const mp_str *b)
{
    size_t common = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->data, b->data, common);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return a->size < b->size ? -1 : a->size > b->size;
}

static mp_value str_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is_str(vm, a) || !mp_is_str(vm, b))
        return mp_not_implemented(vm);
    if (op == MP_OP_EQ || op == MP_OP_NE)
        return mp_bool_new(vm, mp_str_equal((mp_str *)a, (mp_str *)b) == (op == MP_OP_EQ));
    int order = str_order((mp_str *)a, (mp_str *)b);
    bool truth = op == MP_OP_LT   ? order < 0
                 : op == MP_OP_LE ? order <= 0
                 : op == MP_OP_GT ? order > 0
                                  : order >= 0;
    return mp_bool_new(vm, truth);
}

/* ---- Subscripts ---- */

static mp_value str_get_index(mp_vm *vm, mp_str *str, int64_t index)
{
    int64_t length = (int64_t)str->length;
    if (index < 0)
        index += length;
    if (index < 0 || index >= length) {
        mp_raise(vm, MP_X_INDEX_ERROR, "string index out of range");
        return NULL;
    }
    size_t offset = mp_str_offset(str, (size_t)index);
    return mp_as_value(mp_str_new(vm, str->data + offset, mp_utf8_size(str->data[offset])));
}

/* One character after the other, in steps through the text in either direction. */
static mp_value str_pick(mp_vm *vm, const mp_str *str, int64_t start, int64_t step, int64_t count)
{
    mp_builder builder;
    mp_builder_init(&builder, vm);
    size_t at = mp_str_offset(str, (size_t)start);
    for (int64_t taken = 0; taken < count; taken++) {
        mp_builder_add(&builder, str->data + at, mp_utf8_size(str->data[at]));
        if (taken + 1 == count)
            break;
        for (int64_t i = 0; i < step; i++)
            at += mp_utf8_size(str->data[at]);
        for (int64_t i = 0; i > step; i--)
            do
                at--;
            while (mp_utf8_continues(str->data[at]));
    }
    return mp_as_value(mp_builder_finish(&builder));
}

static mp_value str_get_slice(mp_vm *vm, mp_str *str, mp_slice *slice)
{
    int64_t start, step, count;
    if (!mp_slice_indices(vm, slice, (int64_t)str->length, &start, &step, &count))
        return NULL;
    if (count <= 0)
        return mp_as_value(mp_str_new(vm, "", 0));
    if (step != 1)
        return str_pick(vm, str, start, step, count);
    size_t from = mp_str_offset(str, (size_t)start);
    return mp_as_value(mp_str_part(vm, str, from, mp_str_offset(str, (size_t)(start + count))));
}

static mp_value str_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    if (mp_is_int(vm, key))
        return str_get_index(vm, (mp_str *)self, mp_int_of(key));
    if (mp_is(vm, key, MP_TYPE_SLICE))
        return str_get_slice(vm, (mp_str *)self, (mp_slice *)key);
    int64_t index;
    if (mp_has_dunder(vm, key, MP_S___index__))
        return mp_to_index(vm, key, &index) ? str_get_index(vm, (mp_str *)self, index) : NULL;
    mp_raise(vm, MP_X_TYPE_ERROR, "string indices must be integers, not '%T'", key);
    return NULL;
}

static int str_contains(mp_vm *vm, mp_value self, mp_value item)
{
    if (!mp_is_str(vm, item)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'in <string>' requires string as left operand, not %T", item);
        return -1;
    }
    mp_str *whole = (mp_str *)self, *piece = (mp_str *)item;
    return mp_find_first(whole->data, whole->size, piece->data, piece->size) != SIZE_MAX;
}

/* ---- The other slots ---- */

static mp_value str_str(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

static bool str_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    (void)vm;
    *out = (int64_t)mp_str_hash((mp_str *)self);
    return true;
}

static int str_truth(mp_vm *vm, mp_value self)
{
    (void)vm;
    return ((mp_str *)self)->size != 0;
}

static int64_t str_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)((mp_str *)self)->length;
}

static mp_value str_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type; /* nothing can be derived from str */
    mp_value values[3] = {NULL, NULL, NULL};
    if (!mp_bind(vm, args, "str", "|object encoding errors", values))
        return NULL;
    if (values[1] == NULL && values[2] == NULL)
        return values[0] == NULL ? mp_as_value(mp_str_new(vm, "", 0)) : mp_to_str(vm, values[0]);
    mp_view view;
    if (values[0] != NULL && mp_is_bytes_like(vm, values[0]) && mp_view_get(vm, values[0], &view)) {
        mp_value text = mp_decode(vm, &view, values[1], values[2]);
        mp_view_drop(vm, &view);
        return text;
    }
    if (values[0] == NULL || mp_is_str(vm, values[0]))
        mp_raise(vm, MP_X_TYPE_ERROR, "decoding str is not supported");
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "decoding to str: need a bytes-like object, %T found", values[0]);
    return NULL;
}

static const mp_slots str_slots = {
    .repr = mp_str_repr,
    .str = str_str,
    .format = mp_str_format,
    .hash = str_hash,
    .compare = str_compare,
    .truth = str_truth,
    .binary = str_binary,
    .length = str_length,
    .get_item = str_get_item,
    .contains = str_contains,
    .iter = mp_str_iter,
    .make = str_make,
};

static const mp_getset str_getsets[] = {{NULL, NULL, NULL}};

const mp_type_def mp_str_def = {
    .name = "str",
    .size = sizeof(mp_str),
    .slots = &str_slots,
    .methods = mp_str_methods,
    .getsets = str_getsets,
};
