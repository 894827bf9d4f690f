/* dict_views.c - keys(), values(), items(), and the iterators over dicts.
 *
 * Mirrors    dictview and dictiterobject of Objects/dictobject.c.
 * Idea       A view is nothing but its dict; keys and items are also like sets, which they become
 *            (mp_set_view) where an operator of sets is asked for.  An iterator is a position among the
 *            entries and a count of what must still come.
 * Holds      A dict that gets longer or shorter under an iterator ends it with a RuntimeError, and for good.
 * Tests      difftests/scenarios/language: dict_*.py */
#include "values/containers_impl.h"

typedef struct dict_view {
    mp_object head;
    mp_dict *dict; /* owned; NULL after the collector's clear */
} dict_view;

typedef struct dict_iterator {
    mp_object head;
    mp_dict *dict;   /* owned; NULL when it has ended */
    size_t position; /* forwards: the next entry; backwards: after the next one */
    size_t expected; /* the dict's count */
    size_t left;     /* how many are still to come */
} dict_iterator;

/* The item of an entry by the kind of the view. */
static mp_value dict_entry_item(mp_vm *vm, const mp_entry *entry, int kind)
{
    if (kind == MP_VIEW_KEYS)
        return mp_incref(entry->key);
    if (kind == MP_VIEW_VALUES)
        return mp_incref(entry->value);
    return mp_pair(vm, mp_incref(entry->key), mp_incref(entry->value));
}

/* ---- Iterators ---- */

mp_value mp_dict_iter_new(mp_vm *vm, mp_dict *dict, int kind, bool reversed)
{
    int first = reversed ? MP_TYPE_DICT_REVERSE_KEY_ITERATOR : MP_TYPE_DICT_KEY_ITERATOR;
    dict_iterator *iterator = (dict_iterator *)mp_new(vm, vm->types[first + kind], 0);
    if (iterator == NULL || dict == NULL)
        return mp_as_value(iterator);
    iterator->dict = (mp_dict *)mp_incref(mp_as_value(dict));
    iterator->position = reversed ? dict->used : 0;
    iterator->expected = iterator->left = dict->count;
    return mp_as_value(iterator);
}

static void dict_iter_end(mp_vm *vm, dict_iterator *iterator)
{
    mp_value dict = mp_as_value(iterator->dict);
    iterator->dict = NULL;
    mp_xdecref(vm, dict);
}

static mp_value dict_iter_broken(mp_vm *vm, dict_iterator *iterator, const char *why)
{
    iterator->expected = SIZE_MAX; /* it never goes on */
    mp_raise(vm, MP_X_RUNTIME_ERROR, "%s", why);
    return NULL;
}

static const mp_entry *dict_iter_forwards(dict_iterator *iterator)
{
    const mp_entry *entry = mp_table_entry(iterator->dict, &iterator->position);
    if (entry != NULL)
        iterator->position++;
    return entry;
}

static const mp_entry *dict_iter_backwards(dict_iterator *iterator)
{
    const mp_dict *dict = iterator->dict;
    if (iterator->position > dict->used)
        iterator->position = dict->used;
    while (iterator->position > dict->first) {
        const mp_entry *entry = &dict->entries[--iterator->position];
        if (entry->key != NULL)
            return entry;
    }
    return NULL;
}

static mp_value dict_iter_next(mp_vm *vm, mp_value self, int kind, bool reversed)
{
    dict_iterator *iterator = (dict_iterator *)self;
    if (iterator->dict == NULL)
        return NULL;
    if (iterator->expected != iterator->dict->count)
        return dict_iter_broken(vm, iterator, "dictionary changed size during iteration");
    const mp_entry *entry = reversed ? dict_iter_backwards(iterator) : dict_iter_forwards(iterator);
    if (entry == NULL) {
        dict_iter_end(vm, iterator);
        return NULL;
    }
    /* as many went as came, and what came is found again */
    if (iterator->left == 0)
        return dict_iter_broken(vm, iterator, "dictionary keys changed during iteration");
    iterator->left--;
    return dict_entry_item(vm, entry, kind);
}

static mp_value dict_key_next(mp_vm *vm, mp_value self)
{
    return dict_iter_next(vm, self, MP_VIEW_KEYS, false);
}

static mp_value dict_value_next(mp_vm *vm, mp_value self)
{
    return dict_iter_next(vm, self, MP_VIEW_VALUES, false);
}

static mp_value dict_item_next(mp_vm *vm, mp_value self)
{
    return dict_iter_next(vm, self, MP_VIEW_ITEMS, false);
}

