/* contexts.c - context variables.
 *
 * Mirrors    contextvars: copy_context, Context.run (enter, leave), ContextVar.get and set.
 * Idea       A context shares its table of variables with its copies; a set makes a new table if it is
 *            shared.  So a copy is O(1) and a set O(variables); programs have few variables, and set them
 *            rarely.
 * Holds      (1) The empty context is no object: as long as no variable was ever set, a copy is none,
 *            tasks own nothing and the core enters nothing.
 *            (2) So the first set must make a context where there is none, and give it to what runs: the
 *            task, the callback of callbacks.c, or what is outside of both.
 *            (3) 'context' of the loop is borrowed: who entered it keeps it alive.
 * Re-enters  leave drops nothing, as its rights demand; a set drops the old value last.
 * Tests      tests/test_chost_contexts.c; docs/examples/context_vars.c */
#include "chost_impl.h"

/* ---- Tables -------------------------------------------------------------------------------------- */

static c_binding *find_binding(c_bindings *bindings, const ac_c_var *var)
{
    size_t count = bindings ? bindings->count : 0;

    for (size_t i = 0; i < count; i++)
        if (bindings->items[i].var == var)
            return &bindings->items[i];
    return NULL;
}

/* A copy of a table with room for this variable, whose value is none so far. */
static c_bindings *copy_with(ac_loop *loop, c_bindings *from, const ac_c_var *var)
{
    size_t count = from ? from->count : 0, room = count + (find_binding(from, var) ? 0 : 1);
    c_bindings *copy = aci_c_object_new(loop, C_BINDINGS, sizeof *copy + room * sizeof *copy->items);

    if (!copy)
        return NULL;
    copy->count = room;
    copy->items[room - 1] = (c_binding){var, ac_none()};
    for (size_t i = 0; i < count; i++)
        copy->items[i] = (c_binding){from->items[i].var, c_dup(ac_lend(from->items[i].value))};
    return copy;
}

static ac_status set_in(ac_loop *loop, c_context *context, const ac_c_var *var, ac_value value)
{
    c_bindings *old = context->bindings;
    bool shared = !old || old->object.life.refs > 1 || !find_binding(old, var);
    c_bindings *mine = shared ? copy_with(loop, old, var) : old;
    c_binding *binding;
    ac_value was;

    if (!mine)
        return AC_E_MEMORY;
    binding = find_binding(mine, var);
    was = binding->value;
    binding->value = value;
    context->bindings = mine;
    aci_c_drop(loop, was);
    if (shared)
        aci_c_drop(loop, c_value_of(old));
    return AC_OK;
}

/* ---- Contexts ------------------------------------------------------------------------------------ */

/* A context with the variables of another, or none for NULL. */
static c_context *context_new(ac_loop *loop, const c_context *like)
{
    c_context *self = aci_c_object_new(loop, AC_C_CONTEXT, sizeof *self);

    if (!self)
        return NULL;
    self->bindings = like ? like->bindings : NULL;
    if (self->bindings)
        self->bindings->object.life.refs++;
    self->prev = NULL;
    self->entered = false;
    return self;
}

/* The context of what runs.  Something outside of tasks and callbacks, as an exception handler, may have made
 * the outermost one current while the loop runs: those that have none do not see it. */
static c_context *current(const c_loop *self)
{
    c_context *context = self->context;

    if (!context || context != c_object_as(ac_lend(self->base), AC_C_CONTEXT))
        return context;
    return self->in_callback || ac_loop_current_task(&self->core) ? NULL : context;
}

ac_value ac_c_copy_context(ac_loop *loop)
{
    return c_value_of(context_new(loop, current(c_loop_of(loop))));
}

ac_status aci_c_copy_context(ac_loop *loop, ac_value *out)
{
    *out = ac_none();
    if (!current(c_loop_of(loop)))
        return AC_OK;
    *out = ac_c_copy_context(loop);
    return ac_is_none(ac_lend(*out)) ? AC_E_MEMORY : AC_OK;
}

