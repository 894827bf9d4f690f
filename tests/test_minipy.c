/* test_minipy.c - the teaching interpreter from outside (hosts/minipy/minipy.h): machines side by side and
 * one after the other, limits, and programs in which every single allocation fails once.
 *
 * What a program means is the business of difftests/scenarios; here it must end, be clean, and leave nothing
 * behind: mp_vm_free says how many bytes are left, and the sanitizers see the rest. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosts/minipy/vm.h"

#include "effort.h"
#include "test_minipy_programs.h"

/* ---- Running ---- */

typedef struct heard {
    char out[4000], err[4000];
    size_t out_size, err_size;
    bool refuses; /* writing fails */
} heard;

static void hear_some(char *room, size_t *size, const char *text, size_t count)
{
    size_t left = sizeof((heard *)NULL)->out - 1 - *size;
    size_t kept = count < left ? count : left;
    memcpy(room + *size, text, kept);
    *size += kept;
    room[*size] = '\0';
}

static bool hear(void *data, bool is_error, const char *text, size_t size)
{
    heard *heard = data;
    if (heard->refuses)
        return false;
    if (is_error)
        hear_some(heard->err, &heard->err_size, text, size);
    else
        hear_some(heard->out, &heard->out_size, text, size);
    return true;
}

static mp_vm *start_with(heard *heard, mp_options options)
{
    const char *why = "";
    memset(heard, 0, sizeof *heard);
    options.virtual_time = true;
    options.write = hear;
    options.write_data = heard;
    return mp_vm_new(&options, &why);
}

static mp_vm *start(heard *heard)
{
    mp_vm *vm = start_with(heard, (mp_options){0});
    ck_assert_ptr_nonnull(vm);
    return vm;
}

static int run(mp_vm *vm, const char *source)
{
    return mp_vm_run(vm, source, strlen(source), "test.py");
}

static void end(mp_vm *vm)
{
    ck_assert_uint_eq(mp_vm_free(vm), 0);
}

/* ---- Machines ---- */

START_TEST(test_output_and_errors_are_told_apart)
{
    heard heard;
    mp_vm *vm = start(&heard);
    ck_assert_int_eq(run(vm, "print('a', 1)\nprint('b', end='')\n1 / 0\n"), 1);
    ck_assert_str_eq(heard.out, "a 1\nb");
    ck_assert_ptr_nonnull(strstr(heard.err, "Traceback (most recent call last):\n"));
    ck_assert_ptr_nonnull(strstr(heard.err, "\nZeroDivisionError: division by zero\n"));
    end(vm);
}
END_TEST

START_TEST(test_output_that_is_refused_raises)
{
    heard heard;
    mp_vm *vm = start(&heard);
    heard.refuses = true;
    ck_assert_int_eq(run(vm, "try: print(1)\nexcept OSError: raise SystemExit(7)"), 7);
    ck_assert_int_eq(run(vm, "1 / 0"), 1);
    end(vm);
}
END_TEST

START_TEST(test_machines_know_nothing_of_each_other)
{
    heard first, second;
    mp_vm *one = start(&first), *two = start(&second);
    ck_assert_int_eq(run(one, "import asyncio\nasync def f(): await asyncio.sleep(1); return 'one'\n"
                              "print(asyncio.run(f()))\nasyncio.Task.x = 1\n"),
                     1);
    ck_assert_int_eq(run(two, "import asyncio\nasync def f(): await asyncio.sleep(2); return 'two'\n"
                              "print(asyncio.run(f()))\nprint(hasattr(asyncio.Task, 'x'))\n"),
                     0);
    ck_assert_int_eq(run(one, "print('again')"), 0);
    end(one);
    ck_assert_int_eq(run(two, "print('still')"), 0);
    end(two);
    ck_assert_str_eq(first.out, "one\nagain\n");
    ck_assert_str_eq(second.out, "two\nFalse\nstill\n");
}
END_TEST

/* A file in the middle of another: what runs there is another machine. */
static bool hear_and_run(void *data, bool is_error, const char *text, size_t size)
{
    heard inner;
    mp_vm *vm = start(&inner);
    ck_assert_int_eq(
        run(vm, "import asyncio\nasync def f(): await asyncio.sleep(1); print('inner')\nasyncio.run(f())"),
        0);
    ck_assert_str_eq(inner.out, "inner\n");
    end(vm);
    return hear(data, is_error, text, size);
}

