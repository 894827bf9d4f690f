/* except_star.c - except*: splitting what was raised, and joining what its clauses raise and leave over.
 *
 * Idea       As CPython.  A clause gets the part that matches, as a group: an exception that is no group is
 *            wrapped in one.  At the end, what clauses raised anew is put together with what was raised again
 *            or left over; the latter is one subgroup of the original, with its shape, so that parts that
 *            were split off one after another come together again as if nothing had happened.
 * Which      A part of the original is told from a new exception by its traceback, cause and context: they
 *            are the original's own if it was only passed on.  Hence traceback entries are shared, never
 *            copied.
 * Re-enters  split of groups of the program, derive. */
#include <stdlib.h>

#include "exceptions/exception_impl.h"

/* ---- Matching ---- */

static bool star_group_class(mp_vm *vm, mp_value class)
{
    return mp_is_exception_class(vm, class) &&
           mp_is_subtype((mp_type *)class, vm->exceptions[MP_X_BASE_EXCEPTION_GROUP]);
}

/* "except* ExceptionGroup" would always be meant otherwise. */
static bool star_valid(mp_vm *vm, mp_value matcher)
{
    bool wrong = star_group_class(vm, matcher);
    if (mp_is(vm, matcher, MP_TYPE_TUPLE)) {
        const mp_tuple *tuple = (const mp_tuple *)matcher;
        for (size_t i = 0; i < tuple->count; i++)
            wrong = wrong || star_group_class(vm, tuple->items[i]);
    }
    if (wrong)
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "catching ExceptionGroup with except* is not allowed. Use except instead.");
    return !wrong;
}

static mp_value star_wrap(mp_vm *vm, mp_value exception)
{
    if (mp_is_group(vm, exception))
        return mp_incref(exception);
    mp_value values[] = {mp_as_value(vm->empty), mp_as_value(mp_tuple_of(vm, &exception, 1))};
    if (values[1] == NULL)
        return NULL;
    mp_value group = mp_new_exception(vm, vm->exceptions[MP_X_BASE_EXCEPTION_GROUP], values, 2);
    mp_decref(vm, values[1]);
    if (group != NULL && vm->frame != NULL && vm->frame->native == NULL)
        mp_trace_add(vm, group, vm->frame->code, vm->frame->ip > 0 ? vm->frame->ip - 1 : 0);
    return group;
}

static bool star_split(mp_vm *vm, mp_value group, mp_value matcher, mp_value *match, mp_value *rest)
{
    mp_str *name = mp_str_intern(vm, "split", 5);
    mp_value pair = name == NULL ? NULL : mp_call_method(vm, group, name, &matcher, 1);
    mp_xdecref(vm, mp_as_value(name));
    if (pair == NULL)
        return false;
    const mp_tuple *tuple = (const mp_tuple *)pair;
    bool is_tuple = mp_is(vm, pair, MP_TYPE_TUPLE), done = is_tuple && tuple->count >= 2;
    if (!is_tuple)
        mp_raise(vm, MP_X_TYPE_ERROR, "%T.split must return a tuple, not %T", group, pair);
    else if (!done)
        mp_raise(vm, MP_X_TYPE_ERROR, "%T.split must return a 2-tuple, got tuple of size %zu", group,
                 tuple->count);
    if (done) {
        *match = mp_incref(tuple->items[0]);
        *rest = mp_incref(tuple->items[1]);
    }
    mp_decref(vm, pair);
    return done;
}

bool mp_match_star(mp_vm *vm, mp_value exception, mp_value matcher, mp_value *rest, mp_value *match)
{
    *rest = *match = NULL;
    if (!star_valid(vm, matcher))
        return false;
    if (exception == vm->none) {
        *rest = mp_incref(vm->none);
        *match = mp_incref(vm->none);
        return true;
    }
    int matches = mp_exception_matches(vm, exception, matcher);
    if (matches < 0)
        return false;
    if (matches == 0 && mp_is_group(vm, exception))
        return star_split(vm, exception, matcher, match, rest);
    *match = matches > 0 ? star_wrap(vm, exception) : mp_incref(vm->none);
    if (*match != NULL)
        *rest = mp_incref(matches > 0 ? vm->none : exception);
    return *match != NULL;
}

