/* list.c - lists: their storage, and what operators do with them.
 *
 * Mirrors    Objects/listobject.c.
 * Idea       Items in one block that grows by a quarter and some, so that n appends cost O(n).
 * Holds      items[0 .. count) are never NULL.  A list is changed completely before anything that was in it
 *            is dropped, since dropping may run code that looks at the list.
 * Re-enters  Dropping, comparing and showing items.
 * Tests      difftests/scenarios/language: list_*.py, slices_steps.py */
#include "values/containers_impl.h"

enum { LIST_FIRST_ROOM = 3 };

static mp_list *list_of_type(mp_vm *vm, mp_type *type, size_t room)
{
    mp_list *list = (mp_list *)mp_new(vm, type, 0);
    if (list == NULL || mp_list_reserve(vm, list, room))
        return list;
    mp_decref(vm, mp_as_value(list));
    return NULL;
}

mp_list *mp_list_new(mp_vm *vm, size_t room)
{
    return list_of_type(vm, vm->types[MP_TYPE_LIST], room);
}

/* An empty list gets what is asked for, another a quarter more than it had at least. */
bool mp_list_reserve(mp_vm *vm, mp_list *list, size_t room)
{
    if (room <= list->room)
        return true;
    size_t usual = list->room + (list->room >> 2) + LIST_FIRST_ROOM;
    if (list->count > 0 && room < usual)
        room = usual;
    if (room > SIZE_MAX / sizeof(mp_value) / 4) {
        mp_raise_too_big(vm);
        return false;
    }
    size_t size = list->room * sizeof(mp_value);
    mp_value *grown = mp_resize(vm, list->items, size, room * sizeof(mp_value));
    if (grown == NULL)
        return false;
    list->items = grown;
    list->room = room;
    return true;
}

bool mp_list_append(mp_vm *vm, mp_list *list, mp_value item)
{
    if (list->count == list->room && !mp_list_reserve(vm, list, list->count + 1))
        return false;
    list->items[list->count++] = mp_incref(item);
    return true;
}

/* A list may be extended by itself: its count is read once, its items after they have been moved. */
static bool list_extend_items(mp_vm *vm, mp_list *list, mp_value sequence)
{
    mp_value *items;
    size_t count = mp_items_of(vm, sequence, &items);
    if (!mp_list_reserve(vm, list, list->count + count))
        return false;
    mp_items_of(vm, sequence, &items);
    for (size_t i = 0; i < count; i++)
        list->items[list->count++] = mp_incref(items[i]);
    return true;
}

bool mp_list_extend(mp_vm *vm, mp_list *list, mp_value iterable)
{
    if (mp_is_exactly(vm, iterable, MP_TYPE_LIST) || mp_is_exactly(vm, iterable, MP_TYPE_TUPLE))
        return list_extend_items(vm, list, iterable);
    mp_value iterator = mp_iter(vm, iterable);
    if (iterator == NULL)
        return false;
    bool done = true;
    for (mp_value item; done && (item = mp_next(vm, iterator)) != NULL;) {
        done = mp_list_append(vm, list, item);
        mp_decref(vm, item);
    }
    mp_decref(vm, iterator);
    return vm->raised == NULL;
}

mp_list *mp_to_list(mp_vm *vm, mp_value iterable)
{
    mp_list *list = mp_list_new(vm, 0);
    if (list == NULL || mp_list_extend(vm, list, iterable))
        return list;
    mp_decref(vm, mp_as_value(list));
    return NULL;
}

/* ---- Life: the last item first, as in CPython, where the order can be seen by finalizers ---- */

static int list_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_list *list = (mp_list *)self;
    for (size_t i = list->count; i > 0; i--) {
        int stop = visit(list->items[i - 1], data);
        if (stop != 0)
            return stop;
    }
    return 0;
}

void mp_list_empty(mp_vm *vm, mp_value self)
{
    mp_list *list = (mp_list *)self;
    mp_value *items = list->items;
    size_t count = list->count, room = list->room;
    list->items = NULL;
    list->count = list->room = 0;
    while (count > 0)
        mp_decref(vm, items[--count]);
    if (items != NULL)
        mp_release(vm, items, room * sizeof(mp_value));
}

/* list(iterable): a class of the program that has an __init__ of its own passes on to ours what it likes. */
static bool list_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (!mp_no_names(vm, args, "list") || !mp_positional(vm, args, "list", 0, 1))
        return false;
    mp_list_empty(vm, self);
    return args->count == 0 || mp_list_extend(vm, (mp_list *)self, args->values[0]);
}

static mp_value list_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value list = mp_as_value(list_of_type(vm, type, 0));
    if (list == NULL || mp_has_dunder(vm, list, MP_S___init__) || list_init(vm, list, args))
        return list;
    mp_decref(vm, list);
    return NULL;
}

/* ---- What lists do ---- */

