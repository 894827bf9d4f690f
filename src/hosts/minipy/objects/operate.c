/* operate.c - what Python asks any value: repr, str, format, truth, hash; and how a class's methods are
 * found.
 *
 * Idea       A class of the program is asked by its methods with two underscores, anything else by its slots.
 *            One bit per method (mp_type.dunders) says at once that there is none.
 * Holds      What methods of the program give is checked here, once, so that callers can trust it: mp_repr
 *            gives a str, mp_length no negative number.  Slots that look into other objects may do so without
 *            end: their nesting is counted here and where values are compared, called and iterated.
 * Re-enters  Every function here may run code of the program.
 * See also   operate_compare.c, operate_arithmetic.c, operate_items.c */
#include "objects/types_impl.h"

#include <string.h>

/* ---- Methods of the program ---- */

mp_value mp_find_dunder(mp_vm *vm, const mp_type *type, mp_name dunder)
{
    return mp_type_has(type, dunder) ? mp_lookup(type, vm->names[dunder]) : NULL;
}

static mp_value operate_call_bound(mp_vm *vm, mp_value method, mp_value self, mp_value *values, size_t count)
{
    mp_value bound = mp_bind_value(vm, method, self, mp_type_of(vm, self));
    if (bound == NULL)
        return NULL;
    mp_args args = {values, count, NULL};
    mp_value result = mp_call(vm, bound, &args);
    mp_decref(vm, bound);
    return result;
}

mp_value mp_call_dunder(mp_vm *vm, mp_value method, mp_value self, const mp_value *values, size_t count)
{
    mp_value all[4] = {self};
    if (count > 0)
        memcpy(all + 1, values, count * sizeof(mp_value));
    if (mp_type_of(vm, method) != vm->types[MP_TYPE_FUNCTION])
        return operate_call_bound(vm, method, self, all + 1, count);
    mp_args args = {all, count + 1, NULL};
    mp_incref(method);
    mp_value result = mp_call(vm, method, &args);
    mp_decref(vm, method);
    return result;
}

/* ---- repr, str, format ---- */

/* A method's result (stolen) that must be a str. */
static mp_value operate_must_be_str(mp_vm *vm, mp_value result, const char *method)
{
    if (result == NULL || mp_is_str(vm, result))
        return result;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s returned non-string (type %T)", method, result);
    mp_decref(vm, result);
    return NULL;
}

mp_value mp_repr(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___repr__);
    if (method != NULL)
        return operate_must_be_str(vm, mp_call_dunder(vm, method, value, NULL, 0), "__repr__");
    if (!mp_nest_enter(vm, "while getting the repr of an object"))
        return NULL;
    mp_value result = type->slots.repr(vm, value);
    mp_nest_leave(vm);
    return result;
}

mp_value mp_to_str(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    if (type == vm->types[MP_TYPE_STR])
        return mp_incref(value);
    mp_value method = mp_find_dunder(vm, type, MP_S___str__);
    if (method != NULL)
        return operate_must_be_str(vm, mp_call_dunder(vm, method, value, NULL, 0), "__str__");
    if (type->slots.str == NULL)
        return mp_repr(vm, value);
    if (!mp_nest_enter(vm, "while getting the str of an object"))
        return NULL;
    mp_value result = type->slots.str(vm, value);
    mp_nest_leave(vm);
    return result;
}

mp_value mp_format(mp_vm *vm, mp_value value, mp_str *spec)
{
    mp_type *type = mp_type_of(vm, value);
    if (spec == NULL)
        spec = vm->empty;
    mp_value method = mp_find_dunder(vm, type, MP_S___format__);
    if (method != NULL) {
        mp_value result = mp_call_dunder(vm, method, value, (mp_value[]){mp_as_value(spec)}, 1);
        return operate_must_be_str(vm, result, "__format__");
    }
    if (type->slots.format != NULL)
        return type->slots.format(vm, value, spec);
    if (spec->size == 0)
        return mp_to_str(vm, value);
    mp_raise(vm, MP_X_TYPE_ERROR, "unsupported format string passed to %T.__format__", value);
    return NULL;
}

/* ---- Truth ---- */

static int operate_truth_by_bool(mp_vm *vm, mp_value method, mp_value value)
{
    mp_value result = mp_call_dunder(vm, method, value, NULL, 0);
    if (result == NULL)
        return -1;
    int truth = result == vm->true_ ? 1 : result == vm->false_ ? 0 : -1;
    if (truth < 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "__bool__ should return bool, returned %T", result);
    mp_decref(vm, result);
    return truth;
}

int mp_truth(mp_vm *vm, mp_value value)
{
    if (value == vm->true_)
        return 1;
    if (value == vm->false_ || value == vm->none)
        return 0;
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___bool__);
    if (method != NULL)
        return operate_truth_by_bool(vm, method, value);
    if (type->slots.truth != NULL)
        return type->slots.truth(vm, value);
    if (type->slots.length == NULL && !mp_type_has(type, MP_S___len__))
        return 1;
    int64_t length = mp_length(vm, value);
    return length < 0 ? -1 : length > 0;
}

/* ---- Hash ---- */

static bool operate_unhashable(mp_vm *vm, mp_value value)
{
    mp_raise(vm, MP_X_TYPE_ERROR, "unhashable type: '%T'", value);
    return false;
}

static bool operate_hash_by_method(mp_vm *vm, mp_value method, mp_value value, int64_t *out)
{
    if (method == vm->none)
        return operate_unhashable(vm, value);
    mp_value result = mp_call_dunder(vm, method, value, NULL, 0);
    if (result == NULL)
        return false;
    bool is_int = mp_is_int(vm, result);
    if (is_int)
        *out = mp_int_of(result);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "__hash__ method should return an integer");
    mp_decref(vm, result);
    return is_int;
}

bool mp_hash(mp_vm *vm, mp_value value, int64_t *out)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___hash__);
    if (method != NULL)
        return operate_hash_by_method(vm, method, value, out);
    if (type->slots.hash == NULL)
        return operate_unhashable(vm, value);
    if ((type->flags & MP_T_GC) == 0)
        return type->slots.hash(vm, value, out);
    if (!mp_nest_enter(vm, "while hashing an object"))
        return false;
    bool done = type->slots.hash(vm, value, out);
    mp_nest_leave(vm);
    return done;
}
