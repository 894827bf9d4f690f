/* host.c - the hooks, values, objects and logs of the test host (host.h); scripts are host_script.c. */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct th th;

enum { MAGIC = 0x7e57 };

/* ---- Logs ---- */

void th_append(char *log, const char *text)
{
    size_t used = strlen(log);
    ck_assert_uint_lt(used + strlen(text) + 3, TH_LOG_SIZE);
    snprintf(log + used, TH_LOG_SIZE - used, "%s%s", used > 0 ? ", " : "", text);
}

void th_log(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    th_append(th.log, text);
}

/* ---- Values: none, integers with the low bit set, and pointers to objects ---- */

static ac_value value_of(th_object *object)
{
    ac_value value = {(uint64_t)(uintptr_t)object};
    return value;
}

ac_value th_int(int64_t number)
{
    ac_value value = {(uint64_t)number << 1 | 1};
    return value;
}

bool th_is_int(ac_ref value)
{
    return (value.bits & 1) != 0;
}

int64_t th_as_int(ac_ref value)
{
    return th_is_int(value) ? (int64_t)value.bits >> 1 : 0;
}

th_object *th_object_of(ac_ref value)
{
    return value.bits == 0 || th_is_int(value) ? NULL : (th_object *)(uintptr_t)value.bits;
}

static th_object *object_new(th_type type, const char *name)
{
    th_object *object = calloc(1, sizeof *object);
    ck_assert_ptr_nonnull(object);
    object->type = type;
    object->count = 1;
    object->name = name;
    th.objects++;
    return object;
}

ac_value th_new(const char *name)
{
    return value_of(object_new(TH_OBJECT, name));
}

ac_value th_context(const char *name)
{
    return value_of(object_new(TH_CONTEXT, name));
}

ac_value th_exception(th_kind kind, const char *text)
{
    th_object *object = object_new(TH_EXCEPTION, NULL);
    object->kind = kind;
    object->text = text;
    return value_of(object);
}

ac_value th_cancelled(ac_ref message)
{
    ac_value exception = th_exception(TH_CANCELLED, "");
    th_object_of(ac_lend(exception))->value = th_dup(message);
    return exception;
}

ac_value th_dup(ac_ref value)
{
    th_object *object = th_object_of(value);
    if (object != NULL) {
        ck_assert_uint_gt(object->count, 0);
        object->count++;
    }
    ac_value same = {value.bits};
    return same;
}

static void drop(ac_loop *loop, ac_value value)
{
    th_object *object = th_object_of(ac_lend(value));
    if (object == NULL)
        return;
    ck_assert_uint_gt(object->count, 0);
    if (object->count == 1 && object->finalize != NULL) {
        void (*finalize)(ac_loop *, th_object *) = object->finalize;
        object->finalize = NULL;
        finalize(loop, object);
    }
    if (--object->count > 0)
        return;
    drop(loop, object->value);
    drop(loop, object->cause);
    drop(loop, object->context);
    for (size_t i = 0; i < object->item_count; i++)
        drop(loop, object->items[i]);
    free(object->items);
    free(object);
    th.objects--;
}

void th_drop(ac_value value)
{
    drop(&th.loop, value);
}

/* ---- repr ---- */

static bool is_ordinary(const th_object *object)
{
    switch (object->kind) {
    case TH_CANCELLED:
    case TH_CANCELLED_SUBCLASS:
    case TH_EXIT:
    case TH_INTERRUPT:
    case TH_GENEXIT:
    case TH_BASE:
        return false;
    case TH_GROUP:
        for (size_t i = 0; i < object->item_count; i++) {
            th_object *item = th_object_of(ac_lend(object->items[i]));
            if (item != NULL && !is_ordinary(item))
                return false;
        }
        return true;
    default:
        return true;
    }
}

