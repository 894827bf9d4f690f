/* string_translate.c - str.translate and str.maketrans: characters by a table.
 *
 * A table maps code points (ints) to an int, a string or None; asking it may run code of the program. */
#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* Adds what the table has for a character; false: raised. */
static bool translate_add(mp_builder *builder, mp_value found)
{
    mp_vm *vm = builder->vm;
    char text[4];
    if (found == vm->none)
        return true;
    if (mp_is_str(vm, found)) {
        mp_builder_str(builder, (mp_str *)found);
        return true;
    }
    if (!mp_is_int(vm, found)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "character mapping must return integer, None or str");
        return false;
    }
    int64_t point = mp_int_of(found);
    if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
        mp_raise(vm, MP_X_VALUE_ERROR, "character mapping must be in range(0x110000)");
        return false;
    }
    mp_builder_add(builder, text, mp_utf8_encode((uint32_t)point, text));
    return true;
}

/* table[point]; NULL without an exception: it has none, the character stays. */
static mp_value translate_look(mp_vm *vm, mp_value table, uint32_t point)
{
    mp_value found = mp_get_item(vm, table, mp_from_small(point));
    if (found == NULL && mp_raised_is(vm, MP_X_LOOKUP_ERROR))
        mp_decref(vm, mp_take_raised(vm));
    return found;
}

mp_value mp_str_translate(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "str.translate", MP_SELF, 1))
        return NULL;
    const mp_str *str = mp_self_str(args);
    mp_builder builder;
    mp_builder_init(&builder, vm);
    for (size_t at = 0, size; at < str->size; at += size) {
        mp_value found = translate_look(vm, args->values[1], mp_utf8_decode(str->data + at, &size));
        bool good = vm->raised == NULL;
        if (found != NULL) {
            good = translate_add(&builder, found);
            mp_decref(vm, found);
        } else if (good)
            mp_builder_add(&builder, str->data + at, size);
        if (!good) {
            mp_builder_drop(&builder);
            return NULL;
        }
    }
    return mp_as_value(mp_builder_finish(&builder));
}

/* ---- maketrans ---- */

/* Characters of one string to those of another of the same length; to NULL: to None. */
static bool maketrans_pairs(mp_vm *vm, mp_dict *table, const mp_str *from, const mp_str *to)
{
    size_t size, to_size, to_at = 0;
    for (size_t at = 0; at < from->size; at += size) {
        mp_value key = mp_from_small(mp_utf8_decode(from->data + at, &size)), value = vm->none;
        if (to != NULL) {
            value = mp_from_small(mp_utf8_decode(to->data + to_at, &to_size));
            to_at += to_size;
        }
        if (!mp_dict_set(vm, table, key, value))
            return false;
    }
    return true;
}

static bool maketrans_strings(mp_vm *vm, mp_dict *table, const mp_args *args)
{
    for (size_t i = 0; i < args->count; i++)
        if (!mp_is_str(vm, args->values[i])) {
            mp_raise(vm, MP_X_TYPE_ERROR, "maketrans() argument %zu must be str, not %T", i + 1,
                     args->values[i]);
            return false;
        }
    const mp_str *from = (mp_str *)args->values[0], *to = (mp_str *)args->values[1];
    if (from->length != to->length) {
        mp_raise(vm, MP_X_VALUE_ERROR, "the first two maketrans arguments must have equal length");
        return false;
    }
    if (!maketrans_pairs(vm, table, from, to))
        return false;
    return args->count < 3 || maketrans_pairs(vm, table, (mp_str *)args->values[2], NULL);
}

/* One entry of a dict: the key may be a character or a code point. */
static bool maketrans_entry(mp_vm *vm, mp_dict *table, mp_value key, mp_value value)
{
    size_t size;
    if (mp_is_int(vm, key))
        return mp_dict_set(vm, table, mp_from_small(mp_int_of(key)), value); /* a plain int: nothing runs */
    if (!mp_is_str(vm, key))
        mp_raise(vm, MP_X_TYPE_ERROR, "keys in translate table must be strings or integers");
    else if (((mp_str *)key)->length != 1)
        mp_raise(vm, MP_X_VALUE_ERROR, "string keys in translate table must be of length 1");
    else
        return mp_dict_set(vm, table, mp_from_small(mp_utf8_decode(((mp_str *)key)->data, &size)), value);
    return false;
}

static bool maketrans_dict(mp_vm *vm, mp_dict *table, mp_value source)
{
    if (!mp_is(vm, source, MP_TYPE_DICT)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "if you give only one argument to maketrans it must be a dict");
        return false;
    }
    size_t position = 0;
    mp_value key, value;
    while (mp_dict_next((mp_dict *)source, &position, &key, &value))
        if (!maketrans_entry(vm, table, key, value))
            return false;
    return true;
}

mp_value mp_str_maketrans(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "maketrans", 1, 3))
        return NULL;
    mp_dict *table = mp_dict_new(vm);
    if (table == NULL)
        return NULL;
    bool good = args->count == 1 ? maketrans_dict(vm, table, args->values[0])
                                 : maketrans_strings(vm, table, args);
    if (good)
        return mp_as_value(table);
    mp_decref(vm, mp_as_value(table));
    return NULL;
}
