/* test_minipy_threads.c - threads of programs in minipy: what ends them, where something fails, and time that
 * they share.  What they do beside CPython is in difftests/scenarios/executor. */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "hosts/minipy/vm.h"

#include "host.h"

typedef struct said {
    char text[4000];
    size_t size;
} said;

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

static mp_vm *start(said *out, const mp_options *given)
{
    mp_options options = *given;
    const char *why;
    memset(out, 0, sizeof *out);
    options.write = hear;
    options.write_data = out;
    mp_vm *vm = mp_vm_new(&options, &why);
    ck_assert_ptr_nonnull(vm);
    return vm;
}

static int run(mp_vm *vm, const char *source)
{
    return mp_vm_run(vm, source, strlen(source), "test.py");
}

/* On both clocks. */
static void check_run(const char *source, const char *expected, int status)
{
    for (int real = 0; real < 2; real++) {
        said out;
        mp_vm *vm = start(&out, &(mp_options){.virtual_time = real == 0});
        int got = run(vm, source);
        ck_assert_ptr_null(vm->frame);
        ck_assert_uint_eq(mp_vm_free(vm), 0);
        ck_assert_str_eq(out.text, expected);
        ck_assert_int_eq(got, status);
    }
}

static const char calls[] = "import asyncio, contextvars, threading\n"
                            "from concurrent.futures import ThreadPoolExecutor\n"
                            "color = contextvars.ContextVar('color')\n"
                            "def fails(x): raise ValueError(x)\n"
                            "async def main():\n"
                            "    color.set('red')\n"
                            "    loop = asyncio.get_running_loop()\n"
                            "    one = asyncio.to_thread(color.get)\n"
                            "    two = loop.run_in_executor(None, pow, 2, 3)\n"
                            "    print(await asyncio.gather(one, two))\n"
                            "    try: await asyncio.to_thread(fails, 3)\n"
                            "    except ValueError as error: print(error)\n"
                            "    async def three(): return 3\n"
                            "    def ask(): return asyncio.run_coroutine_threadsafe(three(), loop).result()\n"
                            "    print(await asyncio.to_thread(ask))\n"
                            "asyncio.run(main())\n";

START_TEST(test_calls)
{
    check_run(calls, "['red', 8]\n3\n3\n", 0);
}
END_TEST

/* ---- Ends ---- */

START_TEST(test_what_is_queued_is_done_when_the_program_ends)
{
    check_run("import time\n"
              "from concurrent.futures import ThreadPoolExecutor\n"
              "pool = ThreadPoolExecutor(1)\n"
              "pool.submit(time.sleep, 0.02)\n"
              "pool.submit(print, 'last')\n"
              "pool.submit(lambda: ThreadPoolExecutor(1).submit(print, 'another'))\n"
              "pool = None\n"
              "print('end')\n"
              "raise SystemExit(3)\n",
              "end\nlast\nanother\n", 3);
}
END_TEST

START_TEST(test_threads_that_nobody_can_wake_are_ended)
{
    check_run("import threading\n"
              "event, lock = threading.Event(), threading.Lock()\n"
              "def wait():\n"
              "    try: event.wait()\n"
              "    finally: print('out')\n"
              "threads = [threading.Thread(target=wait) for _ in range(3)]\n"
              "for thread in threads: thread.start()\n"
              "print('end')\n",
              "end\nout\nout\nout\n", 0);
}
END_TEST

/* In real time, where it cannot be known, it waits as CPython does. */
START_TEST(test_a_loop_whose_threads_are_stuck_is_a_deadlock)
{
    said out;
    mp_vm *vm = start(&out, &(mp_options){.virtual_time = true});
    ck_assert_int_eq(run(vm, "import asyncio, threading\n"
                             "async def main():\n"
                             "    await asyncio.to_thread(threading.Event().wait)\n"
                             "asyncio.run(main())\n"),
                     97);
    ck_assert_uint_eq(mp_vm_free(vm), 0);
}
END_TEST

