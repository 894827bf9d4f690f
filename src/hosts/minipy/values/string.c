/* string.c - strings: how they are made, compared, hashed and interned.
 *
 * A string is UTF-8 with its size and its number of code points: where they are equal it is ASCII, and places
 * need no counting.  "" and the strings of one ASCII character exist once.  Names are interned: one object
 * for each text, which the table vm->interned keeps for the life of the machine, so that C code and dicts may
 * compare them by address first.
 *
 * Nothing here runs code of the program. */
#include <string.h>

#include "values/string_impl.h"
#include "values/unicode.h"

mp_str *mp_str_blank(mp_vm *vm, size_t size, size_t length)
{
    mp_str *str = (mp_str *)mp_new(vm, vm->types[MP_TYPE_STR], size + 1);
    if (str == NULL)
        return NULL;
    str->size = size;
    str->length = length;
    return str;
}

static mp_str *str_copy(mp_vm *vm, const char *data, size_t size)
{
    mp_str *str = mp_str_blank(vm, size, mp_utf8_length(data, size));
    if (str != NULL && size != 0)
        memcpy(str->data, data, size);
    return str;
}

/* The only string of its text: *kept, made when it is asked for first. */
static mp_str *str_kept(mp_vm *vm, mp_str **kept, const char *data, size_t size)
{
    if (*kept == NULL)
        *kept = str_copy(vm, data, size);
    if (*kept != NULL)
        mp_incref(mp_as_value(*kept));
    return *kept;
}

mp_str *mp_str_new(mp_vm *vm, const char *data, size_t size)
{
    if (size == 0)
        return str_kept(vm, &vm->empty, "", 0);
    if (size == 1)
        return str_kept(vm, &vm->characters[data[0] & 0x7f], data, 1);
    return str_copy(vm, data, size);
}

mp_str *mp_str_from(mp_vm *vm, const char *text)
{
    return mp_str_new(vm, text, strlen(text));
}

mp_str *mp_str_part(mp_vm *vm, mp_str *str, size_t start, size_t stop)
{
    if (start == 0 && stop == str->size)
        return (mp_str *)mp_str_itself(str);
    return mp_str_new(vm, str->data + start, stop - start);
}

/* ---- Interning ---- */

mp_str *mp_str_intern(mp_vm *vm, const char *data, size_t size)
{
    if (vm->interned == NULL && (vm->interned = mp_dict_new(vm)) == NULL)
        return NULL;
    mp_str *str = mp_str_new(vm, data, size);
    if (str == NULL || str->interned)
        return str;
    mp_value known = mp_dict_get_str(vm->interned, str);
    if (known != NULL) {
        mp_incref(known);
        mp_decref(vm, mp_as_value(str));
        return (mp_str *)known;
    }
    if (!mp_dict_set(vm, vm->interned, mp_as_value(str), mp_as_value(str))) {
        mp_decref(vm, mp_as_value(str));
        return NULL;
    }
    str->interned = true;
    return str;
}

/* ---- Hash and equality ---- */

/* FNV-1a, and a last mixing for tables that use the low bits. */
uint64_t mp_str_hash(mp_str *str)
{
    if (str->hash != 0)
        return str->hash;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < str->size; i++)
        hash = (hash ^ (unsigned char)str->data[i]) * 0x100000001b3u;
    hash ^= hash >> 32;
    str->hash = hash == 0 ? 1 : hash;
    return str->hash;
}

bool mp_str_equal(const mp_str *a, const mp_str *b)
{
    if (a == b)
        return true;
    if (a->size != b->size || (a->interned && b->interned))
        return false;
    if (a->hash != 0 && b->hash != 0 && a->hash != b->hash)
        return false;
    return memcmp(a->data, b->data, a->size) == 0;
}

bool mp_str_is(const mp_str *str, const char *text)
{
    size_t size = strlen(text);
    return str->size == size && memcmp(str->data, text, size) == 0;
}

bool mp_is_str(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_STR);
}

/* ---- Places ---- */

size_t mp_str_offset(const mp_str *str, size_t index)
{
    if (str->size == str->length || index >= str->length)
        return index < str->length ? index : str->size;
    return mp_utf8_offset(str->data, str->size, index);
}

int64_t mp_str_index(const mp_str *str, size_t offset)
{
    if (str->size == str->length)
        return (int64_t)offset;
    return (int64_t)mp_utf8_length(str->data, offset);
}

mp_str *mp_str_argument(mp_vm *vm, const mp_args *args, size_t n, const char *method)
{
    mp_value value = args->values[n];
    if (mp_is_str(vm, value))
        return (mp_str *)value;
    if (value == vm->none)
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() argument %zu must be str, not None", method, n);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() argument %zu must be str, not %T", method, n, value);
    return NULL;
}

/* ---- Setting up ---- */

/* mp_init_types has made the type str already. */
bool mp_init_strings(mp_vm *vm)
{
    vm->types[MP_TYPE_STR_ITERATOR] = mp_type_new(vm, &mp_str_iterator_def, NULL);
    if (vm->types[MP_TYPE_STR_ITERATOR] == NULL)
        return false;
    mp_str *empty = mp_str_new(vm, "", 0); /* vm->empty is there from now on */
    mp_xdecref(vm, mp_as_value(empty));
    return empty != NULL;
}
