/* sequence_iterator.c - iterating over an object of the program that has __getitem__ and no __iter__: its
 * items 0, 1, 2, ... until IndexError. */
#include "objects/types_impl.h"

typedef struct mp_sequence_iterator {
    mp_object head;
    mp_value sequence; /* NULL: at its end */
    int64_t next;
} mp_sequence_iterator;

mp_value mp_sequence_iterator_new(mp_vm *vm, mp_value sequence)
{
    mp_sequence_iterator *iterator = (mp_sequence_iterator *)mp_new(vm, vm->types[MP_TYPE_SEQUENCE_ITERATOR],
                                                                    0);
    if (iterator != NULL)
        iterator->sequence = mp_incref(sequence);
    return mp_as_value(iterator);
}

static int sequence_iterator_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_show(((mp_sequence_iterator *)self)->sequence, visit, data);
}

static void sequence_iterator_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_sequence_iterator *)self)->sequence);
}

static mp_value sequence_iterator_iter(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

static mp_value sequence_iterator_next(mp_vm *vm, mp_value self)
{
    mp_sequence_iterator *iterator = (mp_sequence_iterator *)self;
    if (iterator->sequence == NULL)
        return NULL;
    mp_value sequence = mp_incref(iterator->sequence);
    mp_value index = mp_int_new(vm, iterator->next);
    mp_value item = index == NULL ? NULL : mp_get_item(vm, sequence, index);
    mp_xdecref(vm, index);
    mp_decref(vm, sequence);
    if (item != NULL) {
        iterator->next++;
        return item;
    }
    if (mp_raised_is(vm, MP_X_INDEX_ERROR) || mp_raised_is(vm, MP_X_STOP_ITERATION)) {
        mp_clear_slot(vm, &vm->raised);
        mp_clear_slot(vm, &iterator->sequence);
    }
    return NULL;
}

static const mp_slots sequence_iterator_slots = {
    .visit = sequence_iterator_visit,
    .clear = sequence_iterator_clear,
    .iter = sequence_iterator_iter,
    .next = sequence_iterator_next,
};

const mp_type_def mp_sequence_iterator_def = {
    .name = "iterator",
    .size = sizeof(mp_sequence_iterator),
    .flags = MP_T_GC,
    .slots = &sequence_iterator_slots,
};
