/* contextvars.c - the module: ContextVar, Token, copy_context.
 *
 * Mirrors    Python/context.c: contextvar_set, contextvar_reset and their errors.
 * Idea       A token remembers the value that set() has replaced, NULL for none, and the context in which it
 *            did: reset() puts it back, once, there and nowhere else.
 * Versions   A token is a context manager since 3.14. */
#include "asyncio/host.h"

typedef struct context_variable {
    mp_object head;
    mp_value name;
    mp_value fallback; /* the default; NULL: none */
} context_variable;

typedef struct context_token {
    mp_object head;
    mp_value variable, context;
    mp_value older; /* NULL: there was none */
    bool used;
} context_token;

/* ---- Variables ---- */

static mp_value variable_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind(vm, args, "ContextVar", "name/ |$default", values))
        return NULL;
    if (!mp_is_str(vm, values[0])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "context variable name must be a str");
        return NULL;
    }
    context_variable *self = (context_variable *)mp_new(vm, type, 0);
    if (self == NULL)
        return NULL;
    self->name = mp_incref(values[0]);
    self->fallback = values[1] != NULL ? mp_incref(values[1]) : NULL;
    return mp_as_value(self);
}

static mp_value variable_get(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "get", 1, 2))
        return NULL;
    mp_value self = args->values[0];
    mp_value found = mp_context_get(vm, (mp_context *)vm->context, self);
    if (found == NULL && args->count > 1)
        found = args->values[1];
    if (found == NULL)
        found = ((context_variable *)self)->fallback;
    if (found != NULL)
        return mp_incref(found);
    mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_LOOKUP_ERROR], &self, 1));
    return NULL;
}

static mp_value variable_set(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "set", 2, 2))
        return NULL;
    mp_value self = args->values[0];
    context_token *token = (context_token *)mp_new(vm, vm->types[MP_TYPE_TOKEN], 0);
    if (token == NULL)
        return NULL;
    mp_value older = mp_context_get(vm, (mp_context *)vm->context, self);
    token->variable = mp_incref(self);
    token->context = mp_incref(vm->context);
    token->older = older != NULL ? mp_incref(older) : NULL;
    if (mp_context_set(vm, (mp_context *)vm->context, self, args->values[1]))
        return mp_as_value(token);
    mp_decref(vm, mp_as_value(token));
    return NULL;
}

/* NULL: the token may be used. */
static mp_value token_use(mp_vm *vm, mp_value self, context_token *token)
{
    mp_value shown = mp_as_value(token);
    if (token->used)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "%R has already been used once", shown);
    else if (token->variable != self)
        mp_raise(vm, MP_X_VALUE_ERROR, "%R was created by a different ContextVar", shown);
    else if (token->context != vm->context)
        mp_raise(vm, MP_X_VALUE_ERROR, "%R was created in a different Context", shown);
    else if (mp_context_set(vm, (mp_context *)vm->context, self, token->older)) {
        token->used = true;
        return mp_incref(vm->none);
    }
    return NULL;
}

static mp_value variable_reset(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "reset", 2, 2))
        return NULL;
    if (mp_is(vm, args->values[1], MP_TYPE_TOKEN))
        return token_use(vm, args->values[0], (context_token *)args->values[1]);
    mp_raise(vm, MP_X_TYPE_ERROR, "expected an instance of Token, got %R", args->values[1]);
    return NULL;
}

static mp_value variable_repr(mp_vm *vm, mp_value self)
{
    const context_variable *variable = (const context_variable *)self;
    if (variable->fallback == NULL)
        return mp_as_value(mp_str_formatted(vm, "<ContextVar name=%R at 0x%llx>", variable->name,
                                            (unsigned long long)(uintptr_t)self));
    return mp_as_value(mp_str_formatted(vm, "<ContextVar name=%R default=%R at 0x%llx>", variable->name,
                                        variable->fallback, (unsigned long long)(uintptr_t)self));
}

static mp_value variable_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(((context_variable *)self)->name);
}

static int variable_visit(mp_value self, mp_visit *visit, void *data)
{
    const context_variable *variable = (const context_variable *)self;
    mp_value owned[] = {variable->name, variable->fallback};
    return mp_visit_all(owned, 2, visit, data);
}

static void variable_clear(mp_vm *vm, mp_value self)
{
    context_variable *variable = (context_variable *)self;
    mp_clear_slot(vm, &variable->name);
    mp_clear_slot(vm, &variable->fallback);
}

static const mp_slots variable_slots = {
    .visit = variable_visit,
    .clear = variable_clear,
    .repr = variable_repr,
    .make = variable_make,
};

