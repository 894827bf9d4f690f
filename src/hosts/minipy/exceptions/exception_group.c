/* exception_group.c - BaseExceptionGroup and ExceptionGroup: making them, their attributes and methods.
 *
 * Idea       The class is chosen by what is in the group: BaseExceptionGroup(...) of nothing but Exceptions
 *            makes an ExceptionGroup.  ExceptionGroup derives from BaseExceptionGroup and from Exception, the
 *            only class with two bases: mp_type.also.
 * Fields     value is the message, exceptions the tuple of members; both never change.
 * Re-enters  derive and predicates of the program, by split (group_split.c). */
#include "exceptions/exception_impl.h"

/* ---- Making ---- */

static bool exception_group_arguments(mp_vm *vm, const mp_args *args)
{
    if (args->count != 2 || args->names != NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)",
                 args->count);
        return false;
    }
    if (!mp_is_str(vm, args->values[0])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "BaseExceptionGroup.__new__() argument 1 must be str, not %T",
                 args->values[0]);
        return false;
    }
    mp_value members = args->values[1];
    if (mp_is(vm, members, MP_TYPE_LIST) || mp_is(vm, members, MP_TYPE_TUPLE) ||
        mp_type_has(mp_type_of(vm, members), MP_S___getitem__))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "second argument (exceptions) must be a sequence");
    return false;
}

/* Whether all members are exceptions, and all of them Exceptions (*plain). */
static bool exception_group_members(mp_vm *vm, const mp_tuple *members, bool *plain)
{
    *plain = true;
    if (members->count == 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "second argument (exceptions) must be a non-empty sequence");
        return false;
    }
    for (size_t i = 0; i < members->count; i++) {
        if (!mp_is_exception(vm, members->items[i], MP_X_BASE_EXCEPTION)) {
            mp_raise(vm, MP_X_VALUE_ERROR, "Item %zu of second argument (exceptions) is not an exception", i);
            return false;
        }
        if (!mp_is_exception(vm, members->items[i], MP_X_EXCEPTION))
            *plain = false;
    }
    return true;
}

/* The class of the group to make; NULL: raised. */
static mp_type *exception_group_class(mp_vm *vm, mp_type *type, bool plain)
{
    if (type == vm->exceptions[MP_X_BASE_EXCEPTION_GROUP])
        return plain ? vm->exceptions[MP_X_EXCEPTION_GROUP] : type;
    if (plain || !mp_is_subtype(type, vm->exceptions[MP_X_EXCEPTION]))
        return type;
    if (type == vm->exceptions[MP_X_EXCEPTION_GROUP])
        mp_raise(vm, MP_X_TYPE_ERROR, "Cannot nest BaseExceptions in an ExceptionGroup");
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "Cannot nest BaseExceptions in '%S'", type->name);
    return NULL;
}

static mp_value exception_group_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    bool plain;
    if (!exception_group_arguments(vm, args))
        return NULL;
    mp_tuple *members = mp_to_tuple(vm, args->values[1]);
    if (members == NULL)
        return NULL;
    mp_exception *group = NULL;
    if (exception_group_members(vm, members, &plain) &&
        (type = exception_group_class(vm, type, plain)) != NULL)
        group = mp_exception_bare(vm, type, args->values, args->count);
    if (group == NULL) {
        mp_decref(vm, mp_as_value(members));
        return NULL;
    }
    group->value = mp_incref(args->values[0]);
    group->exceptions = members;
    return mp_as_value(group);
}

mp_value mp_new_group(mp_vm *vm, mp_str *message, const mp_value *items, size_t count)
{
    mp_list *list = mp_list_new(vm, count);
    for (size_t i = 0; list != NULL && i < count; i++)
        if (!mp_list_append(vm, list, items[i]))
            MP_DROP_FIELD(vm, list);
    if (list == NULL)
        return NULL;
    mp_value values[] = {mp_as_value(message), mp_as_value(list)};
    mp_args args = {values, 2, NULL};
    mp_value group = exception_group_make(vm, vm->exceptions[MP_X_BASE_EXCEPTION_GROUP], &args);
    mp_decref(vm, mp_as_value(list));
    return group;
}

