/* runner.c - what Runner in library.c asks of the core; Ctrl-C.
 *
 * Mirrors    runners.Runner, as far as it is no Python.
 * Idea       The core's runner in an object with a method for each of its pieces.  Around them stands what
 *            calls the program (factories, the loop's methods), which is Python.
 * Holds      vm->asyncio->runner is the one between start and finish; 'before' the one that was it before.
 * Re-enters  interrupt may run a cancel of the program's. */
#include "asyncio/host.h"

typedef struct mp_runner {
    mp_object head;
    mp_value loop;   /* owned; while it is open */
    mp_value main;   /* owned; the task between start and finish */
    mp_value before; /* owned */
    bool runs;
    ac_runner core;
} mp_runner;

static mp_runner *runner_self(const mp_args *args)
{
    return (mp_runner *)args->values[0];
}

static ac_runnable runner_kind(mp_vm *vm, mp_value value)
{
    if (mp_is_coroutine(vm, value))
        return AC_A_COROUTINE;
    return mp_is_awaitable(vm, value) ? AC_AN_AWAITABLE : AC_NOT_RUNNABLE;
}

/* None, or what the core says, raised. */
static mp_value runner_answer(mp_vm *vm, mp_runner *runner, ac_status status, mp_value value)
{
    static const struct {
        ac_status status;
        mp_exception_index index;
    } kinds[] = {{AC_E_VALUE, MP_X_VALUE_ERROR}, {AC_E_TYPE, MP_X_TYPE_ERROR}};
    mp_exception_index index = MP_X_RUNTIME_ERROR;
    mp_subjects subjects = {.value = value};
    if (status == AC_OK)
        return mp_incref(vm->none);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].status == status)
            index = kinds[i].index;
    mp_str *words = mp_words(vm, ac_runner_why(&runner->core), &subjects);
    if (words != NULL)
        mp_raise(vm, index, "%S", words);
    mp_xdecref(vm, mp_as_value(words));
    return NULL;
}

/* ---- Its pieces ---- */

static mp_value runner_admit_run(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "admit_run", 1, 1))
        return NULL;
    ac_status status = ac_runner_admit_run(&runner_self(args)->core, vm->running_loop != NULL);
    return runner_answer(vm, runner_self(args), status, NULL);
}

static mp_value runner_admit(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "admit", 2, 2))
        return NULL;
    mp_value what = args->values[1];
    ac_status status = ac_runner_admit(&runner_self(args)->core, runner_kind(vm, what),
                                       vm->running_loop != NULL);
    return runner_answer(vm, runner_self(args), status, what);
}

/* True: it is to be wrapped. */
static mp_value runner_accept(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "accept", 2, 2))
        return NULL;
    ac_runnable kind = runner_kind(vm, args->values[1]);
    mp_value answer = runner_answer(vm, runner_self(args), ac_runner_accept(&runner_self(args)->core, kind),
                                    NULL);
    mp_xdecref(vm, answer);
    return answer != NULL ? mp_bool_new(vm, kind != AC_A_COROUTINE) : NULL;
}

static mp_value runner_may_open(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "may_open", 1, 1))
        return NULL;
    return runner_answer(vm, runner_self(args), ac_runner_may_open(&runner_self(args)->core), NULL);
}

/* A factory may have given anything; what is no loop of ours has no runs that could be interrupted. */
static mp_value runner_open(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "open", 2, 2))
        return NULL;
    mp_runner *runner = runner_self(args);
    mp_value loop = args->values[1], context = mp_context_copy(vm);
    if (context == NULL)
        return NULL;
    if (!mp_is(vm, loop, MP_TYPE_LOOP)) {
        mp_decref(vm, context);
        mp_raise(vm, MP_X_TYPE_ERROR, "an event loop was expected, got %R", loop);
        return NULL;
    }
    runner->loop = mp_incref(loop);
    ac_runner_open(&runner->core, &mp_as_loop(loop)->core, mp_owned(context));
    return mp_incref(vm->none);
}

static mp_value runner_close(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "close", 1, 1))
        return NULL;
    ac_runner_close(&runner_self(args)->core);
    mp_clear_slot(vm, &runner_self(args)->loop);
    return mp_incref(vm->none);
}

/* The core has to do with futures only. */
static mp_value runner_start(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "start", 2, 2))
        return NULL;
    mp_runner *runner = runner_self(args);
    mp_value task = args->values[1];
    if (!mp_is_future(vm, task) || mp_future_core(vm, task) == NULL) {
        mp_clear_slot(vm, &vm->raised);
        return mp_incref(vm->none);
    }
    runner->runs = true;
    runner->main = mp_incref(task);
    ac_runner_start(&runner->core, mp_future_core(vm, task));
    runner->before = vm->asyncio->runner;
    vm->asyncio->runner = mp_incref(mp_as_value(runner));
    return mp_incref(vm->none);
}

