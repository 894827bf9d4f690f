/* builtins_objects.c - what is asked of any object: its attributes, its type, its length, hash and id; and
 * the names of a namespace.
 *
 * Mirrors    Python/bltinmodule.c; locals() of a function is a snapshot, as of 3.13.
 * Re-enters  Properties, __getattr__, __len__ and __hash__ of the program.
 * Tests      difftests/scenarios/language: isinstance_and_issubclass.py, builtin_abs_len_id_callable.py */
#include "objects/types_impl.h"
#include "values/containers_impl.h"

/* ---- Attributes ---- */

static mp_str *objects_attr_name(mp_vm *vm, mp_value name)
{
    if (mp_is_str(vm, name))
        return (mp_str *)name;
    mp_raise(vm, MP_X_TYPE_ERROR, "attribute name must be string, not '%T'", name);
    return NULL;
}

static mp_value builtin_getattr(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "getattr") || !mp_positional(vm, args, "getattr", 2, 3))
        return NULL;
    mp_str *name = objects_attr_name(vm, args->values[1]);
    if (name == NULL)
        return NULL;
    if (args->count == 2)
        return mp_get_attr(vm, args->values[0], name);
    mp_value found = mp_find_attr(vm, args->values[0], name);
    return found != NULL || vm->raised != NULL ? found : mp_incref(args->values[2]);
}

static mp_value builtin_hasattr(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "hasattr", MP_NO_SELF, 2))
        return NULL;
    mp_str *name = objects_attr_name(vm, args->values[1]);
    mp_value found = name != NULL ? mp_find_attr(vm, args->values[0], name) : NULL;
    if (found == NULL && vm->raised != NULL)
        return NULL;
    mp_xdecref(vm, found);
    return mp_bool_new(vm, found != NULL);
}

static mp_value builtin_setattr(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "setattr", MP_NO_SELF, 3))
        return NULL;
    mp_str *name = objects_attr_name(vm, args->values[1]);
    return mp_none_if(vm, name != NULL && mp_set_attr(vm, args->values[0], name, args->values[2]));
}

static mp_value builtin_delattr(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "delattr", MP_NO_SELF, 2))
        return NULL;
    mp_str *name = objects_attr_name(vm, args->values[1]);
    return mp_none_if(vm, name != NULL && mp_set_attr(vm, args->values[0], name, NULL));
}

/* ---- Types ---- */

typedef struct class_question {
    const mp_type *type;
    const char *error;
} class_question;

static int objects_is_one_of(mp_vm *vm, const class_question *question, mp_value classes);

static int objects_is_in_tuple(mp_vm *vm, const class_question *question, const mp_tuple *classes)
{
    if (!mp_nest_enter(vm, "in a tuple of classes"))
        return -1;
    int answer = 0;
    for (size_t i = 0; i < classes->count && answer == 0; i++)
        answer = objects_is_one_of(vm, question, classes->items[i]);
    mp_nest_leave(vm);
    return answer;
}

/* classes: a class, or a tuple of these things.  1, 0, -1 raised. */
static int objects_is_one_of(mp_vm *vm, const class_question *question, mp_value classes)
{
    if (mp_is(vm, classes, MP_TYPE_TYPE))
        return mp_is_subtype(question->type, (mp_type *)classes);
    if (mp_is(vm, classes, MP_TYPE_TUPLE))
        return objects_is_in_tuple(vm, question, (mp_tuple *)classes);
    mp_raise(vm, MP_X_TYPE_ERROR, "%s", question->error);
    return -1;
}

static mp_value builtin_isinstance(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "isinstance", MP_NO_SELF, 2))
        return NULL;
    class_question question = {mp_type_of(vm, args->values[0]),
                               "isinstance() arg 2 must be a type, a tuple of types, or a union"};
    return mp_bool_of(vm, objects_is_one_of(vm, &question, args->values[1]));
}

static mp_value builtin_issubclass(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "issubclass", MP_NO_SELF, 2))
        return NULL;
    if (!mp_is(vm, args->values[0], MP_TYPE_TYPE)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "issubclass() arg 1 must be a class");
        return NULL;
    }
    class_question question = {(mp_type *)args->values[0],
                               "issubclass() arg 2 must be a class, a tuple of classes, or a union"};
    return mp_bool_of(vm, objects_is_one_of(vm, &question, args->values[1]));
}

static mp_value builtin_callable(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "callable", MP_NO_SELF, 1))
        return NULL;
    bool by_slot = mp_type_of(vm, args->values[0])->slots.call != NULL;
    return mp_bool_new(vm, by_slot || mp_has_dunder(vm, args->values[0], MP_S___call__));
}

/* ---- Numbers about an object ---- */

static mp_value builtin_len(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "len", MP_NO_SELF, 1))
        return NULL;
    int64_t length = mp_length(vm, args->values[0]);
    return length >= 0 ? mp_int_new(vm, length) : NULL;
}

static mp_value builtin_hash(mp_vm *vm, mp_args *args)
{
    int64_t hash;
    if (!mp_exactly(vm, args, "hash", MP_NO_SELF, 1) || !mp_hash(vm, args->values[0], &hash))
        return NULL;
    return mp_int_new(vm, hash);
}