static mp_value list_repr(mp_vm *vm, mp_value self)
{
    return mp_sequence_repr(vm, self, "[", "]");
}

static mp_value list_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is(vm, a, MP_TYPE_LIST) || !mp_is(vm, b, MP_TYPE_LIST))
        return mp_not_implemented(vm);
    return mp_sequence_compare(vm, op, a, b);
}

static int64_t list_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)((mp_list *)self)->count;
}

static mp_value list_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    size_t place;
    int is_number = mp_sequence_place(vm, key, self, "list index", &place);
    if (is_number == 0)
        return mp_list_get_slice(vm, (mp_list *)self, (mp_slice *)key);
    return is_number < 0 ? NULL : mp_incref(((mp_list *)self)->items[place]);
}

static bool list_set_item(mp_vm *vm, mp_value self, mp_value key, mp_value value)
{
    size_t place;
    mp_list *list = (mp_list *)self;
    int is_number = mp_sequence_place(vm, key, self, "list assignment index", &place);
    if (is_number == 0)
        return mp_list_set_slice(vm, list, (mp_slice *)key, value);
    if (is_number < 0)
        return false;
    if (value == NULL)
        return mp_list_splice(vm, list, place, place + 1, NULL, 0);
    mp_set_slot(vm, &list->items[place], mp_incref(value));
    return true;
}

static mp_value list_iter(mp_vm *vm, mp_value self)
{
    return mp_index_iter_new(vm, self);
}

static mp_value list_add(mp_vm *vm, mp_list *a, mp_value b)
{
    if (!mp_is(vm, b, MP_TYPE_LIST))
        return mp_sequence_no_concat(vm, mp_as_value(a), b);
    mp_list *sum = mp_list_new(vm, a->count + ((mp_list *)b)->count);
    if (sum == NULL)
        return NULL;
    if (list_extend_items(vm, sum, mp_as_value(a)) && list_extend_items(vm, sum, b))
        return mp_as_value(sum);
    mp_decref(vm, mp_as_value(sum));
    return NULL;
}

/* Appends the first 'count' items 'repeats' times. */
static bool list_repeat(mp_vm *vm, mp_list *list, mp_value *const *items, size_t count, size_t repeats)
{
    if (!mp_list_reserve(vm, list, list->count + count * repeats))
        return false;
    for (size_t i = 0; i < count * repeats; i++)
        list->items[list->count++] = mp_incref((*items)[i % count]);
    return true;
}

static mp_value list_times(mp_vm *vm, mp_list *list, mp_value times)
{
    size_t repeats = 0;
    int known = mp_sequence_times(vm, mp_as_value(list), times, &repeats);
    if (known <= 0)
        return known == 0 ? mp_not_implemented(vm) : NULL;
    mp_list *product = mp_list_new(vm, 0);
    if (product == NULL || list_repeat(vm, product, &list->items, list->count, repeats))
        return mp_as_value(product);
    mp_decref(vm, mp_as_value(product));
    return NULL;
}

static mp_value list_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    bool left = mp_is(vm, a, MP_TYPE_LIST);
    if (op == MP_OP_ADD && left)
        return list_add(vm, (mp_list *)a, b);
    if (op == MP_OP_MUL)
        return left ? list_times(vm, (mp_list *)a, b) : list_times(vm, (mp_list *)b, a);
    return mp_not_implemented(vm);
}

static mp_value list_inplace_times(mp_vm *vm, mp_list *list, mp_value times)
{
    size_t repeats = 0;
    int known = mp_sequence_times(vm, mp_as_value(list), times, &repeats);
    if (known <= 0)
        return known == 0 ? mp_not_implemented(vm) : NULL;
    if (repeats == 0)
        mp_list_empty(vm, mp_as_value(list));
    else if (!list_repeat(vm, list, &list->items, list->count, repeats - 1))
        return NULL;
    return mp_incref(mp_as_value(list));
}

static mp_value list_inplace(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op == MP_OP_ADD)
        return mp_list_extend(vm, (mp_list *)a, b) ? mp_incref(a) : NULL;
    if (op == MP_OP_MUL)
        return list_inplace_times(vm, (mp_list *)a, b);
    return mp_not_implemented(vm);
}

static const mp_slots list_slots = {
    .visit = list_visit,
    .clear = mp_list_empty,
    .repr = list_repr,
    .hash = mp_unhashable,
    .compare = list_compare,
    .binary = list_binary,
    .inplace = list_inplace,
    .length = list_length,
    .get_item = list_get_item,
    .set_item = list_set_item,
    .contains = mp_sequence_contains,
    .iter = list_iter,
    .make = list_make,
    .init = list_init,
};

static const mp_type_def list_def = {
    .name = "list",
    .size = sizeof(mp_list),
    .flags = MP_T_GC | MP_T_BASE,
    .slots = &list_slots,
    .methods = mp_list_methods,
};

bool mp_init_lists(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_LIST, &list_def);
}