static const char *kind_name(const th_object *object)
{
    static const char *const names[] = {
        [TH_CANCELLED] = "CancelledError",
        [TH_CANCELLED_SUBCLASS] = "MyCancelledError",
        [TH_STATE] = "InvalidStateError",
        [TH_RUNTIME] = "RuntimeError",
        [TH_TYPE] = "TypeError",
        [TH_VALUE] = "ValueError",
        [TH_RECURSION] = "RecursionError",
        [TH_ATTRIBUTE] = "AttributeError",
        [TH_TIMEOUT] = "TimeoutError",
        [TH_INTERRUPT] = "KeyboardInterrupt",
        [TH_STOP_ASYNC] = "StopAsyncIteration",
        [TH_QUEUE_EMPTY] = "QueueEmpty",
        [TH_QUEUE_FULL] = "QueueFull",
        [TH_QUEUE_SHUTDOWN] = "QueueShutDown",
        [TH_BROKEN_BARRIER] = "BrokenBarrierError",
        [TH_ASSERTION] = "AssertionError",
        [TH_NAME] = "NameError",
        [TH_GROUP] = "BaseExceptionGroup",
        [TH_PLAIN] = "Exception",
        [TH_EXIT] = "SystemExit",
        [TH_STOP] = "StopIteration",
        [TH_STOP_SUBCLASS] = "MyStopIteration",
        [TH_GENEXIT] = "GeneratorExit",
        [TH_BASE] = "BaseException",
    };
    return object->kind == TH_GROUP && is_ordinary(object) ? "ExceptionGroup" : names[object->kind];
}

static size_t write_list(char *buffer, size_t size, const th_object *object)
{
    size_t used = (size_t)snprintf(buffer, size, "[");
    for (size_t i = 0; i < object->item_count; i++)
        used += (size_t)snprintf(buffer + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 th_repr(ac_lend(object->items[i])));
    return used + (size_t)snprintf(buffer + used, size - used, "]");
}

static void write_repr(char *buffer, size_t size, ac_ref value)
{
    const th_object *object = th_object_of(value);
    if (ac_is_none(value)) {
        snprintf(buffer, size, "None");
    } else if (object == NULL) {
        snprintf(buffer, size, "%lld", (long long)th_as_int(value));
    } else if (object->type == TH_LIST) {
        write_list(buffer, size, object);
    } else if (object->type != TH_EXCEPTION) {
        snprintf(buffer, size, "%s", object->name);
    } else if (object->kind == TH_CANCELLED) {
        snprintf(buffer, size, "CancelledError(%s)",
                 object->value.bits != 0 ? th_repr(ac_lend(object->value)) : "");
    } else if (object->kind == TH_GROUP) {
        size_t used = (size_t)snprintf(buffer, size, "%s('%s', ", kind_name(object), object->text);
        used += write_list(buffer + used, size - used, object);
        snprintf(buffer + used, size - used, ")");
    } else {
        snprintf(buffer, size, "%s('%s')", kind_name(object), object->text);
    }
}

const char *th_repr(ac_ref value)
{
    static char buffers[8][1024];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    write_repr(buffer, sizeof buffers[0], value);
    return buffer;
}

const char *th_repr_of(ac_value value)
{
    const char *text = th_repr(ac_lend(value));
    th_drop(value);
    return text;
}

/* ---- Hooks ---- */

static const char *const hook_names[TH_HOOKS] = {"dup",          "drop",
                                                 "retain",       "release",
                                                 "error",        "classify",
                                                 "copy_context", "enter",
                                                 "leave",        "make_task",
                                                 "cancel",       "report",
                                                 "now",          "poll",
                                                 "wake",         "set_running",
                                                 "thread",       "slow",
                                                 "post",         "realloc",
                                                 "make_list",    "set_exception_context"};

/* Counts a call and says whether it is to fail. */
static bool called(ac_loop *loop, th_hook hook)
{
    th.calls[hook]++;
    bool due = th.fail_in[hook] > 0 && --th.fail_in[hook] == 0;
    bool told = th.intercept != NULL && th.intercept(loop, hook);
    return due || told;
}

static ac_status failure(ac_loop *loop, th_hook hook)
{
    static char texts[TH_HOOKS][32];
    if (th.fail_status != AC_OK)
        return th.fail_status;
    snprintf(texts[hook], sizeof texts[hook], "%s failed", hook_names[hook]);
    return ac_loop_raise(loop, th_exception(TH_RUNTIME, texts[hook]));
}

void th_fail(th_hook hook, unsigned nth)
{
    th.fail_in[hook] = nth;
}

static ac_value hook_dup(ac_loop *loop, ac_ref value)
{
    (void)called(loop, TH_HOOK_DUP);
    return th_dup(value);
}

