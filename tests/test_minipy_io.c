/* test_minipy_io.c - the io of a loop of minipy: when it is made, what wakes it, and when it goes.
 *
 * Programs here have two functions more: watch(loop) is a future that is done as soon as there is something
 * to read in a pipe, and write() puts something there. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "asyncio/host.h"

#include "host.h"

typedef struct said {
    char text[4000];
    size_t size;
} said;

typedef struct watcher {
    ac_watch watch;
    mp_value future; /* owned */
} watcher;

static int ends[2];
static int removed;
static mp_vm *interruptible;

static bool hear(void *data, bool is_error, const char *text, size_t size)
{
    said *out = data;
    if (!is_error && out->size + size < sizeof out->text) {
        memcpy(out->text + out->size, text, size);
        out->size += size;
        out->text[out->size] = '\0';
    }
    return true;
}

/* ---- watch, write ---- */

static ac_status watcher_run(ac_io *io, ac_watch *watch)
{
    watcher *self = AC_CONTAINER_OF(watch, watcher, watch);
    ac_future *future = &((mp_future *)self->future)->core;
    ac_status status = ac_future_set_result(future, ac_none());
    ac_io_remove_reader(io, ends[0]);
    return status;
}

static void watcher_removed(ac_io *io, ac_watch *watch)
{
    watcher *self = AC_CONTAINER_OF(watch, watcher, watch);
    removed++;
    mp_decref(mp_vm_of(ac_io_loop(io)), self->future);
    free(self);
}

static int watcher_visit(ac_watch *watch, ac_visitor *visitor)
{
    mp_value future = AC_CONTAINER_OF(watch, watcher, watch)->future;
    return visitor->future(visitor, &((mp_future *)future)->core);
}

static const ac_watch_ops watcher_ops = {watcher_run, watcher_visit, watcher_removed};

static mp_value native_watch(mp_vm *vm, mp_args *args)
{
    mp_loop *loop = mp_as_loop(args->values[0]);
    ac_io *io = mp_loop_io(vm, loop);
    mp_value future = io != NULL ? mp_future_new(vm, loop) : NULL;
    watcher *self = future != NULL ? calloc(1, sizeof *self) : NULL;
    if (self == NULL)
        return NULL;
    ck_assert_ptr_eq(mp_loop_io(vm, loop), io);
    self->future = mp_incref(future);
    ac_watch_init(&self->watch, &watcher_ops, ac_none());
    ac_status status = ac_io_add_reader(io, ends[0], &self->watch);
    if (status == AC_OK)
        return future;
    mp_decref(vm, self->future);
    mp_decref(vm, future);
    free(self);
    return mp_fail(vm, &loop->core, status);
}

static void write_byte(void)
{
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
}

static mp_value native_write(mp_vm *vm, mp_args *args)
{
    (void)args;
    write_byte();
    return mp_incref(vm->none);
}

/* ---- Running ---- */

static mp_vm *start(said *out, bool virtual_time)
{
    const mp_options options = {.virtual_time = virtual_time, .write = hear, .write_data = out};
    const char *why;
    memset(out, 0, sizeof *out);
    removed = 0;
    ck_assert_int_eq(pipe(ends), 0);
    mp_vm *vm = mp_vm_new(&options, &why);
    ck_assert_ptr_nonnull(vm);
    mp_native_def natives[] = {{"watch", native_watch}, {"write", native_write}, {NULL, NULL}};
    ck_assert(mp_define_natives(vm, vm->builtins, natives));
    return vm;
}

static int run(mp_vm *vm, const char *source)
{
    return mp_vm_run(vm, source, strlen(source), "test.py");
}

static void end(mp_vm *vm)
{
    ck_assert_uint_eq(mp_vm_free(vm), 0);
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(close(ends[1]), 0);
}

static void check_run(bool virtual_time, const char *source, const char *expected)
{
    said out;
    mp_vm *vm = start(&out, virtual_time);
    int status = run(vm, source);
    end(vm);
    ck_assert_str_eq(out.text, expected);
    ck_assert_int_eq(status, 0);
}

static void *write_later(void *unused)
{
    const struct timespec span = {0, 20000000};
    (void)nanosleep(&span, NULL);
    write_byte();
    return unused;
}

/* ---- Tests ---- */

static const char waits[] = "import asyncio\n"
                            "async def main():\n"
                            "    loop = asyncio.get_running_loop()\n"
                            "    start = loop.time()\n"
                            "    future = watch(loop)\n"
                            "    loop.call_later(0.01, write)\n"
                            "    print(future.done())\n"
                            "    await future\n"
                            "    print(loop.time() - start >= 0.01, loop.time() - start)\n"
                            "asyncio.run(main())\n";

START_TEST(test_a_virtual_clock_goes_on_until_there_is_something)
{
    check_run(true, waits, "False\nTrue 0.01\n");
    ck_assert_int_eq(removed, 1);
}
END_TEST