/* ---- Joining ---- */

typedef struct star_leaves {
    mp_value *items; /* borrowed */
    size_t count, room;
} star_leaves;

static bool star_add_leaf(mp_vm *vm, star_leaves *leaves, mp_value leaf)
{
    if (leaves->count == leaves->room) {
        size_t room = leaves->room == 0 ? 8 : leaves->room * 2;
        mp_value *items = mp_resize(vm, leaves->items, leaves->room * sizeof *items, room * sizeof *items);
        if (items == NULL)
            return false;
        leaves->items = items;
        leaves->room = room;
    }
    leaves->items[leaves->count++] = leaf;
    return true;
}

static bool star_collect(mp_vm *vm, star_leaves *leaves, mp_value exception)
{
    if (!mp_is_group(vm, exception))
        return star_add_leaf(vm, leaves, exception);
    if (!mp_enter_c(vm))
        return false;
    const mp_tuple *members = ((mp_exception *)exception)->exceptions;
    bool done = true;
    for (size_t i = 0; done && i < members->count; i++)
        done = star_collect(vm, leaves, members->items[i]);
    mp_leave_c(vm);
    return done;
}

static int star_compare_address(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t) * (const mp_value *)a, right = (uintptr_t) * (const mp_value *)b;
    return left < right ? -1 : left > right;
}

/* The part of the original whose leaves are in the parts; None if there is nothing. */
static mp_value star_project(mp_vm *vm, mp_value original, const mp_list *parts)
{
    star_leaves leaves = {NULL, 0, 0};
    mp_value match = NULL;
    bool done = true;
    for (size_t i = 0; done && i < parts->count; i++)
        done = star_collect(vm, &leaves, parts->items[i]);
    if (done && leaves.count > 0) {
        qsort(leaves.items, leaves.count, sizeof *leaves.items, star_compare_address);
        mp_matcher matcher = {MP_MATCH_SOME, NULL, leaves.items, leaves.count};
        done = mp_group_split(vm, original, &matcher, &match, NULL);
    }
    mp_release(vm, leaves.items, leaves.room * sizeof *leaves.items);
    if (!done)
        return NULL;
    return match == NULL ? mp_incref(vm->none) : match;
}

static bool star_is_part(mp_vm *vm, mp_value exception, mp_value original)
{
    const mp_exception *part = (const mp_exception *)exception, *whole = (const mp_exception *)original;
    return mp_is_group(vm, exception) && part->trace == whole->trace && part->cause == whole->cause &&
           part->context == whole->context;
}

static bool star_sort(mp_vm *vm, mp_value original, const mp_list *all, mp_list *raised, mp_list *passed)
{
    for (size_t i = 0; i < all->count; i++) {
        mp_value item = all->items[i];
        if (item == vm->none)
            continue;
        if (!mp_list_append(vm, star_is_part(vm, item, original) ? passed : raised, item))
            return false;
    }
    return true;
}

static mp_value star_join_group(mp_vm *vm, mp_value original, const mp_list *all, mp_list *raised,
                                mp_list *passed)
{
    if (!star_sort(vm, original, all, raised, passed))
        return NULL;
    mp_value again = star_project(vm, original, passed);
    if (again == NULL || raised->count == 0)
        return again;
    bool done = again == vm->none || mp_list_append(vm, raised, again);
    mp_decref(vm, again);
    if (!done)
        return NULL;
    if (raised->count == 1)
        return mp_incref(raised->items[0]);
    return mp_new_group(vm, vm->empty, raised->items, raised->count);
}

mp_value mp_join_star(mp_vm *vm, mp_value original, mp_list *raised)
{
    if (raised->count == 0)
        return mp_incref(vm->none);
    if (!mp_is_group(vm, original)) /* wrapped for one clause, which raised at most one exception */
        return mp_incref(raised->items[0]);
    mp_list *anew = mp_list_new(vm, 0);
    mp_list *passed = anew == NULL ? NULL : mp_list_new(vm, 0);
    mp_value joined = passed == NULL ? NULL : star_join_group(vm, original, raised, anew, passed);
    mp_xdecref(vm, mp_as_value(anew));
    mp_xdecref(vm, mp_as_value(passed));
    return joined;
}