static void hook_drop(ac_loop *loop, ac_value value)
{
    ck_assert_uint_ne(value.bits, 0);
    (void)called(loop, TH_HOOK_DROP);
    drop(loop, value);
}

static void hold_items(th_object *object, const ac_ref *items, size_t count)
{
    if (count == 0)
        return;
    object->items = calloc(count, sizeof *object->items);
    ck_assert_ptr_nonnull(object->items);
    for (size_t i = 0; i < count; i++)
        object->items[i] = th_dup(items[i]);
    object->item_count = count;
}

static ac_value hook_error(ac_loop *loop, const ac_error *error)
{
    static const th_kind kinds[] = {
        [AC_X_CANCELLED] = TH_CANCELLED,
        [AC_X_STATE] = TH_STATE,
        [AC_X_RUNTIME] = TH_RUNTIME,
        [AC_X_TYPE] = TH_TYPE,
        [AC_X_VALUE] = TH_VALUE,
        [AC_X_RECURSION] = TH_RECURSION,
        [AC_X_ATTRIBUTE] = TH_ATTRIBUTE,
        [AC_X_TIMEOUT] = TH_TIMEOUT,
        [AC_X_INTERRUPT] = TH_INTERRUPT,
        [AC_X_STOP_ASYNC] = TH_STOP_ASYNC,
        [AC_X_QUEUE_EMPTY] = TH_QUEUE_EMPTY,
        [AC_X_QUEUE_FULL] = TH_QUEUE_FULL,
        [AC_X_QUEUE_SHUTDOWN] = TH_QUEUE_SHUTDOWN,
        [AC_X_BROKEN_BARRIER] = TH_BROKEN_BARRIER,
        [AC_X_ASSERTION] = TH_ASSERTION,
        [AC_X_NAME] = TH_NAME,
        [AC_X_GROUP] = TH_GROUP,
        [AC_X_CANCELLED_EMPTY] = TH_CANCELLED,
        [AC_X_EXCEPTION_GROUP] = TH_GROUP,
    };
    if (called(loop, TH_HOOK_ERROR))
        return ac_none();
    ac_value value = th_exception(kinds[error->kind], error->text);
    th_object *object = th_object_of(ac_lend(value));
    object->value = error->kind == AC_X_CANCELLED_EMPTY ? th_new("''") : th_dup(error->value);
    object->cause = th_dup(error->cause);
    object->context = th_dup(ac_is_none(error->context) ? error->cause : error->context);
    object->task = error->task;
    object->parent = error->parent;
    object->future = error->future;
    object->group = error->group;
    hold_items(object, error->items, error->item_count);
    if (error->kind == AC_X_EXCEPTION_GROUP && !is_ordinary(object)) {
        drop(loop, value);
        return th_exception(TH_TYPE, "Cannot nest BaseExceptions in an ExceptionGroup");
    }
    return value;
}

static ac_status hook_make_list(ac_loop *loop, const ac_ref *items, size_t count, ac_value *out)
{
    if (called(loop, TH_HOOK_MAKE_LIST))
        return AC_E_MEMORY;
    th_object *object = object_new(TH_LIST, NULL);
    hold_items(object, items, count);
    *out = value_of(object);
    return AC_OK;
}

static ac_ref hook_exception_context(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    return ac_lend(th_object_of(exception)->context);
}

static void hook_set_exception_context(ac_loop *loop, ac_ref exception, ac_value context)
{
    th_object *object = th_object_of(exception);
    ac_value old = object->context;
    (void)called(loop, TH_HOOK_SET_EXCEPTION_CONTEXT);
    object->context = context;
    drop(loop, old);
}

static bool hook_exception_member(ac_loop *loop, ac_ref exception, size_t index, ac_ref *out)
{
    const th_object *object = th_object_of(exception);
    (void)loop;
    if (object->kind != TH_GROUP || !is_ordinary(object) || index >= object->item_count)
        return false;
    *out = ac_lend(object->items[index]);
    return true;
}

