/* test_minipy_memory.c - memory, the collector and the ends of objects in minipy (memory.c, gc.c, types.c).
 *
 * Most of it runs small programs and compares what they print; leaks are the sanitizer's and valgrind's to
 * find. */
#include <string.h>

#include "hosts/minipy/vm.h"

#include "effort.h"
#include "host.h"

typedef struct said {
    char text[2000];
    size_t size;
} said;

static bool hear(void *data, bool is_error, const char *text, size_t size)
{
    said *out = data;
    (void)is_error;
    if (out->size + size < sizeof out->text) {
        memcpy(out->text + out->size, text, size);
        out->size += size;
        out->text[out->size] = '\0';
    }
    return true;
}

static mp_vm *start(said *out, size_t limit)
{
    const mp_options options = {.memory_limit = limit, .write = hear, .write_data = out};
    const char *why;
    memset(out, 0, sizeof *out);
    return mp_vm_new(&options, &why);
}

static int run(mp_vm *vm, const char *source)
{
    return mp_vm_run(vm, source, strlen(source), "test.py");
}

static void check_run(const char *source, const char *expected)
{
    said out;
    mp_vm *vm = start(&out, 0);
    ck_assert_ptr_nonnull(vm);
    int status = run(vm, source);
    mp_vm_free(vm);
    ck_assert_str_eq(out.text, expected);
    ck_assert_int_eq(status, 0);
}

START_TEST(test_what_is_nested_deep_is_freed)
{
    check_run("x = None\n"
              "for i in range(300000): x = [x]\n"
              "x = None\n"
              "for i in range(100000): x = {'x': (x,)}\n"
              "x = None\n"
              "e = None\n"
              "for i in range(100000):\n"
              "    f = ValueError(i); f.__context__ = e; e = f\n"
              "e = f = None\n"
              "print('ok')\n",
              "ok\n");
}
END_TEST

START_TEST(test_a_finalizer_runs_once_and_may_keep_its_object)
{
    check_run("kept = []\n"
              "class A:\n"
              "    def __del__(self):\n"
              "        kept.append(self)\n"
              "        print('del')\n"
              "A()\n"
              "print(len(kept))\n"
              "kept.clear()\n"
              "print('end')\n",
              "del\n1\nend\n");
}
END_TEST

START_TEST(test_cycles_with_finalizers_are_collected)
{
    check_run("n = 0\n"
              "class A:\n"
              "    def __init__(self): self.me = self\n"
              "    def __del__(self):\n"
              "        global n\n"
              "        n += 1\n"
              "for i in range(20000): A()\n"
              "print(n > 5000)\n",
              "True\n");
}
END_TEST

START_TEST(test_cycles_left_over_are_finalized_at_the_end)
{
    check_run("class A:\n"
              "    def __del__(self): print('del', self.n)\n"
              "a, b = A(), A()\n"
              "a.n, b.n, a.b, b.a = 1, 2, b, a\n"
              "a = b = None\n"
              "print('end')\n",
              "end\ndel 1\ndel 2\n");
}
END_TEST

START_TEST(test_cycles_without_finalizers_do_not_pile_up)
{
    said out;
    mp_vm *vm = start(&out, 0);
    ck_assert_int_eq(run(vm, "class A: pass\n"
                             "for i in range(100000):\n"
                             "    a = A(); a.b = A(); a.b.a = a\n"),
                     0);
    ck_assert_uint_lt(vm->tracked_count, 60000);
    mp_vm_free(vm);
}
END_TEST

START_TEST(test_garbage_of_a_collection_is_counted)
{
    said out;
    mp_vm *vm = start(&out, 0);
    mp_collect(vm);
    mp_list *list = mp_list_new(vm, 1);
    ck_assert(mp_list_append(vm, list, mp_as_value(list)));
    ck_assert_uint_eq(mp_collect(vm), 0);
    mp_decref(vm, mp_as_value(list));
    ck_assert_uint_eq(mp_collect(vm), 1);
    mp_vm_free(vm);
}
END_TEST

START_TEST(test_every_allocation_may_fail)
{
    static const char source[] = "class E(Exception): pass\n"
                                 "def f(n):\n"
                                 "    try: raise ExceptionGroup('g', [E(n), ValueError(n)])\n"
                                 "    except* E as e: raise KeyError(n) from e\n"
                                 "for i in range(2):\n"
                                 "    try: f(i)\n"
                                 "    except ExceptionGroup as e: print(e, [repr(e)], {1: e.exceptions})\n"
                                 "print('end')\n";
    said out = {.size = 0};
    for (uint64_t nth = 1; nth < 3000 && strstr(out.text, "end") == NULL; nth++) {
        mp_vm *vm = start(&out, 0);
        vm->fail_after = nth;
        (void)run(vm, source);
        mp_vm_free(vm);
    }
    ck_assert_ptr_nonnull(strstr(out.text, "end"));
}
END_TEST