static mp_value builtin_id(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "id", MP_NO_SELF, 1))
        return NULL;
    return mp_int_new(vm, (int64_t)(intptr_t)args->values[0]);
}

/* ---- Namespaces ---- */

/* The function of the program that called: native frames have no names. */
static mp_frame *objects_caller(mp_vm *vm)
{
    mp_frame *frame = vm->frame;
    while (frame != NULL && frame->native != NULL)
        frame = frame->back;
    if (frame == NULL)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "no code of the program is running");
    return frame;
}

static mp_value builtin_globals(mp_vm *vm, mp_args *args)
{
    mp_frame *frame = mp_exactly(vm, args, "globals", MP_NO_SELF, 0) ? objects_caller(vm) : NULL;
    return frame != NULL ? mp_incref(mp_as_value(frame->globals)) : NULL;
}

/* Names with a dot are the compiler's own. */
static bool objects_add_local(mp_vm *vm, mp_dict *names, mp_str *name, mp_value value)
{
    return value == NULL || name->data[0] == '.' || mp_dict_set(vm, names, mp_as_value(name), value);
}

static bool objects_add_locals(mp_vm *vm, mp_dict *names, const mp_frame *frame)
{
    const mp_code *code = frame->code;
    for (uint32_t i = 0; i < code->local_count; i++) {
        if (!objects_add_local(vm, names, code->locals[i], frame->locals[i]))
            return false;
    }
    for (uint32_t i = 0; i < code->cell_count; i++) {
        mp_cell *cell = (mp_cell *)frame->cells[i];
        if (cell != NULL && !objects_add_local(vm, names, code->cells[i], cell->value))
            return false;
    }
    return true;
}

static mp_value objects_locals(mp_vm *vm)
{
    mp_frame *frame = objects_caller(vm);
    if (frame == NULL || frame->names != NULL)
        return frame != NULL ? mp_incref(frame->names) : NULL;
    mp_dict *names = mp_dict_new(vm);
    if (names == NULL || objects_add_locals(vm, names, frame))
        return mp_as_value(names);
    mp_decref(vm, mp_as_value(names));
    return NULL;
}

static mp_value builtin_locals(mp_vm *vm, mp_args *args)
{
    return mp_exactly(vm, args, "locals", MP_NO_SELF, 0) ? objects_locals(vm) : NULL;
}

static mp_value builtin_vars(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "vars") || !mp_positional(vm, args, "vars", 0, 1))
        return NULL;
    if (args->count == 0)
        return objects_locals(vm);
    mp_value names = mp_find_attr(vm, args->values[0], vm->names[MP_S___dict__]);
    if (names == NULL && vm->raised == NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "vars() argument must have __dict__ attribute");
    return names;
}

/* ---- dir ---- */

static bool objects_add_keys(mp_vm *vm, mp_set *names, mp_dict *dict)
{
    return dict == NULL || mp_set_update(vm, names, mp_as_value(dict));
}

static bool objects_add_type_names(mp_vm *vm, mp_set *names, const mp_type *type)
{
    for (; type != NULL; type = type->base) {
        if (!objects_add_keys(vm, names, type->dict))
            return false;
    }
    return true;
}

static bool objects_add_names(mp_vm *vm, mp_set *names, mp_value value)
{
    if (mp_is(vm, value, MP_TYPE_MODULE))
        return objects_add_keys(vm, names, ((mp_module *)value)->dict);
    if (mp_is(vm, value, MP_TYPE_TYPE))
        return objects_add_type_names(vm, names, (mp_type *)value);
    mp_dict **own = mp_is_small(value) ? NULL : mp_dict_slot(vm, value);
    return (own == NULL || objects_add_keys(vm, names, *own)) &&
           objects_add_type_names(vm, names, mp_type_of(vm, value));
}

static bool objects_add_caller_names(mp_vm *vm, mp_set *names)
{
    mp_value locals = objects_locals(vm);
    if (locals == NULL)
        return false;
    bool done = mp_set_update(vm, names, locals);
    mp_decref(vm, locals);
    return done;
}

static mp_value builtin_dir(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "dir") || !mp_positional(vm, args, "dir", 0, 1))
        return NULL;
    mp_set *names = mp_set_new(vm);
    if (names == NULL)
        return NULL;
    bool done = args->count > 0 ? objects_add_names(vm, names, args->values[0])
                                : objects_add_caller_names(vm, names);
    mp_list *list = done ? mp_to_list(vm, mp_as_value(names)) : NULL;
    mp_decref(vm, mp_as_value(names));
    if (list == NULL || mp_list_sort(vm, list, NULL, false))
        return mp_as_value(list);
    mp_decref(vm, mp_as_value(list));
    return NULL;
}

const mp_native_def mp_builtin_objects[] = {
    {"callable", builtin_callable},
    {"delattr", builtin_delattr},
    {"dir", builtin_dir},
    {"getattr", builtin_getattr},
    {"globals", builtin_globals},
    {"hasattr", builtin_hasattr},
    {"hash", builtin_hash},
    {"id", builtin_id},
    {"isinstance", builtin_isinstance},
    {"issubclass", builtin_issubclass},
    {"len", builtin_len},
    {"locals", builtin_locals},
    {"setattr", builtin_setattr},
    {"vars", builtin_vars},
    {NULL, NULL},
};