START_TEST(test_steps_may_end_anywhere)
{
    int status = 98;
    for (uint64_t most = 1; status == 98; most += 1 + most / 8) {
        said out;
        mp_vm *vm = start(&out, &(mp_options){.virtual_time = true, .max_steps = most});
        status = run(vm, calls);
        ck_assert_uint_eq(mp_vm_free(vm), 0);
    }
    ck_assert_int_eq(status, 0);
}
END_TEST

/* ---- Time ---- */

START_TEST(test_virtual_time_is_the_threads_too)
{
    said out;
    mp_vm *vm = start(&out, &(mp_options){.virtual_time = true});
    ck_assert_int_eq(run(vm, "import asyncio, threading, time\n"
                             "def nap(*spans):\n"
                             "    for span in spans:\n"
                             "        time.sleep(span)\n"
                             "        print('thread', time.monotonic())\n"
                             "async def main():\n"
                             "    loop = asyncio.get_running_loop()\n"
                             "    both = asyncio.gather(asyncio.to_thread(nap, 1000, 3000),\n"
                             "                          asyncio.to_thread(nap, 3000))\n"
                             "    for _ in range(3):\n"
                             "        await asyncio.sleep(1500)\n"
                             "        print('task', loop.time())\n"
                             "    await both\n"
                             "    time.sleep(0.5)\n"
                             "    print(threading.Event().wait(0.5), loop.time())\n"
                             "asyncio.run(main())\n"
                             "time.sleep(5)\n"
                             "print(time.monotonic())\n"),
                     0);
    ck_assert_uint_eq(mp_vm_free(vm), 0);
    ck_assert_str_eq(out.text, "thread 1000.0\ntask 1500.0\nthread 3000.0\ntask 3000.0\nthread 4000.0\n"
                               "task 4500.0\nFalse 4501.0\n4506.0\n");
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

static void check_interrupted(const char *source)
{
    said out;
    pthread_t thread, own = pthread_self();
    struct sigaction before, action = {.sa_handler = on_interrupt};
    interruptible = start(&out, &(mp_options){0});
    (void)sigaction(SIGINT, &action, &before);
    ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_later, &own), 0);
    ck_assert_int_eq(run(interruptible, source), 130);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    (void)sigaction(SIGINT, &before, NULL);
    ck_assert_uint_eq(mp_vm_free(interruptible), 0);
    ck_assert_str_eq(out.text, "out\n");
}

START_TEST(test_ctrl_c_ends_what_the_main_thread_waits_for)
{
    check_interrupted("import threading\n"
                      "event = threading.Event()\n"
                      "thread = threading.Thread(target=event.wait)\n"
                      "thread.start()\n"
                      "try: thread.join()\n"
                      "finally:\n"
                      "    event.set()\n"
                      "    print('out')\n");
    check_interrupted("import asyncio, threading\n"
                      "event = threading.Event()\n"
                      "async def main():\n"
                      "    try: await asyncio.to_thread(event.wait)\n"
                      "    finally:\n"
                      "        event.set()\n"
                      "        print('out')\n"
                      "asyncio.run(main())\n");
    check_interrupted("import time\n"
                      "try: time.sleep(100)\n"
                      "finally: print('out')\n");
}
END_TEST

/* ---- Memory ---- */

/* Each ends: nobody waits for a call that could not be made, or for what came of it. */
START_TEST(test_every_allocation_may_fail)
{
    bool failed = true;
    for (uint64_t nth = 1; failed; nth += 1 + nth / 200) {
        said out;
        mp_vm *vm = start(&out, &(mp_options){.virtual_time = true});
        mp_vm_fail_after(vm, nth);
        failed = run(vm, calls) != 0 || vm->fail_after == 0;
        ck_assert_uint_eq(mp_vm_free(vm), 0);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_calls,
        test_what_is_queued_is_done_when_the_program_ends,
        test_threads_that_nobody_can_wake_are_ended,
        test_a_loop_whose_threads_are_stuck_is_a_deadlock,
        test_steps_may_end_anywhere,
        test_virtual_time_is_the_threads_too,
        test_ctrl_c_ends_what_the_main_thread_waits_for,
        test_every_allocation_may_fail,
    };
    return TH_MAIN("minipy_threads", tests);
}
