/* waits.c - asyncio.wait and asyncio.as_completed.
 *
 * Mirrors    tasks.wait, tasks._wait; tasks._AsCompletedIterator and tasks.as_completed since 3.13.  The
 *            generator that as_completed is in 3.12 is in library.c: it asks for the iterator's steps.
 * Idea       wait is a native coroutine whose subject becomes the list of the futures when it begins; at its
 *            end that list is split in two sets, which keep its order.
 * Holds      The core has a reference to an iterator for each callback on a future, and for the timer.
 * Limits     Imitations of futures, which are not of our kind, are refused.
 * Re-enters  Making a set of what is waited for, and making tasks of it, runs the program. */
#include "asyncio/host.h"

/* The double of a timeout, as loop.call_later looks at it: time() + timeout must be a number. */
static bool waits_timeout(mp_vm *vm, mp_loop *loop, mp_value timeout, double *out)
{
    mp_value now = mp_float_new(vm, ac_loop_time(&loop->core));
    mp_value when = now != NULL ? mp_binary(vm, MP_OP_ADD, now, timeout) : NULL;
    bool good = when != NULL && mp_to_double(vm, timeout, out);
    mp_xdecref(vm, now);
    mp_xdecref(vm, when);
    return good;
}

/* set(items) as a list. */
static mp_list *waits_unique(mp_vm *vm, mp_value items)
{
    mp_set *set = mp_set_new(vm);
    mp_list *list = NULL;
    if (set != NULL && mp_set_update(vm, set, items))
        list = mp_list_new(vm, 0);
    if (list != NULL && !mp_list_extend(vm, list, mp_as_value(set)))
        mp_clear_slot(vm, (mp_value *)&list);
    mp_xdecref(vm, mp_as_value(set));
    return list;
}

/* The futures of a list for the core; NULL in place of what is none.  To be released with waits_free. */
static ac_future **waits_cores(mp_vm *vm, const mp_list *list)
{
    ac_future **futures = mp_alloc(vm, (list->count + 1) * sizeof(ac_future *));
    for (size_t i = 0; futures != NULL && i < list->count; i++) {
        ac_future *core = mp_is_future(vm, list->items[i]) ? &((mp_future *)list->items[i])->core : NULL;
        futures[i] = core != NULL && ac_future_get_loop(core) != NULL ? core : NULL;
    }
    return futures;
}

static void waits_free(mp_vm *vm, ac_future **futures, const mp_list *list)
{
    mp_release(vm, futures, (list->count + 1) * sizeof(ac_future *));
}

/* Raises what add_done_callback of the first thing that is no future would. */
static void waits_refuse(mp_vm *vm, const mp_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mp_value item = list->items[i];
        if (mp_is_future(vm, item) && ac_future_get_loop(&((mp_future *)item)->core) != NULL)
            continue;
        mp_str *name = mp_str_from(vm, "add_done_callback");
        mp_value method = name != NULL ? mp_get_attr(vm, item, name) : NULL;
        mp_xdecref(vm, mp_as_value(name));
        if (method == NULL)
            return;
        mp_decref(vm, method);
        mp_raise(vm, MP_X_RUNTIME_ERROR,
                 mp_is_future(vm, item) ? "uninitialized Future object" : "cannot wait for %R", item);
        return;
    }
}

/* ---- wait: its arguments ---- */

static const char *const wait_whens[] = {"ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"};

/* 1 and *out, 0 it is none of them, -1 raised. */
static int wait_when(mp_vm *vm, mp_value value, ac_return_when *out)
{
    for (int i = 0; i < 3; i++) {
        mp_str *name = mp_str_from(vm, wait_whens[i]);
        int equal = name != NULL ? mp_equal(vm, mp_as_value(name), value) : -1;
        mp_xdecref(vm, mp_as_value(name));
        if (equal != 0) {
            *out = (ac_return_when)i;
            return equal;
        }
    }
    return 0;
}