static unsigned hook_classify(ac_loop *loop, ac_ref exception)
{
    (void)called(loop, TH_HOOK_CLASSIFY);
    const th_object *object = th_object_of(exception);
    ck_assert_ptr_nonnull(object);
    ck_assert_int_eq(object->type, TH_EXCEPTION);
    switch (object->kind) {
    case TH_CANCELLED:
        return AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT;
    case TH_CANCELLED_SUBCLASS:
        return AC_IS_CANCELLED;
    case TH_EXIT:
    case TH_INTERRUPT:
        return AC_IS_EXIT;
    case TH_STOP:
        return AC_IS_STOP | AC_IS_STOP_EXACT;
    case TH_STOP_SUBCLASS:
        return AC_IS_STOP;
    case TH_GENEXIT:
        return AC_IS_GENEXIT;
    case TH_TIMEOUT:
        return AC_IS_TIMEOUT;
    default:
        return 0;
    }
}

static ac_status hook_copy_context(ac_loop *loop, ac_value *out)
{
    if (called(loop, TH_HOOK_COPY_CONTEXT))
        return failure(loop, TH_HOOK_COPY_CONTEXT);
    *out = th_context("copy");
    return AC_OK;
}

static ac_status hook_enter(ac_loop *loop, ac_ref context)
{
    th_object *object = th_object_of(context);
    if (called(loop, TH_HOOK_ENTER))
        return failure(loop, TH_HOOK_ENTER);
    if (object->entered)
        return ac_loop_raise(loop, th_exception(TH_RUNTIME, "cannot enter context: it is already entered"));
    if (th.log_contexts)
        th_log("+%s", object->name);
    object->entered = true;
    object->outer = th.context;
    th.context = object;
    return AC_OK;
}

static void hook_leave(ac_loop *loop, ac_ref context)
{
    th_object *object = th_object_of(context);
    (void)called(loop, TH_HOOK_LEAVE);
    if (!object->entered) {
        th.stray_leaves++;
        return;
    }
    ck_assert_ptr_eq(th.context, object);
    if (th.log_contexts)
        th_log("-%s", object->name);
    object->entered = false;
    th.context = object->outer;
}

static void hook_report(ac_loop *loop, const ac_report *report)
{
    char text[1024];
    (void)called(loop, TH_HOOK_REPORT);
    if (ac_is_none(report->exception))
        snprintf(text, sizeof text, "%s", report->message);
    else
        snprintf(text, sizeof text, "%s: %s", report->message, th_repr(report->exception));
    th_append(th.reports, text);
}

static double hook_now(ac_loop *loop)
{
    (void)called(loop, TH_HOOK_NOW);
    return th.now;
}

/* A poll for ever that nobody can end gives up. */
static ac_status hook_poll(ac_loop *loop, double timeout)
{
    if (called(loop, TH_HOOK_POLL))
        return failure(loop, TH_HOOK_POLL);
    th.polled = timeout;
    if (th.on_poll != NULL && th.on_poll(loop, timeout))
        return AC_OK;
    if (timeout < 0)
        return AC_E_DEADLOCK;
    th.now += timeout;
    return AC_OK;
}

static void hook_wake(ac_loop *loop)
{
    (void)loop;
    atomic_fetch_add(&th.wakes, 1);
}

static ac_status hook_set_running(ac_loop *loop, bool running)
{
    if (called(loop, TH_HOOK_SET_RUNNING) && running)
        return failure(loop, TH_HOOK_SET_RUNNING);
    if (running && th.running != NULL)
        return ac_loop_raise(
            loop, th_exception(TH_RUNTIME, "Cannot run the event loop while another loop is running"));
    ck_assert_ptr_eq(th.running, running ? NULL : loop);
    th.running = running ? loop : NULL;
    return AC_OK;
}

static uint64_t hook_thread(ac_loop *loop)
{
    static _Thread_local char here;
    (void)loop;
    return th.thread != 0 ? th.thread : (uint64_t)(uintptr_t)&here;
}

static void hook_slow(ac_loop *loop, ac_handle *handle, double seconds)
{
    (void)called(loop, TH_HOOK_SLOW);
    th_log("slow %s %.3g", ac_handle_task(handle) != NULL ? "step" : "callback", seconds);
}

static ac_status hook_cancel(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call, bool *did)
{
    const char *told = ac_is_none(message) ? "None" : th_repr(message);
    if (called(loop, TH_HOOK_CANCEL))
        return failure(loop, TH_HOOK_CANCEL);
    th_log("%s.cancel(%s%s)", th_name(future), call == AC_CANCEL_BY_NAME ? "msg=" : "",
           call != AC_CANCEL_ALONE ? told : "");
    return ac_future_cancel_base(future, message, did);
}