START_TEST(test_a_machine_within_a_machine)
{
    heard heard = {0};
    const char *why = "";
    mp_vm *vm = mp_vm_new(&(mp_options){.virtual_time = true, .write = hear_and_run, .write_data = &heard},
                          &why);
    ck_assert_int_eq(run(vm, "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n    print(1)\n"
                             "    await asyncio.sleep(1)\n    print(2)\nasyncio.run(f())"),
                     0);
    end(vm);
    ck_assert_str_eq(heard.out, "1\n2\n");
}
END_TEST

START_TEST(test_files_one_after_the_other)
{
    heard heard;
    mp_vm *vm = start(&heard);
    ck_assert_int_eq(run(vm, "x = 1\nprint(x, __name__, __file__)"), 0);
    ck_assert_int_eq(run(vm, "print(x)"), 1);
    ck_assert_int_eq(run(vm, "x ="), 1);
    ck_assert_int_eq(run(vm, "raise SystemExit(9)"), 9);
    ck_assert_int_eq(run(vm, "import asyncio\nasync def f(): await asyncio.sleep(1)\nasyncio.run(f())"), 0);
    ck_assert_int_eq(run(vm, "import asyncio\nasync def f(): raise KeyboardInterrupt\nasyncio.run(f())"),
                     130);
    ck_assert_int_eq(run(vm,
                         "import asyncio\nasync def f(): await asyncio.get_running_loop().create_future()\n"
                         "asyncio.run(f())"),
                     97);
    ck_assert_int_eq(
        run(vm, "import asyncio\nasync def f(): await asyncio.sleep(1)\nasyncio.run(f())\nprint(2)"), 0);
    end(vm);
    ck_assert_str_eq(heard.out, "1 __main__ test.py\n2\n");
}
END_TEST

START_TEST(test_a_machine_that_runs_nothing)
{
    heard heard;
    end(start(&heard));
    ck_assert_uint_eq(mp_vm_free(NULL), 0);
}
END_TEST

START_TEST(test_options_that_are_wrong)
{
    const char *why = "";
    ck_assert_ptr_null(mp_vm_new(&(mp_options){.semantics = "2.7"}, &why));
    ck_assert_str_eq(why, "unknown semantics");
    ck_assert_ptr_null(mp_vm_new(&(mp_options){.memory_limit = 1000}, &why));
    ck_assert_str_eq(why, "no memory");
}
END_TEST

START_TEST(test_check_and_disassemble)
{
    heard heard;
    mp_vm *vm = start(&heard);
    ck_assert(mp_vm_check(vm, "print(1)", 8, "test.py"));
    ck_assert_str_eq(heard.out, "");
    ck_assert(!mp_vm_check(vm, "print(", 6, "test.py"));
    ck_assert_ptr_nonnull(strstr(heard.err, "SyntaxError: '(' was never closed"));
    ck_assert(mp_vm_disassemble(vm, "x = 1", 5, "test.py"));
    ck_assert_ptr_nonnull(strstr(heard.out, "STORE_"));
    ck_assert(!mp_vm_disassemble(vm, "x = = 1", 7, "test.py"));
    end(vm);
}
END_TEST

/* ---- Limits ---- */

START_TEST(test_the_step_limit_is_the_last_word)
{
    static const char *const programs[] = {
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n",
        "def f():\n    while True: yield\nfor x in f(): pass\n",
        "sum(range(10 ** 15))\n",
        ("import asyncio\nasync def f():\n    while True:\n        try: await asyncio.sleep(1)\n"
         "        except BaseException: pass\nasyncio.run(f())\n"),
    };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        heard heard;
        mp_vm *vm = start_with(&heard, (mp_options){.max_steps = 5000});
        ck_assert_int_eq(run(vm, programs[i]), 98);
        end(vm);
    }
}
END_TEST

START_TEST(test_what_runs_at_the_end_has_a_limit_too)
{
    heard heard;
    mp_vm *vm = start_with(&heard, (mp_options){.max_steps = 5000});
    ck_assert_int_eq(
        run(vm, "def f():\n    try: yield\n    finally:\n        while True: pass\nx = f()\nnext(x)\n"), 0);
    end(vm);
}
END_TEST

START_TEST(test_after_the_memory_limit_the_program_goes_on)
{
    heard heard;
    mp_vm *vm = start_with(&heard, (mp_options){.memory_limit = 4 << 20});
    ck_assert_int_eq(run(vm, "def f():\n    x = []\n    while True: x.append(str(len(x)))\n"
                             "for i in range(3):\n    try: f()\n    except MemoryError as e: print(repr(e))\n"
                             "try: 'a' * 10 ** 12\nexcept MemoryError: print('caught')\n"),
                     0);
    ck_assert_str_eq(heard.out, "MemoryError()\nMemoryError()\nMemoryError()\ncaught\n");
    end(vm);
}
END_TEST