static bool wait_check_when(mp_vm *vm, mp_value value, ac_return_when *out)
{
    int known = wait_when(vm, value, out);
    if (known != 0)
        return known > 0;
    mp_value text = mp_format(vm, value, NULL);
    if (text != NULL)
        mp_raise(vm, MP_X_VALUE_ERROR, "Invalid return_when value: %S", text);
    mp_xdecref(vm, text);
    return false;
}

/* 1 a future or a coroutine, 0, -1 raised. */
static int waits_is_one(mp_vm *vm, mp_value value)
{
    int is_future = mp_looks_like_future(vm, value);
    return is_future != 0 ? is_future : mp_is_coroutine(vm, value);
}

static bool wait_check(mp_vm *vm, mp_value items)
{
    int single = waits_is_one(vm, items);
    if (single > 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "expect a list of futures, not %T", items);
    int filled = single == 0 ? mp_truth(vm, items) : -1;
    if (filled == 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "Set of Tasks/Futures is empty.");
    return filled > 0;
}

/* What stands between the set and _wait. */
static bool wait_check_items(mp_vm *vm, const mp_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (mp_is_coroutine(vm, list->items[i])) {
            mp_raise(vm, MP_X_TYPE_ERROR, "Passing coroutines is forbidden, use tasks explicitly.");
            return false;
        }
    }
    return true;
}

/* ---- wait: the coroutine ---- */

static mp_value wait_fail(mp_vm *vm, mp_loop *loop, const mp_list *list, ac_status status)
{
    if (status != AC_E_TYPE)
        return mp_fail(vm, &loop->core, status);
    waits_refuse(vm, list);
    return NULL;
}

/* _wait up to its await; subject is the list now. */
static mp_value wait_start(mp_vm *vm, mp_native_coroutine *self, mp_loop *loop, ac_return_when when)
{
    const mp_list *list = (const mp_list *)self->subject;
    mp_value timeout = ((mp_tuple *)self->argument)->items[0];
    ac_wait *wait = mp_native_frame(self);
    double seconds = 0;
    if (list->count == 0) {
        mp_raise(vm, MP_X_ASSERTION_ERROR, "Set of Futures is empty.");
        return NULL;
    }
    if (timeout != vm->none && !waits_timeout(vm, loop, timeout, &seconds))
        return NULL;
    ac_future **futures = waits_cores(vm, list);
    if (futures == NULL)
        return NULL;
    ac_status status = ac_wait_init(wait, &loop->core, futures, list->count,
                                    timeout != vm->none ? &seconds : NULL, when);
    waits_free(vm, futures, list);
    if (status == AC_OK)
        status = ac_wait_start(wait);
    return status == AC_OK ? mp_native_bind(self, loop, &wait->co) : wait_fail(vm, loop, list, status);
}

/* subject is what is waited for, argument (timeout, return_when). */
static mp_value wait_begin(mp_vm *vm, mp_native_coroutine *self)
{
    ac_return_when when;
    if (!wait_check(vm, self->subject) || !wait_check_when(vm, ((mp_tuple *)self->argument)->items[1], &when))
        return NULL;
    mp_list *list = waits_unique(vm, self->subject);
    if (list == NULL)
        return NULL;
    mp_set_slot(vm, &self->subject, mp_as_value(list));
    mp_loop *loop = wait_check_items(vm, list) ? mp_running_loop(vm) : NULL;
    return loop != NULL ? wait_start(vm, self, loop, when) : NULL;
}

/* (done, pending); steals the core's result, which is None. */
static mp_value wait_finish(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    const mp_list *list = (const mp_list *)self->subject;
    mp_set *sets[2] = {mp_set_new(vm), mp_set_new(vm)};
    bool good = sets[0] != NULL && sets[1] != NULL;
    mp_decref(vm, result);
    for (size_t i = 0; good && i < list->count; i++) {
        mp_future *future = (mp_future *)list->items[i];
        good = mp_set_add(vm, sets[ac_future_done(&future->core) ? 0 : 1], list->items[i]);
    }
    mp_value both[2] = {mp_as_value(sets[0]), mp_as_value(sets[1])};
    mp_value pair = good ? mp_as_value(mp_tuple_of(vm, both, 2)) : NULL;
    mp_xdecref(vm, both[0]);
    mp_xdecref(vm, both[1]);
    return pair;
}