static mp_value dict_key_back(mp_vm *vm, mp_value self)
{
    return dict_iter_next(vm, self, MP_VIEW_KEYS, true);
}

static mp_value dict_value_back(mp_vm *vm, mp_value self)
{
    return dict_iter_next(vm, self, MP_VIEW_VALUES, true);
}

static mp_value dict_item_back(mp_vm *vm, mp_value self)
{
    return dict_iter_next(vm, self, MP_VIEW_ITEMS, true);
}

static int dict_iter_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_dict *dict = ((dict_iterator *)self)->dict;
    return dict != NULL ? visit(mp_as_value(dict), data) : 0;
}

static void dict_iter_clear(mp_vm *vm, mp_value self)
{
    dict_iter_end(vm, (dict_iterator *)self);
}

/* ---- Views ---- */

mp_value mp_dict_view_new(mp_vm *vm, mp_dict *dict, int kind)
{
    dict_view *view = (dict_view *)mp_new(vm, vm->types[MP_TYPE_DICT_KEYS + kind], 0);
    if (view != NULL)
        view->dict = (mp_dict *)mp_incref(mp_as_value(dict));
    return mp_as_value(view);
}

static mp_dict *dict_view_dict(mp_value self)
{
    return ((dict_view *)self)->dict;
}

static int dict_view_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_dict *dict = dict_view_dict(self);
    return dict != NULL ? visit(mp_as_value(dict), data) : 0;
}

static void dict_view_clear(mp_vm *vm, mp_value self)
{
    mp_value dict = mp_as_value(dict_view_dict(self));
    ((dict_view *)self)->dict = NULL;
    mp_xdecref(vm, dict);
}

static int64_t dict_view_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return dict_view_dict(self) != NULL ? (int64_t)dict_view_dict(self)->count : 0;
}

static mp_value dict_view_repr(mp_vm *vm, mp_value self)
{
    int active = mp_repr_enter(vm, self);
    if (active != 0)
        return active < 0 ? NULL : mp_as_value(mp_str_from(vm, "..."));
    mp_list *items = mp_to_list(vm, self);
    mp_str *text = items != NULL ? mp_str_formatted(vm, "%T(%R)", self, mp_as_value(items)) : NULL;
    mp_repr_leave(vm, self);
    mp_xdecref(vm, mp_as_value(items));
    return mp_as_value(text);
}

mp_value mp_dict_view_reversed(mp_vm *vm, mp_value view)
{
    int kind = mp_is(vm, view, MP_TYPE_DICT_KEYS)     ? MP_VIEW_KEYS
               : mp_is(vm, view, MP_TYPE_DICT_VALUES) ? MP_VIEW_VALUES
                                                      : MP_VIEW_ITEMS;
    return mp_dict_iter_new(vm, dict_view_dict(view), kind, true);
}

static mp_value dict_keys_iter(mp_vm *vm, mp_value self)
{
    return mp_dict_iter_new(vm, dict_view_dict(self), MP_VIEW_KEYS, false);
}

static mp_value dict_values_iter(mp_vm *vm, mp_value self)
{
    return mp_dict_iter_new(vm, dict_view_dict(self), MP_VIEW_VALUES, false);
}

static mp_value dict_items_iter(mp_vm *vm, mp_value self)
{
    return mp_dict_iter_new(vm, dict_view_dict(self), MP_VIEW_ITEMS, false);
}

static int dict_keys_contains(mp_vm *vm, mp_value self, mp_value key)
{
    mp_dict *dict = dict_view_dict(self);
    return dict != NULL ? mp_contains(vm, mp_as_value(dict), key) : 0;
}

static int dict_items_contains(mp_vm *vm, mp_value self, mp_value item)
{
    mp_tuple *pair = (mp_tuple *)item;
    if (!mp_is(vm, item, MP_TYPE_TUPLE) || pair->count != 2 || dict_view_dict(self) == NULL)
        return 0;
    mp_value value = mp_dict_get(vm, dict_view_dict(self), pair->items[0]);
    if (value == NULL)
        return vm->raised != NULL ? -1 : 0;
    mp_incref(value);
    int equal = mp_equal(vm, value, pair->items[1]);
    mp_decref(vm, value);
    return equal;
}

/* ---- As sets ---- */

static bool dict_view_is_set(mp_vm *vm, mp_value value)
{
    return mp_is_set(vm, value) || mp_is(vm, value, MP_TYPE_DICT_KEYS) ||
           mp_is(vm, value, MP_TYPE_DICT_ITEMS);
}

