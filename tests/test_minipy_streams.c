/* test_minipy_streams.c - streams of minipy where memory is short, where a program ends in the middle, and
 * where only the collector finds what is left.
 *
 * What they do otherwise is compared with CPython: difftests/scenarios/streams. */
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
    options.virtual_time = true; /* who waits for nothing is a deadlock */
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

static const char talk[] =
    "import asyncio\n"
    "async def serve(reader, writer):\n"
    "    async for line in reader:\n"
    "        writer.writelines([b'echo ', line])\n"
    "        await writer.drain()\n"
    "    writer.close()\n"
    "    await writer.wait_closed()\n"
    "async def talk():\n"
    "    async with await asyncio.start_server(serve, '127.0.0.1', 0) as server:\n"
    "        host, port = server.sockets[0].getsockname()\n"
    "        reader, writer = await asyncio.open_connection(host, port, limit=20)\n"
    "        repr((reader, writer, server, writer.get_extra_info('peername')))\n"
    "        writer.write(b'one\\ntwo\\n')\n"
    "        print(await reader.readline(), await reader.readexactly(5), await reader.readuntil(b'o'))\n"
    "        writer.write_eof()\n"
    "        try: await reader.readexactly(100)\n"
    "        except asyncio.IncompleteReadError as error: print(error.partial)\n"
    "        writer.close()\n"
    "        await writer.wait_closed()\n"
    "async def main():\n"
    "    async with asyncio.timeout(9): await talk()\n"
    "asyncio.run(main())\n"
    "print('over')\n";

static const char talked[] = "b'echo one\\n' b'echo ' b'two'\nb'\\n'\nover\n";

/* Whoever waits for what has failed is ended by the timeout. */
START_TEST(test_every_allocation_may_fail)
{
    bool more = true;
    said out;
    for (uint64_t nth = 1; more; nth += nth < 200 ? 7 : 3) {
        mp_vm *vm = start(&out, &(mp_options){0});
        mp_vm_fail_after(vm, nth);
        (void)run(vm, talk);
        more = vm->fail_after == 0;
        mp_vm_fail_after(vm, 0);
        ck_assert_msg(mp_vm_free(vm) == 0, "something is left after the %llu.", (unsigned long long)nth);
    }
    ck_assert_str_eq(out.text, talked);
}
END_TEST

START_TEST(test_steps_may_end_anywhere)
{
    said out;
    for (uint64_t steps = 1; steps < 400; steps++) {
        mp_vm *vm = start(&out, &(mp_options){.max_steps = steps});
        (void)run(vm, talk);
        ck_assert_msg(mp_vm_free(vm) == 0, "something is left after %llu steps", (unsigned long long)steps);
    }
}
END_TEST

static void check_run(const char *source, const char *expected)
{
    said out;
    mp_vm *vm = start(&out, &(mp_options){0});
    int status = run(vm, source);
    ck_assert_uint_eq(mp_vm_free(vm), 0);
    ck_assert_str_eq(out.text, expected);
    ck_assert_int_eq(status, 0);
}

START_TEST(test_a_loop_is_closed_with_everything_open)
{
    check_run("import asyncio\n"
              "async def serve(reader, writer):\n"
              "    await reader.read()\n"
              "async def main():\n"
              "    global server, ends, task\n"
              "    server = await asyncio.start_server(serve, '127.0.0.1', 0)\n"
              "    ends = await asyncio.open_connection(*server.sockets[0].getsockname())\n"
              "    task = asyncio.ensure_future(ends[0].read(1))\n"
              "    await asyncio.sleep(0)\n"
              "    await asyncio.sleep(0)\n"
              "loop = asyncio.new_event_loop()\n"
              "loop.run_until_complete(main())\n"
              "loop.close()\n"
              "print(server.sockets, task.done(), 'fd' in repr(ends))\n"
              "ends[1].write(b'late')\n"
              "ends[1].close()\n"
              "server.close()\n",
              "() False True\n");
}
END_TEST

START_TEST(test_rings_around_connections_and_servers_are_found)
{
    check_run("import asyncio\n"
              "class Owner:\n"
              "    async def serve(self, reader, writer):\n"
              "        self.theirs = reader, writer\n"
              "        await reader.read()\n"
              "        writer.close()\n"
              "    async def begin(self):\n"
              "        self.server = await asyncio.start_server(self.serve, '127.0.0.1', 0)\n"
              "        self.ends = await asyncio.open_connection(*self.server.sockets[0].getsockname())\n"
              "        self.again = self.ends[0]\n"
              "        self.server.close()\n"
              "async def main():\n"
              "    for _ in range(300):\n"
              "        owner = Owner()\n"
              "        await owner.begin()\n"
              "        owner.ends[1].close()\n"
              "        await asyncio.sleep(0)\n"
              "        await asyncio.sleep(0)\n"
              "    print('done')\n"
              "asyncio.run(main())\n",
              "done\n");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_every_allocation_may_fail,
        test_steps_may_end_anywhere,
        test_a_loop_is_closed_with_everything_open,
        test_rings_around_connections_and_servers_are_found,
    };
    return TH_MAIN("minipy_streams", tests);
}