mp_value mp_wait(mp_vm *vm, mp_args *args)
{
    mp_value values[3], rest[2];
    if (!mp_bind_python(vm, args, "wait", "fs |$timeout return_when", values))
        return NULL;
    rest[0] = values[1] != NULL ? values[1] : vm->none;
    rest[1] = values[2] != NULL ? mp_incref(values[2]) : mp_as_value(mp_str_from(vm, "ALL_COMPLETED"));
    mp_tuple *options = rest[1] != NULL ? mp_tuple_of(vm, rest, 2) : NULL;
    mp_xdecref(vm, rest[1]);
    mp_native_coroutine *self = options != NULL
                                    ? mp_native_coroutine_new(vm, "wait", values[0], mp_as_value(options),
                                                              sizeof(ac_wait))
                                    : NULL;
    mp_xdecref(vm, mp_as_value(options));
    if (self == NULL)
        return NULL;
    self->begin = wait_begin;
    self->finish = wait_finish;
    return mp_as_value(self);
}

/* ---- as_completed: the object ---- */

typedef struct mp_as_completed {
    mp_object head;
    mp_value loop; /* owned */
    ac_as_completed core;
} mp_as_completed;

static bool completed_has(mp_vm *vm, ac_semantics_flag flag)
{
    return ac_semantics_has(vm->asyncio->semantics, flag);
}

static int completed_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_as_completed *self = (mp_as_completed *)value;
    mp_showing showing = mp_show_to(visit, data);
    int answer = mp_visit_all(&self->loop, 1, visit, data);
    return answer == 0 ? ac_as_completed_visit(&self->core, &showing.visitor) : answer;
}

static void completed_clear(mp_vm *vm, mp_value value)
{
    mp_as_completed *self = (mp_as_completed *)value;
    ac_as_completed_clear(&self->core);
    mp_clear_slot(vm, &self->loop);
}

/* ---- as_completed: its steps ---- */

static mp_value step_begin(mp_vm *vm, mp_native_coroutine *self)
{
    ac_as_completed_step *step = mp_native_frame(self);
    (void)vm;
    return mp_native_bind(self, mp_as_loop(((mp_as_completed *)self->subject)->loop), &step->co);
}

/* The core's retain is ours. */
static mp_value step_finish_anext(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    ac_future *found = ac_as_completed_found(mp_native_frame(self));
    mp_decref(vm, result);
    return mp_as_value(mp_future_of(found));
}

static mp_native_coroutine *step_new(mp_vm *vm, mp_value completed, const char *name, const char *qualname)
{
    mp_native_coroutine *self = mp_native_coroutine_new(vm, name, completed, NULL,
                                                        sizeof(ac_as_completed_step));
    if (self == NULL)
        return NULL;
    self->qualname = qualname;
    self->begin = step_begin;
    self->raises = self->passes_thrown = true;
    return self;
}

/* NULL without an exception at the end.  The step is taken whether it is awaited or not. */
static mp_value completed_next(mp_vm *vm, mp_value value)
{
    mp_as_completed *self = (mp_as_completed *)value;
    if (self->core.left == 0)
        return NULL;
    bool is_new = completed_has(vm, AC_S_AS_COMPLETED_ASYNC_ITERATOR);
    mp_native_coroutine *step = step_new(vm, value, "_wait_for_one",
                                         is_new ? "_AsCompletedIterator._wait_for_one"
                                                : "as_completed.<locals>._wait_for_one");
    if (step != NULL)
        (void)ac_as_completed_next(&self->core, mp_native_frame(step));
    return mp_as_value(step);
}

static mp_value completed_method_next(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__next__", 1, 1))
        return NULL;
    mp_value step = completed_next(vm, args->values[0]);
    if (step == NULL && vm->raised == NULL)
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_STOP_ITERATION], NULL, 0));
    return step;
}

static mp_value completed_anext(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__anext__", 1, 1))
        return NULL;
    mp_native_coroutine *step = step_new(vm, args->values[0], "__anext__", "_AsCompletedIterator.__anext__");
    if (step == NULL)
        return NULL;
    step->finish = step_finish_anext;
    ac_as_completed_anext(&((mp_as_completed *)args->values[0])->core, mp_native_frame(step));
    return mp_as_value(step);
}

