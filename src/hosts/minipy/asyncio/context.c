/* context.c - contexts: which value each context variable has, for whoever runs now.
 *
 * Mirrors    Python/context.c: PyContext_Copy, PyContext_Enter, Context.run; CPython keeps the values in a
 *            persistent tree, so that a copy is O(1).
 * Idea       Copies share one dict.  Whoever writes first gets a dict of its own: a copy costs nothing, a
 *            first write O(variables), and programs have few of them.
 * Holds      A dict that more than one refer to is never changed.  vm->context is the current one; those
 *            below it hang on 'previous', and each is entered once at most.
 * Re-enters  Context.run is a native frame: the function runs in the machine's own loop. */
#include "asyncio/host.h"

mp_value mp_context_new(mp_vm *vm, mp_dict *variables)
{
    mp_context *context = (mp_context *)mp_new(vm, vm->types[MP_TYPE_CONTEXT], 0);
    if (context == NULL)
        return NULL;
    context->serial = ++vm->contexts;
    if (variables != NULL)
        context->variables = (mp_dict *)mp_incref(mp_as_value(variables));
    return mp_as_value(context);
}

mp_value mp_context_copy(mp_vm *vm)
{
    return mp_context_new(vm, ((mp_context *)vm->context)->variables);
}

/* ---- Entering and leaving ---- */

bool mp_context_enter(mp_vm *vm, mp_value value)
{
    mp_context *context = (mp_context *)value;
    if (!mp_is(vm, value, MP_TYPE_CONTEXT)) { /* a task was given it: eager_start_failure_is_clean */
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object has no attribute 'run'", value);
        return false;
    }
    if (context->entered) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot enter context: %R is already entered", value);
        return false;
    }
    context->entered = true;
    context->previous = vm->context;
    vm->context = mp_incref(value);
    return true;
}

/* Whoever leaves it holds it: nothing is freed here. */
void mp_context_leave(mp_vm *vm, mp_value value)
{
    mp_context *context = (mp_context *)value;
    vm->context = context->previous;
    context->previous = NULL;
    context->entered = false;
    mp_decref(vm, value);
}

/* ---- Values ---- */

mp_value mp_context_get(mp_vm *vm, mp_context *context, mp_value variable)
{
    return context->variables != NULL ? mp_dict_get(vm, context->variables, variable) : NULL;
}

/* A dict that is this context's alone. */
static bool context_own(mp_vm *vm, mp_context *context)
{
    mp_dict *shared = context->variables;
    if (shared != NULL && shared->head.refs == 1)
        return true;
    mp_dict *own = shared != NULL ? mp_dict_copy(vm, shared) : mp_dict_new(vm);
    if (own == NULL)
        return false;
    context->variables = own;
    mp_xdecref(vm, mp_as_value(shared));
    return true;
}

bool mp_context_set(mp_vm *vm, mp_context *context, mp_value variable, mp_value value)
{
    if (!context_own(vm, context))
        return false;
    if (value != NULL)
        return mp_dict_set(vm, context->variables, variable, value);
    return mp_dict_delete(vm, context->variables, variable) >= 0;
}

/* ---- Context.run ---- */

struct context_run {
    mp_value context; /* owned; NULL: left already */
};

static void context_run_leave(mp_vm *vm, mp_frame *frame)
{
    struct context_run *run = mp_frame_fields(frame);
    mp_value context = run->context;
    run->context = NULL;
    if (context == NULL)
        return;
    mp_context_leave(vm, context);
    mp_decref(vm, context);
}

static mp_value context_run_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    (void)outcome;
    mp_value raised = vm->raised;
    vm->raised = NULL;
    context_run_leave(vm, frame);
    vm->raised = raised;
    return value;
}

static const mp_native_ops context_run_ops = {"Context.run", context_run_resume, context_run_leave,
                                              sizeof(mp_frame) + sizeof(struct context_run)};

static mp_value context_run(mp_vm *vm, mp_args *args)
{
    mp_value self = args->values[0];
    if (args->count < 2) {
        mp_raise(vm, MP_X_TYPE_ERROR, "run() missing 1 required positional argument");
        return NULL;
    }
    mp_frame *frame = mp_push_native(vm, &context_run_ops);
    if (frame == NULL)
        return NULL;
    if (!mp_context_enter(vm, self))
        return mp_end_native(vm, frame, NULL);
    ((struct context_run *)mp_frame_fields(frame))->context = mp_incref(self);
    mp_args rest = {args->values + 2, args->count - 2, args->names};
    mp_value given = mp_invoke(vm, args->values[1], &rest);
    return given == MP_PUSHED ? given : mp_end_native(vm, frame, given);
}

/* ---- The mapping ---- */

/* The content as a dict, empty if there is none: a new reference. */
static mp_dict *context_dict(mp_vm *vm, mp_value self)
{
    mp_dict *variables = ((mp_context *)self)->variables;
    return variables != NULL ? (mp_dict *)mp_incref(mp_as_value(variables)) : mp_dict_new(vm);
}

