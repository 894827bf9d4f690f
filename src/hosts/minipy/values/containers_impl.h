/* containers_impl.h - what the files of the containers, their iterators and the builtin functions share.
 *
 * The rule of all these files: comparing, hashing, showing and dropping items may run code of the program,
 * and that code may change the container that is being worked on.  So an item is held (a reference of one's
 * own) before it is given away, and afterwards sizes and pointers are read again. */
#ifndef MP_CONTAINERS_IMPL_H
#define MP_CONTAINERS_IMPL_H

#include "vm.h"

/* ---- Arguments ---- */

/* How many of the arguments are not the caller's: a method gets self in front. */
enum { MP_NO_SELF = 0, MP_SELF = 1 };

/* The arguments after self. */
static inline mp_args mp_after_self(const mp_args *args)
{
    mp_args rest = {args->values + 1, args->count - 1, args->names};
    return rest;
}

/* Exactly 'wanted' arguments after self, none of them named: "list.append() takes exactly one argument (2
 * given)". */
bool mp_exactly(mp_vm *vm, const mp_args *args, const char *function, size_t self, size_t wanted);
/* mp_positional for a method: self is not counted. */
bool mp_method_positional(mp_vm *vm, const mp_args *args, const char *method, size_t least, size_t most);
/* No keyword arguments: "list() takes no keyword arguments". */
bool mp_no_names(mp_vm *vm, const mp_args *args, const char *function);

/* ---- Small things ---- */

/* KeyError(key). */
void mp_raise_key(mp_vm *vm, mp_value key);
/* MemoryError for a size that cannot even be said. */
void mp_raise_too_big(mp_vm *vm);
/* "unhashable type: 'list'" */
bool mp_unhashable(mp_vm *vm, mp_value self, int64_t *out);
/* None, or raised. */
static inline mp_value mp_none_if(mp_vm *vm, bool done)
{
    return done ? mp_incref(vm->none) : NULL;
}
/* True or False; -1: raised. */
static inline mp_value mp_bool_of(mp_vm *vm, int truth)
{
    return truth < 0 ? NULL : mp_bool_new(vm, truth != 0);
}
static inline mp_value mp_not_implemented(mp_vm *vm)
{
    return mp_incref(vm->not_implemented);
}
/* The iter slot of iterators. */
mp_value mp_self_iter(mp_vm *vm, mp_value self);
/* How an exact int or bool, or another number, gets to be a number to index by; 0 it is none, -1 raised. */
int mp_index_number(mp_vm *vm, mp_value key, int64_t *out);
/* Makes vm->types[index] unless somebody has done so before. */
bool mp_container_type(mp_vm *vm, mp_type_index index, const mp_type_def *def);
/* Whether a class statement's class has this method, from itself or a base that a class statement made. */
static inline bool mp_has_dunder(mp_vm *vm, mp_value value, mp_name dunder)
{
    return (mp_type_of(vm, value)->dunders >> dunder & 1) != 0;
}
/* A tuple of two; both are stolen, NULL fails. */
mp_value mp_pair(mp_vm *vm, mp_value first, mp_value second);

/* ---- Lists and tuples alike: sequence.c ---- */

/* The items of a list or tuple, until anything else runs; how many. */
size_t mp_items_of(mp_vm *vm, mp_value sequence, mp_value **items);
/* The nth item, a reference of one's own; NULL: there are not so many. */
mp_value mp_item_at(mp_vm *vm, mp_value sequence, size_t at);
mp_value mp_sequence_compare(mp_vm *vm, int op, mp_value a, mp_value b);
mp_value mp_sequence_repr(mp_vm *vm, mp_value self, const char *open, const char *close);
/* The first place of an item, from start on and before stop; -1 none, -2 raised. */
int64_t mp_sequence_find(mp_vm *vm, mp_value self, mp_value item, int64_t start, int64_t stop);
mp_value mp_sequence_count(mp_vm *vm, mp_args *args, const char *method);
/* missing NULL: "5 is not in list" */
mp_value mp_sequence_index(mp_vm *vm, mp_args *args, const char *method, const char *missing);
int mp_sequence_contains(mp_vm *vm, mp_value self, mp_value item);
/* A subscript that is an int: counted from the end if negative.  1, 0 it is a slice, -1 raised: "list indices
 * must be integers or slices, not str", "list index out of range", for what "list index" is. */