/* finish(error): the run has raised this, or None.  Raises what is to be raised in its place. */
static mp_value runner_finish(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "finish", 2, 2))
        return NULL;
    mp_runner *runner = runner_self(args);
    mp_value error = args->values[1] != vm->none ? args->values[1] : NULL;
    ac_value raised = error != NULL ? mp_owned(mp_incref(error)) : ac_none();
    if (!runner->runs) {
        ac_drop(&mp_as_loop(runner->loop)->core, raised);
        return mp_incref(vm->none);
    }
    runner->runs = false;
    mp_set_slot(vm, &vm->asyncio->runner, runner->before);
    runner->before = NULL;
    ac_runner_finish(&runner->core, &raised);
    mp_clear_slot(vm, &runner->main);
    if (error == NULL || mp_seen(ac_lend(raised)) != error) {
        if (error == NULL)
            return mp_incref(vm->none);
        mp_raise_taken(vm, raised);
        return NULL;
    }
    mp_decref(vm, mp_taken(raised));
    return mp_incref(vm->none);
}

/* ---- Ctrl-C ---- */

/* Without a run that Ctrl-C cancels, and the second time, it is an exception. */
bool mp_interrupt_main(mp_vm *vm)
{
    mp_asyncio *state = vm->asyncio;
    mp_runner *runner = state != NULL ? (mp_runner *)state->runner : NULL;
    vm->interrupted = 0;
    if (runner == NULL) {
        mp_value interrupt = mp_new_exception(vm, vm->exceptions[MP_X_KEYBOARD_INTERRUPT], NULL, 0);
        if (interrupt != NULL)
            mp_raise_value(vm, interrupt);
        return false;
    }
    mp_value held = mp_incref(mp_as_value(runner)), loop = mp_incref(runner->loop);
    ac_status status = ac_runner_interrupt(&runner->core);
    if (status != AC_OK)
        mp_fail(vm, &mp_as_loop(loop)->core, status);
    mp_decref(vm, loop);
    mp_decref(vm, held);
    return status == AC_OK;
}

/* signal.raise_signal(signal.SIGINT): the handler runs before this returns. */
mp_value mp_raise_signal(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "raise_signal", 1, 1))
        return NULL;
    mp_value number = args->values[0];
    if (!mp_is_int(vm, number) || mp_int_of(number) != 2) {
        mp_raise(vm, MP_X_VALUE_ERROR, "the scenario language knows SIGINT only");
        return NULL;
    }
    return mp_interrupt_main(vm) ? mp_incref(vm->none) : NULL;
}

/* ---- The type ---- */

static mp_value runner_get_state(mp_vm *vm, mp_value self)
{
    static const char *const names[] = {"created", "initialized", "closed"};
    return mp_as_value(mp_str_from(vm, names[ac_runner_get_state(&((mp_runner *)self)->core)]));
}

static mp_value runner_get_loop(mp_vm *vm, mp_value self)
{
    mp_value loop = ((mp_runner *)self)->loop;
    return mp_incref(loop != NULL ? loop : vm->none);
}

static mp_value runner_get_context(mp_vm *vm, mp_value self)
{
    mp_value context = mp_seen(ac_runner_get_context(&((mp_runner *)self)->core));
    return mp_incref(context != NULL ? context : vm->none);
}

static mp_value runner_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    if (!mp_positional(vm, args, "_RunnerCore", 0, 0))
        return NULL;
    mp_runner *runner = (mp_runner *)mp_new(vm, type, 0);
    if (runner != NULL)
        ac_runner_init(&runner->core, vm->asyncio->semantics);
    return mp_as_value(runner);
}

/* The core's hold of the main task is the host's to show, like its context. */
static int runner_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_runner *runner = (const mp_runner *)self;
    mp_value owned[] = {runner->loop, runner->main, runner->before,
                        mp_seen(ac_runner_get_context(&runner->core)), runner->runs ? runner->main : NULL};
    return mp_visit_all(owned, sizeof owned / sizeof *owned, visit, data);
}

static void runner_clear(mp_vm *vm, mp_value self)
{
    mp_runner *runner = (mp_runner *)self;
    ac_value raised = ac_none();
    if (runner->runs)
        ac_runner_finish(&runner->core, &raised);
    runner->runs = false;
    ac_runner_close(&runner->core);
    mp_clear_slot(vm, &runner->main);
    mp_clear_slot(vm, &runner->before);
    mp_clear_slot(vm, &runner->loop);
}

static const mp_slots runner_slots = {.visit = runner_visit, .clear = runner_clear, .make = runner_make};

static const mp_method runner_methods[] = {
    {"admit_run", runner_admit_run, MP_M_METHOD},
    {"admit", runner_admit, MP_M_METHOD},
    {"accept", runner_accept, MP_M_METHOD},
    {"may_open", runner_may_open, MP_M_METHOD},
    {"open", runner_open, MP_M_METHOD},
    {"close", runner_close, MP_M_METHOD},
    {"start", runner_start, MP_M_METHOD},
    {"finish", runner_finish, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset runner_getsets[] = {
    {"state", runner_get_state, NULL},
    {"loop", runner_get_loop, NULL},
    {"context", runner_get_context, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_runner_def = {
    .name = "_RunnerCore",
    .module = "asyncio.runners",
    .size = sizeof(mp_runner),
    .flags = MP_T_GC,
    .slots = &runner_slots,
    .methods = runner_methods,
    .getsets = runner_getsets,
};
