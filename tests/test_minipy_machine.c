/* test_minipy_machine.c - the machine of minipy where something fails: no memory, no room on a stack, frames
 * that may not run, and a machine that is taken down in the middle.
 *
 * Memory that is freed too early or never is the sanitizer's and valgrind's to find. */
#include <string.h>

#include "hosts/minipy/vm.h"

#include "host.h"

typedef struct said {
    char text[4000];
    size_t size;
} said;

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
    options.virtual_time = true;
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

static void check_run_with(const mp_options *options, const char *source, const char *expected)
{
    said out;
    mp_vm *vm = start(&out, options);
    int status = run(vm, source);
    ck_assert_uint_eq(vm->depth, 0);
    ck_assert_uint_eq(vm->c_depth, 0);
    ck_assert_uint_eq(vm->nesting, 0);
    ck_assert_ptr_null(vm->frame);
    ck_assert_ptr_null(vm->raised);
    ck_assert_uint_eq(mp_vm_free(vm), 0);
    ck_assert_str_eq(out.text, expected);
    ck_assert_int_eq(status, 0);
}

static void check_run(const char *source, const char *expected)
{
    check_run_with(&(mp_options){0}, source, expected);
}

/* ---- No room ---- */

START_TEST(test_what_has_no_room_for_its_frame_has_ended)
{
    check_run("def at_the_limit(function, *args):\n"
              "    try: return at_the_limit(function, *args)\n"
              "    except RecursionError: pass\n"
              "    try: return function(*args)\n"
              "    except RecursionError: return 'too deep'\n"
              "def generator():\n"
              "    yield 1\n"
              "    yield 2\n"
              "begun = generator()\n"
              "next(begun)\n"
              "print(at_the_limit(begun.__next__), list(begun))\n"
              "async def coroutine(): return 1\n"
              "fresh = coroutine()\n"
              "print(at_the_limit(fresh.send, None))\n"
              "try: fresh.send(None)\n"
              "except RuntimeError as error: print(error)\n",
              "too deep []\ntoo deep\ncannot reuse already awaited coroutine\n");
}
END_TEST

/* A loop is run where C code calls C code too deep: nothing of it runs, and nothing is lost. */
START_TEST(test_a_loop_where_the_c_stack_ends)
{
    check_run("import asyncio\n"
              "log = []\n"
              "async def other():\n"
              "    try: await asyncio.sleep(0)\n"
              "    except BaseException as error: log.append(repr(error))\n"
              "def deeper(n, loop, coroutine):\n"
              "    if n == 0: return list(map(loop.run_until_complete, [coroutine]))\n"
              "    return max([n], key=lambda n: deeper(n - 1, loop, coroutine))\n"
              "for n in range(170, 185):\n"
              "    loop = asyncio.new_event_loop()\n"
              "    task = loop.create_task(other())\n"
              "    loop.call_soon(log.append, None)\n"
              "    coroutine = asyncio.sleep(0)\n"
              "    try: deeper(n, loop, coroutine)\n"
              "    except RecursionError: coroutine.close()\n"
              "    loop.run_until_complete(task)\n"
              "    loop.close()\n"
              "print(log == [None] * 15)\n",
              "True\n");
}
END_TEST

START_TEST(test_a_chain_that_is_too_deep_to_go_on_can_be_closed)
{
    const mp_options options = {.recursion_limit = 100};
    check_run_with(&options,
                   "class Wait:\n"
                   "    def __await__(self): yield 'wait'\n"
                   "async def level(n):\n"
                   "    try: await (level(n - 1) if n > 0 else Wait())\n"
                   "    finally: left.append(n)\n"
                   "def down(n, coroutine):\n"
                   "    if n > 0: return down(n - 1, coroutine)\n"
                   "    try: return coroutine.send(None)\n"
                   "    except RecursionError: return 'too deep'\n"
                   "left = []\n"
                   "chain = level(60)\n"
                   "print(chain.send(None), down(60, chain), left)\n"
                   "chain.close()\n"
                   "print(left == list(range(61)))\n",
                   "wait too deep []\nTrue\n");
}
END_TEST

/* ---- The end ---- */

static const char unfinished[] = "import asyncio\n"
                                 "class Wait:\n"
                                 "    def __await__(self): yield 1\n"
                                 "async def inner():\n"
                                 "    try: await Wait()\n"
                                 "    finally: await Wait()\n"
                                 "async def outer(other): await other\n"
                                 "async def steps():\n"
                                 "    try: yield 1\n"
                                 "    finally: await Wait()\n"
                                 "one = inner()\n"
                                 "two = outer(one)\n"
                                 "three = outer(two)\n"
                                 "three.send(None)\n"
                                 "cycle = [one, two, three]\n"
                                 "cycle.append(cycle)\n"
                                 "made = steps()\n"
                                 "step = made.asend(None)\n"
                                 "try: step.send(None)\n"
                                 "except StopIteration: pass\n"
                                 "closing = made.aclose()\n"
                                 "closing.send(None)\n"
                                 "loop = asyncio.new_event_loop()\n"
                                 "future = loop.create_future()\n"
                                 "async def waits(): await future\n"
                                 "task = loop.create_task(waits())\n"
                                 "loop.call_later(5, print, task)\n"
                                 "loop.call_soon(loop.stop)\n"
                                 "loop.run_forever()\n"
                                 "print('end')\n";