static mp_value context_by_dict(mp_vm *vm, mp_args *args, const char *name)
{
    if (!mp_positional(vm, args, name, 1, 1))
        return NULL;
    mp_dict *dict = context_dict(vm, args->values[0]);
    mp_str *word = dict != NULL ? mp_str_from(vm, name) : NULL;
    mp_value answer = word != NULL ? mp_call_method(vm, mp_as_value(dict), word, NULL, 0) : NULL;
    mp_xdecref(vm, mp_as_value(word));
    mp_xdecref(vm, mp_as_value(dict));
    return answer;
}

static mp_value context_keys(mp_vm *vm, mp_args *args)
{
    return context_by_dict(vm, args, "keys");
}

static mp_value context_values(mp_vm *vm, mp_args *args)
{
    return context_by_dict(vm, args, "values");
}

static mp_value context_items(mp_vm *vm, mp_args *args)
{
    return context_by_dict(vm, args, "items");
}

/* Borrowed; NULL: there is none, or raised: keys are context variables. */
static mp_value context_look(mp_vm *vm, mp_value self, mp_value key)
{
    if (mp_is(vm, key, MP_TYPE_CONTEXTVAR))
        return mp_context_get(vm, (mp_context *)self, key);
    mp_raise(vm, MP_X_TYPE_ERROR, "a ContextVar key was expected, got %R", key);
    return NULL;
}

static mp_value context_get(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "get", 2, 3))
        return NULL;
    mp_value found = context_look(vm, args->values[0], args->values[1]);
    if (found == NULL && vm->raised != NULL)
        return NULL;
    return mp_incref(found != NULL ? found : args->count > 2 ? args->values[2] : vm->none);
}

static mp_value context_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    mp_value found = context_look(vm, self, key);
    if (found != NULL)
        return mp_incref(found);
    if (vm->raised == NULL)
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_KEY_ERROR], &key, 1));
    return NULL;
}

static int context_contains(mp_vm *vm, mp_value self, mp_value key)
{
    mp_value found = context_look(vm, self, key);
    return found != NULL ? 1 : vm->raised != NULL ? -1 : 0;
}

static int64_t context_length(mp_vm *vm, mp_value self)
{
    const mp_dict *variables = ((mp_context *)self)->variables;
    (void)vm;
    return variables != NULL ? (int64_t)variables->count : 0;
}

static mp_value context_iter(mp_vm *vm, mp_value self)
{
    mp_dict *dict = context_dict(vm, self);
    mp_value iterator = dict != NULL ? mp_iter(vm, mp_as_value(dict)) : NULL;
    mp_xdecref(vm, mp_as_value(dict));
    return iterator;
}

static mp_value context_copy(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "copy", 1, 1))
        return NULL;
    return mp_context_new(vm, ((mp_context *)args->values[0])->variables);
}

/* Two contexts are equal if the same variables have equal values in them. */
static mp_value context_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if ((op != MP_OP_EQ && op != MP_OP_NE) || !mp_is_exactly(vm, b, MP_TYPE_CONTEXT))
        return mp_incref(vm->not_implemented);
    mp_dict *left = context_dict(vm, a);
    mp_dict *right = left != NULL ? context_dict(vm, b) : NULL;
    mp_value answer = right != NULL ? mp_compare(vm, op, mp_as_value(left), mp_as_value(right)) : NULL;
    mp_xdecref(vm, mp_as_value(left));
    mp_xdecref(vm, mp_as_value(right));
    return answer;
}

static bool context_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    *out = 0;
    mp_raise(vm, MP_X_TYPE_ERROR, "unhashable type: '%T'", self);
    return false;
}

/* ---- The type ---- */

static mp_value context_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (args->count > 0 || args->names != NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "Context() does not accept any arguments");
        return NULL;
    }
    return mp_context_new(vm, NULL);
}

static int context_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_context *context = (const mp_context *)self;
    mp_value owned[] = {mp_as_value(context->variables), context->previous};
    return mp_visit_all(owned, 2, visit, data);
}

static void context_clear(mp_vm *vm, mp_value self)
{
    mp_context *context = (mp_context *)self;
    mp_clear_slot(vm, (mp_value *)&context->variables);
    mp_clear_slot(vm, &context->previous);
}

static const mp_slots context_slots = {
    .visit = context_visit,
    .clear = context_clear,
    .hash = context_hash,
    .compare = context_compare,
    .length = context_length,
    .get_item = context_get_item,
    .contains = context_contains,
    .iter = context_iter,
    .make = context_make,
};

static const mp_method context_methods[] = {
    {"run", context_run, MP_M_METHOD},
    {"copy", context_copy, MP_M_METHOD},
    {"get", context_get, MP_M_METHOD},
    {"keys", context_keys, MP_M_METHOD},
    {"values", context_values, MP_M_METHOD},
    {"items", context_items, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_context_def = {
    .name = "Context",
    .module = "_contextvars",
    .size = sizeof(mp_context),
    .flags = MP_T_GC,
    .slots = &context_slots,
    .methods = context_methods,
};