static mp_value dict_view_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op != MP_OP_OR_BITS && op != MP_OP_AND_BITS && op != MP_OP_XOR && op != MP_OP_SUB)
        return mp_not_implemented(vm);
    mp_set *x = mp_set_from(vm, NULL, a);
    mp_set *y = x != NULL ? mp_set_view(vm, b) : NULL;
    mp_value answer = y != NULL ? mp_set_combine(vm, op, x, y) : NULL;
    mp_xdecref(vm, mp_as_value(x));
    mp_xdecref(vm, mp_as_value(y));
    return answer;
}

static mp_value dict_view_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!dict_view_is_set(vm, a) || !dict_view_is_set(vm, b))
        return mp_not_implemented(vm);
    mp_set *x = mp_set_view(vm, a);
    mp_set *y = x != NULL ? mp_set_view(vm, b) : NULL;
    mp_value answer = y != NULL ? mp_set_compare(vm, op, x, y) : NULL;
    mp_xdecref(vm, mp_as_value(x));
    mp_xdecref(vm, mp_as_value(y));
    return answer;
}

static mp_value dict_view_isdisjoint(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "isdisjoint", MP_SELF, 1))
        return NULL;
    mp_set *set = mp_set_view(vm, args->values[0]);
    if (set == NULL)
        return NULL;
    int disjoint = mp_set_is_disjoint(vm, set, args->values[1]);
    mp_decref(vm, mp_as_value(set));
    return mp_bool_of(vm, disjoint);
}

/* ---- Types ---- */

static const mp_method dict_view_methods[] = {
    {"isdisjoint", dict_view_isdisjoint, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_slots dict_keys_slots = {
    .visit = dict_view_visit,
    .clear = dict_view_clear,
    .repr = dict_view_repr,
    .hash = mp_unhashable,
    .compare = dict_view_compare,
    .binary = dict_view_binary,
    .length = dict_view_length,
    .contains = dict_keys_contains,
    .iter = dict_keys_iter,
};

static const mp_slots dict_values_slots = {
    .visit = dict_view_visit,
    .clear = dict_view_clear,
    .repr = dict_view_repr,
    .length = dict_view_length,
    .iter = dict_values_iter,
};

static const mp_slots dict_items_slots = {
    .visit = dict_view_visit,
    .clear = dict_view_clear,
    .repr = dict_view_repr,
    .hash = mp_unhashable,
    .compare = dict_view_compare,
    .binary = dict_view_binary,
    .length = dict_view_length,
    .contains = dict_items_contains,
    .iter = dict_items_iter,
};

static const mp_type_def dict_view_defs[3] = {
    {.name = "dict_keys",
     .size = sizeof(dict_view),
     .flags = MP_T_GC,
     .slots = &dict_keys_slots,
     .methods = dict_view_methods},
    {.name = "dict_values", .size = sizeof(dict_view), .flags = MP_T_GC, .slots = &dict_values_slots},
    {.name = "dict_items",
     .size = sizeof(dict_view),
     .flags = MP_T_GC,
     .slots = &dict_items_slots,
     .methods = dict_view_methods},
};

/* Six types that differ in their names and in next; forwards first, both in the order of the views. */
static bool dict_init_iterator(mp_vm *vm, int number, const char *name,
                               mp_value (*next)(mp_vm *vm, mp_value self))
{
    const mp_slots slots = {
        .visit = dict_iter_visit,
        .clear = dict_iter_clear,
        .iter = mp_self_iter,
        .next = next,
    };
    const mp_type_def def = {.name = name, .size = sizeof(dict_iterator), .flags = MP_T_GC, .slots = &slots};
    return mp_container_type(vm, (mp_type_index)(MP_TYPE_DICT_KEY_ITERATOR + number), &def);
}

bool mp_init_dict_views(mp_vm *vm)
{
    for (int kind = 0; kind < 3; kind++) {
        if (!mp_container_type(vm, (mp_type_index)(MP_TYPE_DICT_KEYS + kind), &dict_view_defs[kind]))
            return false;
    }
    return dict_init_iterator(vm, 0, "dict_keyiterator", dict_key_next) &&
           dict_init_iterator(vm, 1, "dict_valueiterator", dict_value_next) &&
           dict_init_iterator(vm, 2, "dict_itemiterator", dict_item_next) &&
           dict_init_iterator(vm, 3, "dict_reversekeyiterator", dict_key_back) &&
           dict_init_iterator(vm, 4, "dict_reversevalueiterator", dict_value_back) &&
           dict_init_iterator(vm, 5, "dict_reverseitemiterator", dict_item_back);
}