/* ---- Looks and attributes ---- */

static mp_value exception_group_str(mp_vm *vm, mp_value self)
{
    const mp_exception *group = (const mp_exception *)self;
    size_t count = group->exceptions->count;
    return mp_as_value(
        mp_str_formatted(vm, "%S (%zu sub-exception%s)", group->value, count, count == 1 ? "" : "s"));
}

/* Before 3.13.12 and 3.14.4 it was that of every exception: the arguments as they are now (gh-141732). */
static mp_value exception_group_repr(mp_vm *vm, mp_value self)
{
    const mp_exception *group = (const mp_exception *)self;
    if (!mp_has(vm, AC_S_EXCEPTION_GROUP_REPR_SNAPSHOT))
        return vm->exceptions[MP_X_BASE_EXCEPTION]->slots.repr(vm, self);
    const mp_tuple *args = group->args;
    bool listed = args != NULL && args->count == 2 && mp_is(vm, args->items[1], MP_TYPE_LIST);
    mp_value members = listed ? mp_as_value(mp_to_list(vm, mp_as_value(group->exceptions)))
                              : mp_incref(mp_as_value(group->exceptions));
    if (members == NULL)
        return NULL;
    mp_str *shown = mp_str_formatted(vm, "%T(%R, %R)", self, group->value, members);
    mp_decref(vm, members);
    return mp_as_value(shown);
}

static mp_value exception_group_get_message(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->value);
}

static mp_value exception_group_get_exceptions(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->exceptions);
}

static bool exception_group_set_never(mp_vm *vm, mp_value self, mp_value value)
{
    (void)self;
    (void)value;
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "readonly attribute");
    return false;
}

/* ---- Methods ---- */

static mp_value exception_group_derive(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "derive", 2, 2))
        return NULL;
    mp_value values[] = {((mp_exception *)args->values[0])->value, args->values[1]};
    mp_args list = {values, 2, NULL};
    return exception_group_make(vm, vm->exceptions[MP_X_BASE_EXCEPTION_GROUP], &list);
}

static mp_value exception_group_or_none(mp_vm *vm, mp_value value)
{
    return value == NULL ? mp_incref(vm->none) : value;
}

static mp_value exception_group_subgroup(mp_vm *vm, mp_args *args)
{
    mp_matcher matcher;
    mp_value match;
    if (!mp_positional(vm, args, "subgroup", 2, 2) || !mp_matcher_of(vm, args->values[1], &matcher) ||
        !mp_group_split(vm, args->values[0], &matcher, &match, NULL))
        return NULL;
    return exception_group_or_none(vm, match);
}

static mp_value exception_group_split(mp_vm *vm, mp_args *args)
{
    mp_matcher matcher;
    mp_value pair[2];
    if (!mp_positional(vm, args, "split", 2, 2) || !mp_matcher_of(vm, args->values[1], &matcher) ||
        !mp_group_split(vm, args->values[0], &matcher, &pair[0], &pair[1]))
        return NULL;
    pair[0] = exception_group_or_none(vm, pair[0]);
    pair[1] = exception_group_or_none(vm, pair[1]);
    mp_tuple *tuple = mp_tuple_of(vm, pair, 2);
    mp_decref(vm, pair[0]);
    mp_decref(vm, pair[1]);
    return mp_as_value(tuple);
}

const mp_slots mp_group_slots = {
    .repr = exception_group_repr, .str = exception_group_str, .make = exception_group_make};

const mp_method mp_group_methods[] = {
    {"derive", exception_group_derive, MP_M_METHOD},
    {"split", exception_group_split, MP_M_METHOD},
    {"subgroup", exception_group_subgroup, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_getset mp_group_getsets[] = {
    {"message", exception_group_get_message, exception_group_set_never},
    {"exceptions", exception_group_get_exceptions, exception_group_set_never},
    {NULL, NULL, NULL},
};
