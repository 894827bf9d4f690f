/* group_split.c - splitting exception groups: split, subgroup, and what except* needs of it.
 *
 * Idea       A group that matches as a whole goes to one side as it is.  Otherwise its members are split one
 *            by one, and each side that has members becomes a group derived from it: derive(members), with
 *            its traceback, cause and context, and a copy of its notes.
 * Holds      The shape is kept, and leaves are never copied.
 * Re-enters  derive, predicates. */
#include <stdlib.h>

#include "exceptions/exception_impl.h"

static bool split_tuple_of_classes(mp_vm *vm, mp_value value)
{
    if (!mp_is(vm, value, MP_TYPE_TUPLE))
        return false;
    const mp_tuple *tuple = (const mp_tuple *)value;
    for (size_t i = 0; i < tuple->count; i++)
        if (!mp_is_exception_class(vm, tuple->items[i]))
            return false;
    return true;
}

static bool split_callable(mp_vm *vm, mp_value value)
{
    const mp_type *type = mp_type_of(vm, value);
    return !mp_is_type(vm, value) && (type->slots.call != NULL || mp_type_has(type, MP_S___call__));
}

bool mp_matcher_of(mp_vm *vm, mp_value value, mp_matcher *out)
{
    mp_matcher matcher = {MP_MATCH_TYPE, value, NULL, 0};
    if (split_callable(vm, value)) {
        matcher.kind = MP_MATCH_CALL;
    } else if (!mp_is_exception_class(vm, value) && !split_tuple_of_classes(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "expected an exception type, a tuple of exception types, or a callable "
                 "(other than a class)");
        return false;
    }
    *out = matcher;
    return true;
}

static int split_compare_address(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t) * (const mp_value *)a, right = (uintptr_t) * (const mp_value *)b;
    return left < right ? -1 : left > right;
}

/* 1, 0, -1 raised. */
static int split_matches(mp_vm *vm, mp_value exception, const mp_matcher *matcher)
{
    if (matcher->kind == MP_MATCH_TYPE)
        return mp_exception_matches(vm, exception, matcher->value);
    if (matcher->kind == MP_MATCH_SOME)
        return !mp_is_group(vm, exception) && matcher->leaf_count > 0 &&
               bsearch(&exception, matcher->leaves, matcher->leaf_count, sizeof exception,
                       split_compare_address) != NULL;
    mp_value result = mp_call_1(vm, matcher->value, exception);
    if (result == NULL)
        return -1;
    int truth = mp_truth(vm, result);
    mp_decref(vm, result);
    return truth;
}

/* ---- Deriving ---- */

/* notes that are no list or tuple are left alone, as in CPython. */
static bool split_copy_notes(mp_vm *vm, mp_value from, mp_value to)
{
    mp_str *name = vm->names[MP_S___notes__];
    mp_value notes = mp_find_attr(vm, from, name);
    if (notes == NULL)
        return vm->raised == NULL;
    bool done = true;
    if (mp_is(vm, notes, MP_TYPE_LIST) || mp_is(vm, notes, MP_TYPE_TUPLE)) {
        mp_value copy = mp_as_value(mp_to_list(vm, notes));
        done = copy != NULL && mp_set_attr(vm, to, name, copy);
        mp_xdecref(vm, copy);
    }
    mp_decref(vm, notes);
    return done;
}

static bool split_copy_fields(mp_vm *vm, mp_exception *from, mp_exception *to)
{
    mp_value trace = mp_as_value(to->trace);
    to->trace = from->trace == NULL ? NULL : (mp_trace_entry *)mp_new_ref(from->trace);
    mp_xdecref(vm, trace);
    mp_set_slot(vm, &to->context, from->context == NULL ? NULL : mp_incref(from->context));
    mp_set_slot(vm, &to->cause, from->cause == NULL ? NULL : mp_incref(from->cause));
    to->suppress_context = true; /* as setting __cause__ does, even to None */
    return split_copy_notes(vm, mp_as_value(from), mp_as_value(to));
}

/* A group of these members like the original; *out stays NULL if there are none. */
static bool split_derive(mp_vm *vm, mp_exception *original, mp_list *members, mp_value *out)
{
    if (members == NULL || members->count == 0)
        return true;
    mp_value argument = mp_as_value(members);
    mp_value group = mp_call_method(vm, mp_as_value(original), vm->names[MP_S_derive], &argument, 1);
    if (group == NULL)
        return false;
    if (!mp_is_group(vm, group))
        mp_raise(vm, MP_X_TYPE_ERROR, "derive must return an instance of BaseExceptionGroup");
    else if (split_copy_fields(vm, original, (mp_exception *)group))
        *out = group;
    if (*out == NULL)
        mp_decref(vm, group);
    return *out != NULL;
}

/* ---- Splitting ---- */

/* Adds one part (stolen, may be NULL) to a side. */
static bool split_add(mp_vm *vm, mp_list *side, mp_value part)
{
    bool done = part == NULL || mp_list_append(vm, side, part);
    mp_xdecref(vm, part);
    return done;
}

static bool split_members(mp_vm *vm, const mp_exception *group, const mp_matcher *matcher, mp_list *matches,
                          mp_list *rests)
{
    const mp_tuple *members = group->exceptions;
    for (size_t i = 0; i < members->count; i++) {
        mp_value match, rest = NULL;
        if (!mp_group_split(vm, members->items[i], matcher, &match, rests == NULL ? NULL : &rest))
            return false;
        bool added = split_add(vm, matches, match);
        if (rests != NULL)
            added = split_add(vm, rests, rest) && added;
        if (!added)
            return false;
    }
    return true;
}

static bool split_partly(mp_vm *vm, mp_exception *group, const mp_matcher *matcher, mp_value *match,
                         mp_value *rest)
{
    mp_list *matches = mp_list_new(vm, 0);
    mp_list *rests = matches == NULL || rest == NULL ? NULL : mp_list_new(vm, 0);
    bool done = matches != NULL && (rest == NULL || rests != NULL) && mp_enter_c(vm);
    if (done) {
        done = split_members(vm, group, matcher, matches, rests);
        mp_leave_c(vm);
    }
    done = done && split_derive(vm, group, matches, match) &&
           (rest == NULL || split_derive(vm, group, rests, rest));
    if (!done) {
        mp_clear_slot(vm, match);
        if (rest != NULL)
            mp_clear_slot(vm, rest);
    }
    mp_xdecref(vm, mp_as_value(matches));
    mp_xdecref(vm, mp_as_value(rests));
    return done;
}

bool mp_group_split(mp_vm *vm, mp_value exception, const mp_matcher *matcher, mp_value *match, mp_value *rest)
{
    *match = NULL;
    if (rest != NULL)
        *rest = NULL;
    int matches = split_matches(vm, exception, matcher);
    if (matches < 0)
        return false;
    if (matches > 0)
        *match = mp_incref(exception);
    else if (mp_is_group(vm, exception))
        return split_partly(vm, (mp_exception *)exception, matcher, match, rest);
    else if (rest != NULL)
        *rest = mp_incref(exception);
    return true;
}