ac_status th_post(ac_loop *loop, ac_handle *handle)
{
    if (called(loop, TH_HOOK_POST))
        return failure(loop, TH_HOOK_POST);
    ck_assert_uint_lt(th.posted_count, TH_POSTS);
    th.posted[th.posted_count++] = handle;
    return AC_OK;
}

/* Runs a handle as a foreign loop does, which tells of failures itself. */
static void run_posted_one(ac_loop *loop, ac_handle *handle)
{
    ac_status status = ac_handle_run(loop, handle);
    if (status == AC_OK)
        return;
    ck_assert_int_eq(status, AC_E_RAISED);
    ac_value raised = ac_loop_take_raised(loop);
    ac_report report = {.message = "Exception in callback", .exception = ac_lend(raised)};
    th_ok(ac_loop_call_exception_handler(loop, &report));
    ac_drop(loop, raised);
}

void th_run_posted(ac_loop *loop)
{
    size_t count = th.posted_count;
    for (size_t i = 0; i < count; i++)
        run_posted_one(loop, th.posted[i]);
    memmove(th.posted, th.posted + count, (th.posted_count - count) * sizeof th.posted[0]);
    th.posted_count -= count;
}

/* Each block has its size before it, so that a wrong old size is noticed. */
static void *hook_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    bool fails = called(loop, TH_HOOK_REALLOC);
    max_align_t *block = memory != NULL ? (max_align_t *)memory - 1 : NULL;
    ck_assert_uint_eq(block != NULL ? *(size_t *)(void *)block : 0, old);
    if (now > old && fails)
        return NULL;
    if (now == 0) {
        free(block);
        th.bytes -= old;
        return NULL;
    }
    max_align_t *grown = realloc(block, now + sizeof *grown);
    ck_assert_ptr_nonnull(grown);
    *(size_t *)(void *)grown = now;
    th.bytes += now - old;
    return grown + 1;
}

/* ---- Futures and tasks ---- */

static th_owner *owner_of(ac_future *future)
{
    th_owner *owner = &AC_CONTAINER_OF(future, th_future, future)->owner;
    if (owner->magic != MAGIC)
        ck_abort_msg("no future or task of the test host, or a freed one");
    return owner;
}

static void destroy(ac_loop *loop, ac_future *future)
{
    th_owner *owner = owner_of(future);
    owner->refs++;
    owner->finalized++;
    ac_future_finalize(future);
    if (owner->refs == 1)
        ac_future_clear(future);
    if (--owner->refs > 0)
        return;
    (void)loop;
    th_append(th.released, owner->name);
    if (owner->body != NULL)
        th_coro_drop(owner->body);
    owner->magic = 0;
    free(owner);
    th.futures--;
}

static void release(ac_loop *loop, ac_future *future)
{
    th_owner *owner = owner_of(future);
    ck_assert_uint_gt(owner->refs, 0);
    if (--owner->refs == 0)
        destroy(loop, future);
}

static void hook_retain(ac_loop *loop, ac_future *future)
{
    (void)called(loop, TH_HOOK_RETAIN);
    th_retain(future);
}

static void hook_release(ac_loop *loop, ac_future *future)
{
    (void)called(loop, TH_HOOK_RELEASE);
    release(loop, future);
}

static void *owner_new(size_t size, const char *name)
{
    th_owner *owner = calloc(1, size);
    ck_assert_ptr_nonnull(owner);
    owner->magic = MAGIC;
    owner->name = name;
    owner->refs = 1;
    th.futures++;
    return owner;
}

ac_future *th_future_new(ac_loop *loop, const char *name)
{
    th_future *self = owner_new(sizeof *self, name);
    if (loop != NULL)
        th_ok(ac_future_init(&self->future, loop));
    return &self->future;
}

ac_gather *th_gather_new(const char *name)
{
    th_gather *self = owner_new(sizeof *self, name);
    return &self->gather;
}

ac_task *th_task_new(const char *name, th_coro *body)
{
    th_task *self = owner_new(sizeof *self, name);
    self->owner.body = body;
    if (body != NULL)
        body->refs++;
    return &self->task;
}

void th_retain(ac_future *future)
{
    ck_assert_uint_gt(owner_of(future)->refs, 0);
    owner_of(future)->refs++;
}