static mp_value completed_itself(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

static mp_value completed_aiter(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__aiter__", 1, 1) ? mp_incref(args->values[0]) : NULL;
}

static const mp_slots completed_slots = {
    .visit = completed_visit,
    .clear = completed_clear,
    .iter = completed_itself,
    .next = completed_next,
};

static const mp_method completed_methods[] = {
    {"__aiter__", completed_aiter, MP_M_METHOD},
    {"__anext__", completed_anext, MP_M_METHOD},
    {"__next__", completed_method_next, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_as_completed_def = {
    .name = "_AsCompletedIterator",
    .module = "asyncio.tasks",
    .size = sizeof(mp_as_completed),
    .flags = MP_T_GC,
    .slots = &completed_slots,
    .methods = completed_methods,
};

/* ---- as_completed: making one ---- */

/* Every awaitable becomes a task, one after the other: the first step of an eager one is a frame of its
 * own. */
struct completed_frame {
    mp_value loop, timeout; /* owned */
    mp_list *awaitables;    /* owned */
    mp_set *todo;           /* owned; their futures so far */
    size_t next;
    bool counted; /* the answer is (iterator, how many steps) */
};

static void completed_drop(mp_vm *vm, mp_frame *frame)
{
    struct completed_frame *rest = mp_frame_fields(frame);
    mp_clear_slot(vm, &rest->loop);
    mp_clear_slot(vm, &rest->timeout);
    mp_clear_slot(vm, (mp_value *)&rest->awaitables);
    mp_clear_slot(vm, (mp_value *)&rest->todo);
}

/* The callbacks come first; a timeout that is no number is found when they are there. */
static bool completed_start(mp_vm *vm, mp_as_completed *self, size_t count, mp_value timeout)
{
    double seconds = 0;
    bool timed = count > 0 && timeout != vm->none, good = true;
    if (timed)
        good = waits_timeout(vm, mp_as_loop(self->loop), timeout, &seconds);
    mp_value raised = vm->raised;
    vm->raised = NULL;
    ac_status status = ac_as_completed_start(&self->core, timed && good ? &seconds : NULL);
    vm->raised = raised;
    if (good && status != AC_OK)
        (void)mp_fail(vm, &mp_as_loop(self->loop)->core, status);
    return good && status == AC_OK;
}

static mp_value completed_make(mp_vm *vm, const struct completed_frame *rest)
{
    mp_list *list = mp_list_new(vm, 0);
    if (list == NULL)
        return NULL;
    mp_as_completed *self = NULL;
    ac_future **futures = mp_list_extend(vm, list, mp_as_value(rest->todo)) ? waits_cores(vm, list) : NULL;
    for (size_t i = 0; futures != NULL && i < list->count; i++) {
        if (futures[i] == NULL) {
            waits_refuse(vm, list);
            waits_free(vm, futures, list);
            futures = NULL;
        }
    }
    if (futures != NULL)
        self = (mp_as_completed *)mp_new(vm, vm->types[MP_TYPE_AS_COMPLETED], 0);
    if (self != NULL) {
        ac_loop *loop = &mp_as_loop(rest->loop)->core;
        self->loop = mp_incref(rest->loop);
        ac_status status = ac_as_completed_init(&self->core, loop, futures, list->count,
                                                mp_lent(mp_as_value(self)));
        bool good = status == AC_OK ? completed_start(vm, self, list->count, rest->timeout)
                                    : mp_fail(vm, loop, status) != NULL;
        if (!good)
            mp_clear_slot(vm, (mp_value *)&self);
    }
    if (futures != NULL)
        waits_free(vm, futures, list);
    mp_decref(vm, mp_as_value(list));
    return mp_as_value(self);
}

/* Steals the future of the last awaitable, or NULL (raised). */
static bool completed_take(mp_vm *vm, struct completed_frame *rest, mp_value future)
{
    bool good = future != NULL && mp_set_add(vm, rest->todo, future);
    mp_xdecref(vm, future);
    return good;
}

/* Steals the iterator. */
static mp_value completed_counted(mp_vm *vm, mp_value made)
{
    mp_value both[2] = {made, mp_int_new(vm, (int64_t)((mp_as_completed *)made)->core.left)};
    mp_value pair = both[1] != NULL ? mp_as_value(mp_tuple_of(vm, both, 2)) : NULL;
    mp_decref(vm, both[0]);
    mp_xdecref(vm, both[1]);
    return pair;
}

/* MP_PUSHED, the answer, or NULL. */
static mp_value completed_go(mp_vm *vm, struct completed_frame *rest)
{
    while (rest->next < rest->awaitables->count) {
        mp_value future = mp_ensure_begin(vm, mp_as_loop(rest->loop), rest->awaitables->items[rest->next++]);
        if (future == MP_PUSHED)
            return future;
        if (!completed_take(vm, rest, future))
            return NULL;
    }
    mp_value made = completed_make(vm, rest);
    return rest->counted && made != NULL ? completed_counted(vm, made) : made;
}

static mp_value completed_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    (void)outcome;
    struct completed_frame *rest = mp_frame_fields(frame);
    return completed_take(vm, rest, value) ? completed_go(vm, rest) : NULL;
}

static const mp_native_ops completed_ops = {"as_completed", completed_resume, completed_drop,
                                            sizeof(mp_frame) + sizeof(struct completed_frame)};

/* Since 3.14.8 an iterator knows the task that has made it, and so can be made in a running loop alone. */
static mp_loop *completed_loop(mp_vm *vm)
{
    mp_loop *loop = mp_default_loop(vm);
    if (loop != NULL && completed_has(vm, AC_S_AS_COMPLETED_KNOWS_TASK) && mp_running_loop(vm) == NULL)
        return NULL;
    return loop;
}

static mp_value completed_begin(mp_vm *vm, mp_value awaitables, mp_value timeout, bool counted)
{
    mp_loop *loop = completed_loop(vm);
    mp_list *list = loop != NULL ? waits_unique(vm, awaitables) : NULL;
    mp_set *todo = list != NULL ? mp_set_new(vm) : NULL;
    mp_frame *frame = todo != NULL ? mp_push_native(vm, &completed_ops) : NULL;
    if (frame == NULL) {
        mp_xdecref(vm, mp_as_value(list));
        mp_xdecref(vm, mp_as_value(todo));
        return NULL;
    }
    struct completed_frame *rest = mp_frame_fields(frame);
    *rest = (struct completed_frame){
        mp_incref(mp_as_value(loop)), mp_incref(timeout), list, todo, 0, counted};
    mp_value answer = completed_go(vm, rest);
    return answer == MP_PUSHED ? answer : mp_end_native(vm, frame, answer);
}

/* as_completed(fs, *, timeout=None) since 3.13. */
static mp_value completed_function(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "as_completed", "fs |$timeout", values))
        return NULL;
    if (mp_is_awaitable(vm, values[0])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "expects an iterable of awaitables, not %T", values[0]);
        return NULL;
    }
    return completed_begin(vm, values[0], values[1] != NULL ? values[1] : vm->none, false);
}

/* What the generator of 3.12 does at its first step; no program sees the iterator. */
mp_value mp_as_completed_generator(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "as_completed", 2, 2))
        return NULL;
    int single = waits_is_one(vm, args->values[0]);
    if (single > 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "expect an iterable of futures, not %T", args->values[0]);
    return single == 0 ? completed_begin(vm, args->values[0], args->values[1], true) : NULL;
}

/* ---- The names of the module ---- */

bool mp_define_waits(mp_vm *vm, mp_dict *names)
{
    for (int i = 0; i < 3; i++)
        if (!mp_define(vm, names, wait_whens[i], mp_as_value(mp_str_from(vm, wait_whens[i]))))
            return false;
    return !completed_has(vm, AC_S_AS_COMPLETED_ASYNC_ITERATOR) ||
           mp_define(vm, names, "as_completed", mp_native_new(vm, "as_completed", completed_function));
}