START_TEST(test_after_the_recursion_limit_the_program_goes_on)
{
    heard heard;
    mp_vm *vm = start_with(&heard, (mp_options){.recursion_limit = 50});
    ck_assert_int_eq(run(vm, "def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\nprint(f(40))\n"
                             "try: f(60)\nexcept RecursionError as e: print(e)\nprint(f(40))\n"
                             "async def g(n): return 0 if n == 0 else 1 + await g(n - 1)\n"
                             "import asyncio\nprint(asyncio.run(g(30)))\n"
                             "try: asyncio.run(g(60))\nexcept RecursionError as e: print(e)\n"
                             "print(asyncio.run(g(30)))\n"),
                     0);
    ck_assert_str_eq(heard.out,
                     "40\nmaximum recursion depth exceeded\n40\n30\nmaximum recursion depth exceeded\n30\n");
    end(vm);
}
END_TEST

/* ---- Code of the program where none is expected ---- */

START_TEST(test_bounds_of_a_slice_that_empty_the_list)
{
    heard heard;
    mp_vm *vm = start(&heard);
    ck_assert_int_eq(run(vm, "l = []\n"
                             "class I:\n    def __index__(self): l.clear(); return 5\n"
                             "def full(): l[:] = range(9); return l\n"
                             "print(full()[I():8], full()[0:8:I()], len(l))\n"
                             "full()[I():] = [1]; print(l)\n"
                             "try: full()[I()::2] = [1, 2]\nexcept ValueError as e: print(e)\n"
                             "del full()[:I()], full()[I()::2]; print(l)\n"
                             "try: full()[I()] = 1\nexcept IndexError as e: print(e)\n"),
                     0);
    ck_assert_str_eq(heard.out, "[] [] 0\n[1]\n"
                                "attempt to assign sequence of size 2 to extended slice of size 0\n[]\n"
                                "list assignment index out of range\n");
    end(vm);
}
END_TEST

START_TEST(test_containers_that_change_while_they_are_looked_at)
{
    heard heard;
    mp_vm *vm = start(&heard);
    ck_assert_int_eq(run(vm, "class A:\n    def __hash__(self): return 1\n"
                             "    def __eq__(self, other): d.clear(); s.clear(); l.clear(); return False\n"
                             "    def __repr__(self): self == 1; return 'A'\n"
                             "    def __lt__(self, other): l.append(self); return True\n"
                             "d, s, l = {}, set(), []\n"
                             "for i in range(9): d[A()] = i; s.add(A()); l.append(A())\n"
                             "A() in d; A() in s; A() in l; s | {A(), A()}; s == {A()}\n"
                             "for i in range(9): d[A(), i] = i; l.append(A())\n"
                             "d == dict(d); l == list(l); l.extend([A(), A()]); l.count(3)\n"
                             "l.extend([A(), A()]); repr(l); d[1] = A(); repr(d); s.add(A()); repr(s)\n"
                             "l.extend([A(), A(), A()])\n"
                             "try: l.sort()\nexcept ValueError as e: print(e)\n"),
                     0);
    ck_assert_str_eq(heard.out, "list modified during sort\n");
    end(vm);
}
END_TEST

/* ---- Failing allocations ---- */

enum { PROGRAM_COUNT = sizeof programs / sizeof *programs, FAILING_STEPS = 100000 };

/* 0: it went well; 1: it ended by what was raised; 97: what should have woken somebody was lost for want of
 * memory. */
static bool is_clean(int status)
{
    return status == 0 || status == 1 || status == 97;
}

static int run_failing(const program *program, uint64_t nth, size_t limit, heard *heard)
{
    mp_options options = {
        .eager = program->eager,
        .debug = limit != 0,
        .max_steps = FAILING_STEPS,
        .memory_limit = limit,
    };
    mp_vm *vm = start_with(heard, options);
    if (vm == NULL)
        return -1;
    mp_vm_fail_after(vm, nth);
    int status = run(vm, program->source);
    size_t left = mp_vm_free(vm);
    ck_assert_msg(is_clean(status), "%s, %llu, %zu: status %d\n%s", program->name, (unsigned long long)nth,
                  limit, status, heard->err);
    ck_assert_msg(left == 0, "%s, %llu, %zu: %zu bytes are left", program->name, (unsigned long long)nth,
                  limit, left);
    return status;
}