void th_release(ac_future *future)
{
    release(&th.loop, future);
}

unsigned th_refs(ac_future *future)
{
    return owner_of(future)->refs;
}

const char *th_name(ac_future *future)
{
    return owner_of(future)->name;
}

const char *th_state(ac_future *future)
{
    static char text[1100];
    const char *value = th_repr(ac_lend(future->result));
    switch (ac_future_get_state(future)) {
    case AC_PENDING:
        return "pending";
    case AC_FINISHED:
        snprintf(text, sizeof text, "result %s", value);
        break;
    case AC_FAILED:
        snprintf(text, sizeof text, "exception %s", value);
        break;
    case AC_CANCELLED:
        snprintf(text, sizeof text, "cancelled %s", value);
        break;
    }
    return text;
}

/* A task that could not be made gives its body back; one that ended eagerly by an exit exception keeps it. */
static ac_status hook_make_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    if (called(loop, TH_HOOK_MAKE_TASK))
        return failure(loop, TH_HOOK_MAKE_TASK);
    th_coro *body = AC_CONTAINER_OF(spec->body, th_coro, co);
    ac_task *task = th_task_new(body->name, body);
    ac_status status = ac_task_init(task, loop, spec);
    if (status == AC_OK)
        *out = task;
    else
        release(loop, &task->future);
    return status;
}

/* ---- The fixture ---- */

static const ac_host table = {
    .abi = AC_ABI,
    .size = sizeof(ac_host),
    .dup = hook_dup,
    .drop = hook_drop,
    .retain = hook_retain,
    .release = hook_release,
    .error = hook_error,
    .classify = hook_classify,
    .copy_context = hook_copy_context,
    .enter = hook_enter,
    .leave = hook_leave,
    .make_task = hook_make_task,
    .cancel = hook_cancel,
    .report = hook_report,
    .now = hook_now,
    .poll = hook_poll,
    .wake = hook_wake,
    .set_running = hook_set_running,
    .thread = hook_thread,
    .slow = hook_slow,
    .realloc = hook_realloc,
    .make_list = hook_make_list,
    .exception_context = hook_exception_context,
    .set_exception_context = hook_set_exception_context,
    .exception_member = hook_exception_member,
};

void th_loop_init(const ac_loop_options *options)
{
    th_ok(ac_loop_init(&th.loop, &th.table, options));
}

void th_use(const char *profile)
{
    ac_loop_options options = {.semantics = profile};
    th_ok(ac_loop_close(&th.loop));
    th_loop_init(&options);
}

void th_setup(void)
{
    memset(&th, 0, sizeof th);
    th.table = table;
    th_callbacks_reset();
    th_loop_init(NULL);
}

void th_teardown(void)
{
    th.intercept = NULL;
    memset(th.fail_in, 0, sizeof th.fail_in);
    for (size_t i = 0; i < TH_SLOTS; i++) {
        ac_future *future = th.slots[i];
        th.slots[i] = NULL;
        if (future != NULL)
            th_release(future);
    }
    th_ok(ac_loop_close(&th.loop));
    th_drop(ac_loop_take_raised(&th.loop));
    ck_assert_str_eq(th.reports, "");
    ck_assert_ptr_null(th.context);
    ck_assert_ptr_null(th.running);
    ck_assert_int_eq(th.futures, 0);
    ck_assert_int_eq(th.coros, 0);
    ck_assert_int_eq(th.objects, 0);
    ck_assert_uint_eq(th.bytes, 0);
}

int th_main(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, th_setup, th_teardown);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- Turns ---- */

void th_check(ac_loop *loop)
{
    const char *wrong = ac_loop_check(loop);
    if (wrong != NULL)
        ck_abort_msg("%s", wrong);
}

ac_status th_turn(ac_loop *loop)
{
    ac_status status = ac_loop_turn(loop);
    th_check(loop);
    return status;
}

void th_turns(ac_loop *loop, int count)
{
    for (int i = 0; i < count; i++)
        th_ok(th_turn(loop));
}

void th_run(ac_loop *loop)
{
    double timeout;
    while ((timeout = ac_loop_timeout(loop)) >= 0) {
        if (loop->clock != NULL)
            loop->clock->now += timeout;
        else
            th.now += timeout;
        th_ok(th_turn(loop));
    }
}
