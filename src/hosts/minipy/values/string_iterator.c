/* string_iterator.c - the iterator over the characters of a string: a place in its bytes. */
#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

typedef struct str_iterator {
    mp_object head;
    mp_str *str; /* owned; NULL: it has ended */
    size_t at;
} str_iterator;

mp_value mp_str_iter(mp_vm *vm, mp_value self)
{
    str_iterator *iterator = (str_iterator *)mp_new(vm, vm->types[MP_TYPE_STR_ITERATOR], 0);
    if (iterator != NULL)
        iterator->str = (mp_str *)mp_incref(self);
    return mp_as_value(iterator);
}

static mp_value str_iterator_next(mp_vm *vm, mp_value self)
{
    str_iterator *iterator = (str_iterator *)self;
    mp_str *str = iterator->str;
    if (str == NULL)
        return NULL;
    if (iterator->at == str->size) {
        iterator->str = NULL;
        mp_decref(vm, mp_as_value(str));
        return NULL;
    }
    const char *data = str->data + iterator->at;
    iterator->at += mp_utf8_size(*data);
    return mp_as_value(mp_str_new(vm, data, mp_utf8_size(*data)));
}

static void str_iterator_clear(mp_vm *vm, mp_value self)
{
    mp_str *str = ((str_iterator *)self)->str;
    ((str_iterator *)self)->str = NULL;
    mp_xdecref(vm, mp_as_value(str));
}

static const mp_slots str_iterator_slots = {
    .clear = str_iterator_clear,
    .iter = mp_self_iter,
    .next = str_iterator_next,
};

static const mp_method str_iterator_methods[] = {{NULL, NULL, 0}};
static const mp_getset str_iterator_getsets[] = {{NULL, NULL, NULL}};

/* It owns a string alone, and so cannot be part of a cycle. */
const mp_type_def mp_str_iterator_def = {
    .name = "str_iterator",
    .size = sizeof(str_iterator),
    .slots = &str_iterator_slots,
    .methods = str_iterator_methods,
    .getsets = str_iterator_getsets,
};