START_TEST(test_a_real_clock_waits_for_both)
{
    said out;
    mp_vm *vm = start(&out, false);
    ck_assert_int_eq(run(vm, waits), 0);
    end(vm);
    ck_assert_int_eq(strncmp(out.text, "False\nTrue ", 11), 0);
}
END_TEST

START_TEST(test_the_world_is_waited_for_where_nothing_else_happens)
{
    for (int virtual_time = 0; virtual_time < 2; virtual_time++) {
        said out;
        pthread_t thread;
        mp_vm *vm = start(&out, virtual_time != 0);
        ck_assert_int_eq(pthread_create(&thread, NULL, write_later, NULL), 0);
        ck_assert_int_eq(run(vm, "import asyncio\n"
                                 "async def main():\n"
                                 "    await watch(asyncio.get_running_loop())\n"
                                 "    print('read')\n"
                                 "asyncio.run(main())\n"),
                         0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        end(vm);
        ck_assert_str_eq(out.text, "read\n");
    }
}
END_TEST

START_TEST(test_a_loop_that_is_closed_has_none)
{
    check_run(true,
              "import asyncio\n"
              "loop = asyncio.new_event_loop()\n"
              "future = watch(loop)\n"
              "loop.close()\n"
              "loop.close()\n"
              "print(future.done())\n"
              "try: watch(loop)\n"
              "except RuntimeError as e: print(e)\n",
              "False\nEvent loop is closed\n");
    ck_assert_int_eq(removed, 1);
}
END_TEST

START_TEST(test_a_loop_that_nobody_closed_gives_up_its_own)
{
    check_run(true,
              "import asyncio\n"
              "def forget():\n"
              "    loop = asyncio.new_event_loop()\n"
              "    watch(loop).loop = loop\n"
              "forget()\n"
              "loop = asyncio.new_event_loop()\n"
              "watch(loop)\n"
              "print('end')\n",
              "end\n");
    ck_assert_int_eq(removed, 2);
}
END_TEST

START_TEST(test_each_loop_has_its_own)
{
    check_run(true,
              "import asyncio\n"
              "one, two = asyncio.new_event_loop(), asyncio.new_event_loop()\n"
              "first, second = watch(one), watch(two)\n"
              "write()\n"
              "one.run_until_complete(first)\n"
              "two.run_until_complete(second)\n"
              "one.close()\n"
              "two.close()\n"
              "print(first.result(), second.result())\n",
              "None None\n");
}
END_TEST

/* ---- Ctrl-C ---- */

static void on_interrupt(int number)
{
    (void)number;
    mp_vm_interrupt(interruptible);
}

static void *interrupt_later(void *thread)
{
    const struct timespec span = {0, 20000000};
    (void)nanosleep(&span, NULL);
    (void)pthread_kill(*(pthread_t *)thread, SIGINT);
    return NULL;
}

/* SA_RESTART: it is the wake that ends the wait, on any system. */
START_TEST(test_ctrl_c_ends_the_wait)
{
    said out;
    pthread_t thread, own = pthread_self();
    struct sigaction before, action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    interruptible = start(&out, false);
    (void)sigaction(SIGINT, &action, &before);
    ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_later, &own), 0);
    ck_assert_int_eq(run(interruptible, "import asyncio\n"
                                        "async def main():\n"
                                        "    try: await watch(asyncio.get_running_loop())\n"
                                        "    except asyncio.CancelledError:\n"
                                        "        print('cancelled')\n"
                                        "        raise\n"
                                        "asyncio.run(main())\n"),
                     130);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    (void)sigaction(SIGINT, &before, NULL);
    end(interruptible);
    ck_assert_str_eq(out.text, "cancelled\n");
}
END_TEST

/* ---- Memory ---- */

START_TEST(test_every_allocation_may_fail)
{
    static const char source[] = "import asyncio\n"
                                 "async def main():\n"
                                 "    loop = asyncio.get_running_loop()\n"
                                 "    loop.call_soon(write)\n"
                                 "    await watch(loop)\n"
                                 "asyncio.run(main())\n";
    bool failed = true;
    for (uint64_t nth = 1; failed; nth++) {
        said out;
        mp_vm *vm = start(&out, true);
        mp_vm_fail_after(vm, nth);
        failed = run(vm, source) != 0;
        end(vm);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_virtual_clock_goes_on_until_there_is_something,
        test_a_real_clock_waits_for_both,
        test_the_world_is_waited_for_where_nothing_else_happens,
        test_a_loop_that_is_closed_has_none,
        test_a_loop_that_nobody_closed_gives_up_its_own,
        test_each_loop_has_its_own,
        test_ctrl_c_ends_the_wait,
        test_every_allocation_may_fail,
    };
    return TH_MAIN("minipy_io", tests);
}