static const mp_method variable_methods[] = {
    {"get", variable_get, MP_M_METHOD},
    {"set", variable_set, MP_M_METHOD},
    {"reset", variable_reset, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset variable_getsets[] = {{"name", variable_name, NULL}, {NULL, NULL, NULL}};

static const mp_type_def variable_def = {
    .name = "ContextVar",
    .module = "_contextvars",
    .size = sizeof(context_variable),
    .flags = MP_T_GC,
    .slots = &variable_slots,
    .methods = variable_methods,
    .getsets = variable_getsets,
};

/* ---- Tokens ---- */

static mp_value token_repr(mp_vm *vm, mp_value self)
{
    const context_token *token = (const context_token *)self;
    return mp_as_value(mp_str_formatted(vm, "<Token%s var=%R at 0x%llx>", token->used ? " used" : "",
                                        token->variable, (unsigned long long)(uintptr_t)self));
}

static mp_value token_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    (void)args;
    mp_raise(vm, MP_X_RUNTIME_ERROR, "Tokens can only be created by ContextVars");
    return NULL;
}

static mp_value token_var(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(((context_token *)self)->variable);
}

static mp_value token_old_value(mp_vm *vm, mp_value self)
{
    mp_value older = ((context_token *)self)->older;
    if (older != NULL)
        return mp_incref(older);
    mp_str *name = mp_str_from(vm, "MISSING");
    mp_value missing = name != NULL ? mp_get_attr(vm, mp_as_value(vm->types[MP_TYPE_TOKEN]), name) : NULL;
    mp_xdecref(vm, mp_as_value(name));
    return missing;
}

static mp_value token_enter(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__enter__", 1, 1) ? mp_incref(args->values[0]) : NULL;
}

static mp_value token_exit(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__exit__", 4, 4))
        return NULL;
    context_token *token = (context_token *)args->values[0];
    return token_use(vm, token->variable, token);
}

static int token_visit(mp_value self, mp_visit *visit, void *data)
{
    const context_token *token = (const context_token *)self;
    mp_value owned[] = {token->variable, token->context, token->older};
    return mp_visit_all(owned, 3, visit, data);
}

static void token_clear(mp_vm *vm, mp_value self)
{
    context_token *token = (context_token *)self;
    mp_clear_slot(vm, &token->variable);
    mp_clear_slot(vm, &token->context);
    mp_clear_slot(vm, &token->older);
}

static const mp_slots token_slots = {
    .visit = token_visit,
    .clear = token_clear,
    .repr = token_repr,
    .make = token_make,
};

static const mp_method token_methods[] = {
    {"__enter__", token_enter, MP_M_METHOD},
    {"__exit__", token_exit, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset token_getsets[] = {
    {"var", token_var, NULL},
    {"old_value", token_old_value, NULL},
    {NULL, NULL, NULL},
};

/* The methods come first in the list of those since 3.14. */
static mp_type_def token_def(const mp_vm *vm)
{
    mp_type_def def = {
        .name = "Token",
        .module = "_contextvars",
        .size = sizeof(context_token),
        .flags = MP_T_GC,
        .slots = &token_slots,
        .methods = mp_has(vm, AC_S_TOKEN_CONTEXT_MANAGER) ? token_methods : NULL,
        .getsets = token_getsets,
    };
    return def;
}

/* ---- The module ---- */

static mp_value contextvars_copy_context(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "copy_context", 0, 0) ? mp_context_copy(vm) : NULL;
}

static const mp_native_def contextvars_natives[] = {{"copy_context", contextvars_copy_context}, {NULL, NULL}};

static bool contextvars_types(mp_vm *vm)
{
    mp_type_def token = token_def(vm);
    vm->types[MP_TYPE_CONTEXT] = mp_type_new(vm, &mp_context_def, NULL);
    vm->types[MP_TYPE_CONTEXTVAR] = mp_type_new(vm, &variable_def, NULL);
    vm->types[MP_TYPE_TOKEN] = mp_type_new(vm, &token, NULL);
    if (vm->types[MP_TYPE_CONTEXT] == NULL || vm->types[MP_TYPE_CONTEXTVAR] == NULL ||
        vm->types[MP_TYPE_TOKEN] == NULL)
        return false;
    mp_type *missing = vm->types[MP_TYPE_OBJECT];
    return mp_define(vm, vm->types[MP_TYPE_TOKEN]->dict, "MISSING", mp_new(vm, missing, 0));
}

static mp_value contextvars_type(mp_vm *vm, mp_type_index index)
{
    return mp_incref(mp_as_value(vm->types[index]));
}

bool mp_init_contextvars(mp_vm *vm)
{
    if (!contextvars_types(vm) || (vm->context = mp_context_new(vm, NULL)) == NULL)
        return false;
    mp_dict *names = mp_module_make(vm, "contextvars");
    return names != NULL && mp_define(vm, names, "Context", contextvars_type(vm, MP_TYPE_CONTEXT)) &&
           mp_define(vm, names, "ContextVar", contextvars_type(vm, MP_TYPE_CONTEXTVAR)) &&
           mp_define(vm, names, "Token", contextvars_type(vm, MP_TYPE_TOKEN)) &&
           mp_define_natives(vm, names, contextvars_natives);
}