int mp_sequence_place(mp_vm *vm, mp_value key, mp_value sequence, const char *what, size_t *place);
/* self * n: how many items that makes and how often self is repeated.  1, 0 NotImplemented, -1 raised. */
int mp_sequence_times(mp_vm *vm, mp_value self, mp_value times, size_t *repeats);
/* What a + b is when b is no sequence of a's kind: NotImplemented if b may know better, or raised. */
mp_value mp_sequence_no_concat(mp_vm *vm, mp_value a, mp_value b);

/* ---- Slices ---- */

/* A new slice whose fields are None and numbers: making it runs the __index__ methods of the old ones. */
mp_slice *mp_slice_plain(mp_vm *vm, mp_slice *slice);
/* Start, stop and step clipped to a length; false: raised. */
bool mp_slice_bounds(mp_vm *vm, mp_slice *slice, int64_t length, int64_t *start, int64_t *stop,
                     int64_t *step);

/* ---- Lists ---- */

/* Takes everything out; the clear slot. */
void mp_list_empty(mp_vm *vm, mp_value self);
bool mp_list_reserve(mp_vm *vm, mp_list *list, size_t room);
/* Cuts items [start, stop) out and puts new ones (borrowed) in their place. */
bool mp_list_splice(mp_vm *vm, mp_list *list, size_t start, size_t stop, const mp_value *items, size_t count);
mp_value mp_list_get_slice(mp_vm *vm, mp_list *list, mp_slice *slice);
bool mp_list_set_slice(mp_vm *vm, mp_list *list, mp_slice *slice, mp_value value); /* value NULL: del */
/* key NULL or None: the items themselves. */
bool mp_list_sort(mp_vm *vm, mp_list *list, mp_value key, bool reverse);
void mp_list_reverse(mp_list *list);
extern const mp_method mp_list_methods[];

/* ---- Tables: dicts and the inside of sets; dict.c ---- */

/* what: "dict key" or "set element", for the error. */
bool mp_table_hash(mp_vm *vm, mp_value key, const char *what, uint64_t *hash);
/* The place of a key among the entries: 1, 0 there is none, -1 raised.  Afterwards the table is as it is when
 * this returns. */
int mp_table_find(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash, size_t *place);
/* value NULL in sets.  A key that is there already stays. */
bool mp_table_set(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash, mp_value value);
/* Takes out: the caller owns *key and *value (NULL in sets) then. */
void mp_table_take(mp_dict *table, size_t place, mp_value *key, mp_value *value);
/* 1 removed, 0 was not there, -1 raised. */
int mp_table_remove(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash);
/* Exchanges all entries. */
void mp_table_swap(mp_dict *a, mp_dict *b);
/* A table with the same entries, without asking for hashes; as a dict. */
mp_dict *mp_table_copy(mp_vm *vm, const mp_dict *table);
/* The next live entry at or after *position, whose number *position becomes; NULL: none. */
const mp_entry *mp_table_entry(const mp_dict *table, size_t *position);

/* ---- Dicts ---- */

/* dict(other, **names), dict.update: a mapping or an iterable of pairs (NULL: none), then the names of
 * args. */
bool mp_dict_fill(mp_vm *vm, mp_dict *dict, mp_value other, const mp_args *names);
extern const mp_method mp_dict_methods[];

enum { MP_VIEW_KEYS, MP_VIEW_VALUES, MP_VIEW_ITEMS };
mp_value mp_dict_view_new(mp_vm *vm, mp_dict *dict, int kind);
mp_value mp_dict_iter_new(mp_vm *vm, mp_dict *dict, int kind, bool reversed);
mp_value mp_dict_view_reversed(mp_vm *vm, mp_value view);
bool mp_init_dict_views(mp_vm *vm);