static void make_current(ac_loop *loop, c_context *context)
{
    context->prev = c_loop_of(loop)->context;
    context->entered = true;
    c_loop_of(loop)->context = context;
}

ac_status aci_c_enter(ac_loop *loop, ac_ref context)
{
    c_context *self = c_object_as(context, AC_C_CONTEXT);

    if (!self)
        return ac_loop_raise(loop, ac_c_error(loop, &ac_c_TypeError, "a contextvars.Context was expected"));
    if (self->entered)
        return ac_loop_raise(
            loop, ac_c_error(loop, &ac_c_RuntimeError, "cannot enter context: it is already entered"));
    make_current(loop, self);
    return AC_OK;
}

void aci_c_leave(ac_loop *loop, ac_ref context)
{
    c_context *self = c_object_as(context, AC_C_CONTEXT);

    c_loop_of(loop)->context = self->prev;
    self->prev = NULL;
    self->entered = false;
}

/* ---- Callbacks of this host ---------------------------------------------------------------------- */

void aci_c_scope_begin(ac_loop *loop, c_scope *scope)
{
    c_loop *self = c_loop_of(loop);

    *scope = (c_scope){self->context, self->own, self->in_callback};
    self->own = ac_none();
    self->in_callback = true;
}

void aci_c_scope_end(ac_loop *loop, c_scope *scope)
{
    c_loop *self = c_loop_of(loop);
    ac_value own = self->own;

    self->context = scope->context;
    self->own = scope->own;
    self->in_callback = scope->in_callback;
    aci_c_drop(loop, own);
}

/* ---- Variables ----------------------------------------------------------------------------------- */

ac_ref ac_c_var_get(ac_loop *loop, const ac_c_var *var)
{
    const c_context *context = current(c_loop_of(loop));
    const c_binding *binding = context ? find_binding(context->bindings, var) : NULL;

    return binding ? ac_lend(binding->value) : ac_none_ref();
}

/* Gives a context to what runs, and makes it the current one.  Takes it over on AC_OK; AC_E_STATE if the
 * current task has one that is not entered (somebody swapped the current task). */
static ac_status adopt(ac_loop *loop, c_context *context)
{
    c_loop *self = c_loop_of(loop);
    ac_task *task = ac_loop_current_task(loop);
    ac_status status = AC_OK;

    if (task) {
        status = ac_task_set_context(task, c_value_of(context));
        if (status == AC_OK)
            make_current(loop, context); /* the core calls leave when the step ends */
        return status;
    }
    self->context = context;
    if (self->in_callback)
        self->own = c_value_of(context);
    else
        self->base = c_value_of(context);
    return AC_OK;
}

/* What the core runs without a context, outside of tasks and of the callbacks of this host, shares the
 * outermost one. */
static bool share_base(c_loop *self)
{
    if (self->in_callback || ac_loop_current_task(&self->core) || ac_is_none(ac_lend(self->base)))
        return false;
    self->context = c_object_as(ac_lend(self->base), AC_C_CONTEXT);
    return true;
}

/* The variable is set in the fresh context only when that has its place: so the value is still the caller's
 * when there is none. */
static ac_status set_in_fresh(ac_loop *loop, const ac_c_var *var, ac_value value)
{
    c_context *fresh = context_new(loop, NULL);
    ac_status status = fresh ? adopt(loop, fresh) : AC_E_MEMORY;

    if (status == AC_OK)
        return set_in(loop, fresh, var, value);
    aci_c_drop(loop, c_value_of(fresh));
    return status;
}

ac_status ac_c_var_set(ac_loop *loop, const ac_c_var *var, ac_value value)
{
    c_loop *self = c_loop_of(loop);

    if (current(self) || share_base(self))
        return set_in(loop, self->context, var, value);
    return set_in_fresh(loop, var, value);
}