START_TEST(test_a_machine_is_taken_down_with_everything_unfinished)
{
    check_run(unfinished, "end\n");
}
END_TEST

/* ---- No memory ---- */

static const char everything[] =
    "import asyncio, contextvars\n"
    "variable = contextvars.ContextVar('variable', default=1)\n"
    "class Manager:\n"
    "    async def __aenter__(self): return self\n"
    "    async def __aexit__(self, *args): await asyncio.sleep(0)\n"
    "class Base:\n"
    "    def __init__(self, x): self.x = x\n"
    "    def __eq__(self, other): return self.x == other.x\n"
    "    def __hash__(self): return hash(self.x)\n"
    "    @property\n"
    "    def twice(self): return self.x * 2\n"
    "class Derived(Base):\n"
    "    def __init__(self, x, *rest, **more):\n"
    "        super().__init__(x)\n"
    "        self.rest = (rest, more)\n"
    "def count(n):\n"
    "    for i in range(n):\n"
    "        try: yield i\n"
    "        finally: variable.set(i)\n"
    "async def steps():\n"
    "    try:\n"
    "        for i in range(2):\n"
    "            await asyncio.sleep(0.1)\n"
    "            yield i\n"
    "    finally: await asyncio.sleep(0)\n"
    "async def child(n):\n"
    "    await asyncio.sleep(n)\n"
    "    if n == 2: raise ValueError(n)\n"
    "    return n\n"
    "async def main():\n"
    "    async with Manager():\n"
    "        async for i in steps():\n"
    "            if i == 1: break\n"
    "    values = [x async for x in steps()]\n"
    "    future = asyncio.get_running_loop().create_future()\n"
    "    future.add_done_callback(lambda future: None)\n"
    "    future.set_result(values)\n"
    "    await future\n"
    "    try:\n"
    "        async with asyncio.TaskGroup() as group:\n"
    "            tasks = [group.create_task(child(n), name=f'child {n}') for n in range(4)]\n"
    "    except* ValueError as group:\n"
    "        caught = repr(group.exceptions), str(tasks[3].cancelled())\n"
    "    return caught\n"
    "table = {Derived(i, i, key=i): list(count(i)) for i in range(3)}\n"
    "print(sorted(x.twice for x in table), [*map(str, table.values())])\n"
    "print(asyncio.run(main()))\n"
    "try:\n"
    "    try: raise KeyError(1)\n"
    "    except KeyError as error: raise TypeError('second') from error\n"
    "except TypeError as error: print(f'{error!r:>20}', error.__cause__)\n";

static const char everything_says[] = "[0, 2, 4] ['[]', '[0]', '[0, 1]']\n"
                                      "('(ValueError(2),)', 'True')\n"
                                      " TypeError('second') 1\n";

/* Every stretch of allocations is left to fail once: the program ends in some way, and nothing is left. */
START_TEST(test_every_allocation_may_fail)
{
    bool more = true;
    for (uint64_t n = 1; more; n += n < 200 ? 1 : 7) {
        said out;
        mp_vm *vm = start(&out, &(mp_options){0});
        mp_vm_fail_after(vm, n);
        (void)run(vm, everything);
        more = vm->fail_after == 0;
        ck_assert_uint_eq(vm->depth, 0);
        ck_assert_uint_eq(vm->c_depth, 0);
        ck_assert_uint_eq(vm->nesting, 0);
        ck_assert_ptr_null(vm->frame);
        mp_vm_fail_after(vm, 0);
        ck_assert_uint_eq(mp_vm_free(vm), 0);
        if (!more)
            ck_assert_str_eq(out.text, everything_says);
    }
}
END_TEST

START_TEST(test_steps_may_end_anywhere)
{
    for (uint64_t n = 1; n < 400; n += 3) {
        said out;
        mp_vm *vm = start(&out, &(mp_options){.max_steps = n});
        (void)run(vm, everything);
        ck_assert_uint_eq(vm->depth, 0);
        ck_assert_uint_eq(vm->c_depth, 0);
        ck_assert_ptr_null(vm->frame);
        ck_assert_uint_eq(mp_vm_free(vm), 0);
    }
}
END_TEST

START_TEST(test_a_machine_without_memory_is_not_made)
{
    const char *why;
    for (size_t limit = 1; limit < 2000000; limit += limit / 40 + 100) {
        const mp_options options = {.memory_limit = limit};
        mp_vm_free(mp_vm_new(&options, &why));
    }
}
END_TEST

START_TEST(test_a_program_sees_its_arguments)
{
    static const char *const arguments[] = {"one", "\xc3\xbc", "\xff"};
    check_run_with(&(mp_options){.arguments = arguments, .argument_count = 3},
                   "import sys\n"
                   "print(sys.argv)\n",
                   "['test.py', 'one', '\xc3\xbc', '?']\n");
    check_run("import sys\n"
              "print(sys.argv)\n",
              "['test.py']\n");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_what_has_no_room_for_its_frame_has_ended,
        test_a_loop_where_the_c_stack_ends,
        test_a_chain_that_is_too_deep_to_go_on_can_be_closed,
        test_a_machine_is_taken_down_with_everything_unfinished,
        test_every_allocation_may_fail,
        test_steps_may_end_anywhere,
        test_a_machine_without_memory_is_not_made,
        test_a_program_sees_its_arguments,
    };
    return TH_MAIN("minipy_machine", tests);
}