/* ---- Sets ---- */

static inline bool mp_is_set(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_SET) || mp_is(vm, value, MP_TYPE_FROZENSET);
}
mp_set *mp_set_of_type(mp_vm *vm, mp_type *type);
/* A new set, of the builtin type like's is (or set, if like is NULL), with what is in an iterable. */
mp_set *mp_set_from(mp_vm *vm, mp_value like, mp_value iterable);
/* A set with the items of an iterable: itself if it is one. */
mp_set *mp_set_view(mp_vm *vm, mp_value iterable);
int mp_set_has(mp_vm *vm, mp_set *set, mp_value item);
int mp_set_remove(mp_vm *vm, mp_set *set, mp_value item); /* 1 removed, 0 was not there, -1 raised */
/* a op b for | & - ^, a new set like a. */
mp_value mp_set_combine(mp_vm *vm, int op, mp_set *a, mp_set *b);
/* The same with the result in a. */
bool mp_set_combine_into(mp_vm *vm, int op, mp_set *a, mp_set *b);
int mp_set_is_subset(mp_vm *vm, mp_set *a, mp_set *b);
mp_value mp_set_compare(mp_vm *vm, int op, mp_set *a, mp_set *b);
int mp_set_is_disjoint(mp_vm *vm, mp_set *a, mp_value other);
mp_value mp_set_iter_new(mp_vm *vm, mp_value set);
extern const mp_method mp_set_methods[], mp_frozenset_methods[];

/* ---- Ranges ---- */

mp_value mp_range_iter_new(mp_vm *vm, int64_t start, int64_t step, int64_t count);

/* ---- Iterators ---- */

/* Most iterators are one of these: something to iterate over, a number, perhaps a function. */
typedef struct mp_walker {
    mp_object head;
    mp_value source;   /* owned; a sequence, an iterator, a tuple of iterators; NULL: it has ended */
    mp_value function; /* owned or NULL */
    int64_t at;
    bool strict;
} mp_walker;
int mp_walker_visit(mp_value self, mp_visit *visit, void *data);
void mp_walker_end(mp_vm *vm, mp_value self); /* the clear slot */
/* Both values are borrowed; function may be NULL. */
mp_value mp_walker_new(mp_vm *vm, mp_type_index type, mp_value source, mp_value function, int64_t at);
/* Makes a type whose instances are walkers; make NULL: it cannot be called. */
bool mp_walker_type(mp_vm *vm, mp_type_index index, const char *name,
                    mp_value (*next)(mp_vm *vm, mp_value self),
                    mp_value (*make)(mp_vm *vm, mp_type *type, mp_args *args));
/* reversed(x): NULL raised. */
mp_value mp_reversed(mp_vm *vm, mp_value value);
mp_value mp_call_iter_new(mp_vm *vm, mp_value callee, mp_value sentinel);
/* anext(x, fallback): drives the awaitable, and the end becomes the fallback. */
mp_value mp_anext_awaitable_new(mp_vm *vm, mp_value awaitable, mp_value fallback);

bool mp_init_bytes(mp_vm *vm);
bool mp_init_tuples(mp_vm *vm);
bool mp_init_lists(mp_vm *vm);
bool mp_init_dicts(mp_vm *vm);
bool mp_init_sets(mp_vm *vm);
bool mp_init_ranges(mp_vm *vm);
bool mp_init_slices(mp_vm *vm);
bool mp_init_iterators(mp_vm *vm);
bool mp_init_lazy_iterators(mp_vm *vm);
bool mp_init_anext(mp_vm *vm);

/* ---- Builtin functions, by subject; each ends with a NULL name ---- */

extern const mp_native_def mp_builtin_iterations[], mp_builtin_numbers[], mp_builtin_objects[],
    mp_builtin_print[];

#endif
