/* iterators.c - the iterators by position, and reversed.
 *
 * Mirrors    listiterobject, tupleiterobject, reversedobject.
 * Idea       Most iterators are an mp_walker: a source, a position, perhaps a function.  The types differ in
 *            their names and in next.
 * Holds      An iterator by position looks at the length each time, so a list may change under it.  At the
 *            end it drops its source, and stays at its end if the list grows.
 * Tests      difftests/scenarios/language: builtin_iter_next.py */
#include "values/containers_impl.h"

/* ---- Walkers ---- */

mp_value mp_walker_new(mp_vm *vm, mp_type_index type, mp_value source, mp_value function, int64_t at)
{
    mp_walker *walker = (mp_walker *)mp_new(vm, vm->types[type], 0);
    if (walker == NULL)
        return NULL;
    walker->source = mp_incref(source);
    walker->function = function != NULL ? mp_incref(function) : NULL;
    walker->at = at;
    return mp_as_value(walker);
}

int mp_walker_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_walker *walker = (mp_walker *)self;
    int stop = walker->source != NULL ? visit(walker->source, data) : 0;
    if (stop == 0 && walker->function != NULL)
        stop = visit(walker->function, data);
    return stop;
}

void mp_walker_end(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    mp_value source = walker->source, function = walker->function;
    walker->source = walker->function = NULL;
    mp_xdecref(vm, source);
    mp_xdecref(vm, function);
}

bool mp_walker_type(mp_vm *vm, mp_type_index index, const char *name,
                    mp_value (*next)(mp_vm *vm, mp_value self),
                    mp_value (*make)(mp_vm *vm, mp_type *type, mp_args *args))
{
    const mp_slots slots = {
        .visit = mp_walker_visit,
        .clear = mp_walker_end,
        .iter = mp_self_iter,
        .next = next,
        .make = make,
    };
    const mp_type_def def = {.name = name, .size = sizeof(mp_walker), .flags = MP_T_GC, .slots = &slots};
    return mp_container_type(vm, index, &def);
}

/* ---- By position ---- */

mp_value mp_index_iter_new(mp_vm *vm, mp_value sequence)
{
    if (mp_is(vm, sequence, MP_TYPE_LIST))
        return mp_walker_new(vm, MP_TYPE_LIST_ITERATOR, sequence, NULL, 0);
    if (mp_is(vm, sequence, MP_TYPE_TUPLE))
        return mp_walker_new(vm, MP_TYPE_TUPLE_ITERATOR, sequence, NULL, 0);
    mp_range *range = (mp_range *)sequence;
    return mp_range_iter_new(vm, range->start, range->step, range->count);
}

static mp_value list_iter_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    mp_list *list = (mp_list *)walker->source;
    if (list == NULL)
        return NULL;
    if ((size_t)walker->at < list->count)
        return mp_incref(list->items[walker->at++]);
    mp_walker_end(vm, self);
    return NULL;
}

static mp_value tuple_iter_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    mp_tuple *tuple = (mp_tuple *)walker->source;
    if (tuple == NULL)
        return NULL;
    if ((size_t)walker->at < tuple->count)
        return mp_incref(tuple->items[walker->at++]);
    mp_walker_end(vm, self);
    return NULL;
}

static mp_value list_back_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    mp_list *list = (mp_list *)walker->source;
    if (list == NULL)
        return NULL;
    if (walker->at > 0 && (size_t)walker->at <= list->count)
        return mp_incref(list->items[--walker->at]);
    mp_walker_end(vm, self);
    return NULL;
}

/* ---- reversed ---- */

/* Any sequence from its end, by number. */
static mp_value reversed_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    if (walker->source == NULL)
        return NULL;
    mp_value number = walker->at > 0 ? mp_int_new(vm, --walker->at) : NULL;
    mp_value item = number != NULL ? mp_get_item(vm, walker->source, number) : NULL;
    mp_xdecref(vm, number);
    if (item != NULL)
        return item;
    if (vm->raised != NULL && !mp_raised_is(vm, MP_X_INDEX_ERROR))
        return NULL;
    if (vm->raised != NULL)
        mp_decref(vm, mp_take_raised(vm));
    mp_walker_end(vm, self);
    return NULL;
}

static mp_value reversed_range(mp_vm *vm, const mp_range *range)
{
    uint64_t last = (uint64_t)range->start + (uint64_t)range->step * ((uint64_t)range->count - 1);
    return mp_range_iter_new(vm, (int64_t)last, (int64_t)(0 - (uint64_t)range->step), range->count);
}

static mp_value reversed_dict(mp_vm *vm, mp_value value)
{
    if (mp_is(vm, value, MP_TYPE_DICT))
        return mp_dict_iter_new(vm, (mp_dict *)value, MP_VIEW_KEYS, true);
    return mp_dict_view_reversed(vm, value);
}

static bool reversed_knows_dict(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_DICT) || mp_is(vm, value, MP_TYPE_DICT_KEYS) ||
           mp_is(vm, value, MP_TYPE_DICT_VALUES) || mp_is(vm, value, MP_TYPE_DICT_ITEMS);
}

/* With items by number and a length, by C or by methods of the program. */
static bool reversed_is_sequence(mp_vm *vm, mp_value value)
{
    const mp_slots *slots = &mp_type_of(vm, value)->slots;
    return (slots->get_item != NULL || mp_has_dunder(vm, value, MP_S___getitem__)) &&
           (slots->length != NULL || mp_has_dunder(vm, value, MP_S___len__));
}

mp_value mp_reversed(mp_vm *vm, mp_value value)
{
    if (mp_has_dunder(vm, value, MP_S___reversed__))
        return mp_call_method(vm, value, vm->names[MP_S___reversed__], NULL, 0);
    if (mp_is(vm, value, MP_TYPE_LIST))
        return mp_walker_new(vm, MP_TYPE_LIST_REVERSE_ITERATOR, value, NULL,
                             (int64_t)((mp_list *)value)->count);
    if (mp_is(vm, value, MP_TYPE_RANGE))
        return reversed_range(vm, (mp_range *)value);
    if (reversed_knows_dict(vm, value))
        return reversed_dict(vm, value);
    if (!reversed_is_sequence(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not reversible", value);
        return NULL;
    }
    int64_t length = mp_length(vm, value);
    return length >= 0 ? mp_walker_new(vm, MP_TYPE_REVERSED, value, NULL, length) : NULL;
}

static mp_value reversed_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (!mp_no_names(vm, args, "reversed") || !mp_positional(vm, args, "reversed", 1, 1))
        return NULL;
    return mp_reversed(vm, args->values[0]);
}

bool mp_init_iterators(mp_vm *vm)
{
    return mp_walker_type(vm, MP_TYPE_LIST_ITERATOR, "list_iterator", list_iter_next, NULL) &&
           mp_walker_type(vm, MP_TYPE_LIST_REVERSE_ITERATOR, "list_reverseiterator", list_back_next, NULL) &&
           mp_walker_type(vm, MP_TYPE_TUPLE_ITERATOR, "tuple_iterator", tuple_iter_next, NULL) &&
           mp_walker_type(vm, MP_TYPE_REVERSED, "reversed", reversed_next, reversed_make);
}