START_TEST(test_a_limit_is_a_memory_error)
{
    said out;
    for (size_t limit = 1000; limit < 200000; limit += 2003) {
        mp_vm *vm = start(&out, limit);
        if (vm != NULL)
            (void)run(vm, "print(1)\n");
        mp_vm_free(vm);
    }
    mp_vm *vm = start(&out, 3000000);
    int status = run(vm, "try:\n"
                         "    x = []\n"
                         "    while True: x.append([])\n"
                         "except MemoryError as e:\n"
                         "    x = None\n"
                         "    print(repr(e))\n");
    mp_vm_free(vm);
    ck_assert_int_eq(status, 0);
    ck_assert_str_eq(out.text, "MemoryError()\n");
}
END_TEST

static const char late[] = "import asyncio, concurrent.futures\n"
                           "def look():\n"
                           "    asyncio.Runner\n"
                           "    concurrent.futures.Future\n"
                           "tries = 1\n"
                           "while True:\n"
                           "    try:\n"
                           "        look()\n"
                           "        break\n"
                           "    except MemoryError:\n"
                           "        tries += 1\n"
                           "print(tries, asyncio.run.__module__)\n";

/* What is in Python is compiled when a program first asks for it: where that fails, it can be asked for
 * again. */
START_TEST(test_what_is_made_late_can_be_asked_for_again)
{
    static const char once[] = "1 asyncio.runners\n", twice[] = "2 asyncio.runners\n";
    said out = {.size = 0};
    int again = 0;
    for (uint64_t nth = 1; strcmp(out.text, once) != 0; nth += 5 * effort(4)) {
        mp_vm *vm = start(&out, 0);
        vm->fail_after = nth;
        int status = run(vm, late);
        ck_assert_uint_eq(mp_vm_free(vm), 0);
        again += strcmp(out.text, twice) == 0;
        ck_assert_msg(status == 1 || again > 0, "%s", out.text);
        ck_assert_uint_lt(nth, 100000);
    }
    ck_assert_int_gt(again, 25);
}
END_TEST

START_TEST(test_what_a_program_replaces_is_not_made_late)
{
    check_run("import asyncio, concurrent.futures\n"
              "asyncio.run = concurrent.futures.Future = 1\n"
              "del concurrent.futures.CancelledError\n"
              "asyncio.Runner, concurrent.futures.InvalidStateError\n"
              "print(asyncio.run, asyncio.Runner.__name__)\n"
              "print(dir(concurrent.futures))\n"
              "print({type(value).__name__ for value in vars(concurrent.futures).values()})\n"
              "print({type(value).__name__ for value in vars(asyncio).values()} - "
              "{'int', 'str', 'type', 'module', 'function', 'builtin_function_or_method'})\n",
              "1 Runner\n['Future', 'InvalidStateError', 'ThreadPoolExecutor', 'TimeoutError', "
              "'__name__']\n{'str', 'int', 'type'}\n"
              "set()\n");
}
END_TEST

START_TEST(test_what_is_made_late_needs_no_depth)
{
    check_run("import asyncio, concurrent.futures\n"
              "def f(): f()\n"
              "def g():\n"
              "    try: g()\n"
              "    except concurrent.futures.CancelledError: pass\n"
              "for bottomless in (f, g):\n"
              "    try: bottomless()\n"
              "    except RecursionError as e: print(repr(e), e.__context__)\n",
              "RecursionError('maximum recursion depth exceeded') None\n"
              "RecursionError('maximum recursion depth exceeded') None\n");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_what_is_nested_deep_is_freed,
        test_a_finalizer_runs_once_and_may_keep_its_object,
        test_cycles_with_finalizers_are_collected,
        test_cycles_left_over_are_finalized_at_the_end,
        test_cycles_without_finalizers_do_not_pile_up,
        test_garbage_of_a_collection_is_counted,
        test_every_allocation_may_fail,
        test_a_limit_is_a_memory_error,
        test_what_is_made_late_can_be_asked_for_again,
        test_what_a_program_replaces_is_not_made_late,
        test_what_is_made_late_needs_no_depth,
    };
    return TH_MAIN("minipy_memory", tests);
}