START_TEST(test_programs_run)
{
    heard heard;
    const program *program = &programs[_i];
    ck_assert_msg(run_failing(program, 0, 0, &heard) == 0, "%s: %s", program->name, heard.err);
    ck_assert_msg(strstr(heard.out, "end\n") != NULL, "%s", heard.out);
}
END_TEST

/* How many allocations the program takes; a few more come when the machine goes. */
static uint64_t count_allocations(const program *program)
{
    heard heard;
    mp_vm *vm = start_with(&heard, (mp_options){.eager = program->eager});
    ck_assert_ptr_nonnull(vm);
    mp_vm_fail_after(vm, UINT64_MAX);
    (void)run(vm, program->source);
    uint64_t count = UINT64_MAX - vm->fail_after;
    end(vm);
    return count;
}

/* Where all is slow, one of three: another one in the next program.
 * TEST_MINIPY_FROM: where to begin, to come to a failure at once. */
START_TEST(test_every_allocation_fails_once)
{
    enum { AT_THE_END = 50 };
    heard heard;
    const program *program = &programs[_i];
    const char *from = getenv("TEST_MINIPY_FROM");
    uint64_t nth = from != NULL ? strtoull(from, NULL, 10) : 1 + (unsigned)_i % effort(3);
    for (uint64_t count = count_allocations(program) + AT_THE_END; nth <= count; nth += effort(3))
        (void)run_failing(program, nth, 0, &heard);
}
END_TEST

static size_t memory_of_a_machine(void)
{
    heard heard;
    mp_vm *vm = start(&heard);
    size_t used = vm->memory_used;
    end(vm);
    return used;
}

/* All allocations fail from some point on, and those that are small enough do not.  What the machine itself
 * takes is left to test_no_memory_for_a_machine. */
START_TEST(test_every_memory_limit)
{
    heard heard;
    const program *program = &programs[_i];
    size_t limit = memory_of_a_machine(), step = 293 * effort(4);
    int failed = 0;
    for (; run_failing(program, 0, limit, &heard) != 0; limit += step, failed++)
        ck_assert_uint_lt(limit, 16 << 20);
    ck_assert_int_gt(failed, 30);
}
END_TEST

/* Machines that could not be made either. */
START_TEST(test_no_memory_for_a_machine)
{
    heard heard;
    mp_vm *vm = NULL;
    for (size_t limit = 0x100; vm == NULL; limit += 0x1f0)
        vm = start_with(&heard, (mp_options){.memory_limit = limit});
    end(vm);
}
END_TEST

static void add_machine_tests(Suite *suite)
{
    TCase *tests = tcase_create("machines");
    tcase_add_test(tests, test_output_and_errors_are_told_apart);
    tcase_add_test(tests, test_output_that_is_refused_raises);
    tcase_add_test(tests, test_machines_know_nothing_of_each_other);
    tcase_add_test(tests, test_a_machine_within_a_machine);
    tcase_add_test(tests, test_files_one_after_the_other);
    tcase_add_test(tests, test_a_machine_that_runs_nothing);
    tcase_add_test(tests, test_options_that_are_wrong);
    tcase_add_test(tests, test_check_and_disassemble);
    suite_add_tcase(suite, tests);
}

static void add_limit_tests(Suite *suite)
{
    TCase *tests = tcase_create("limits");
    tcase_add_test(tests, test_the_step_limit_is_the_last_word);
    tcase_add_test(tests, test_what_runs_at_the_end_has_a_limit_too);
    tcase_add_test(tests, test_after_the_memory_limit_the_program_goes_on);
    tcase_add_test(tests, test_after_the_recursion_limit_the_program_goes_on);
    tcase_add_test(tests, test_bounds_of_a_slice_that_empty_the_list);
    tcase_add_test(tests, test_containers_that_change_while_they_are_looked_at);
    suite_add_tcase(suite, tests);
}

static void add_failure_tests(Suite *suite)
{
    TCase *tests = tcase_create("failures");
    tcase_set_timeout(tests, 600);
    tcase_add_loop_test(tests, test_programs_run, 0, PROGRAM_COUNT);
    tcase_add_loop_test(tests, test_every_allocation_fails_once, 0, PROGRAM_COUNT);
    tcase_add_loop_test(tests, test_every_memory_limit, 0, PROGRAM_COUNT);
    tcase_add_test(tests, test_no_memory_for_a_machine);
    suite_add_tcase(suite, tests);
}

int main(void)
{
    Suite *suite = suite_create("minipy");
    add_machine_tests(suite);
    add_limit_tests(suite);
    add_failure_tests(suite);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
