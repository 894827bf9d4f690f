/* library.c - what is easier to read in Python than in C: run, Runner, how a loop is shut down, locks and
 * heaps of which the program has replaced something.
 *
 * Mirrors    runners.py; BaseEventLoop.shutdown_asyncgens; tasks._wrap_awaitable.
 * Idea       Texts in parts; parts.c runs a part when one of its names is first asked for.  What they need of
 *            C is given to them under names with an underscore. */
#include "asyncio/host.h"
#include "asyncio/streams.h"

/* ---- The texts ---- */

static const char library_wrap[] =
    "async def _wrap_awaitable(awaitable):\n"
    "    return await awaitable\n"
    "\n"
    "\n"
    "_wrap_awaitable.__qualname__ = 'ensure_future.<locals>._wrap_awaitable'\n";

static const char library_loops[] =
    "async def shutdown_asyncgens(self):\n"
    "    generators = _take_generators(self)\n"
    "    if not generators:\n"
    "        return\n"
    "    closed = [generator.aclose() for generator in generators]\n"
    "    results = await _gather(*closed, return_exceptions=True)\n"
    "    for i in range(len(results)):\n"
    "        error = results[i]\n"
    "        if isinstance(error, Exception):\n"
    "            self.call_exception_handler({\n"
    "                'message': f'an error occurred during closing of asynchronous generator "
    "{generators[i]!r}',\n"
    "                'exception': error,\n"
    "                'asyncgen': generators[i],\n"
    "            })\n"
    "\n"
    "\n"
    "async def shutdown_default_executor(self, timeout=None):\n"
    "    executor = _shut_executor(self)\n"
    "    if executor is not None:\n"
    "        await _join_executor_of(self, executor, timeout)\n"
    "\n"
    "\n"
    "async def getaddrinfo(self, host, port, *, family=0, type=0, proto=0, flags=0):\n"
    "    return await self.run_in_executor(None, _getaddrinfo, host, port, family, type, proto, flags)\n"
    "\n"
    "\n"
    "async def getnameinfo(self, sockaddr, flags=0):\n"
    "    return await self.run_in_executor(None, _getnameinfo, sockaddr, flags)\n";

static const char library_runner[] =
    "class Runner:\n"
    "    def __init__(self, *, debug=None, loop_factory=None):\n"
    "        self._core = _RunnerCore()\n"
    "        self._debug = debug\n"
    "        self._loop_factory = loop_factory\n"
    "        self._set_event_loop = False\n"
    "\n"
    "    def __enter__(self):\n"
    "        self._lazy_init()\n"
    "        return self\n"
    "\n"
    "    def __exit__(self, exc_type, exc_val, exc_tb):\n"
    "        self.close()\n"
    "\n"
    "    def close(self):\n"
    "        if self._core.state != 'initialized':\n"
    "            return\n"
    "        loop = self._core.loop\n"
    "        try:\n"
    "            tasks = _all_tasks(loop)\n"
    "            try:\n"
    "                _cancel_all_tasks(loop)\n"
    "            except BaseException as error:\n"
    "                _hold(error, tasks)\n"
    "                raise\n"
    "            tasks = None\n"
    "            loop.run_until_complete(loop.shutdown_asyncgens())\n"
    "            loop.run_until_complete(loop.shutdown_default_executor(300))\n"
    "        finally:\n"
    "            if self._set_event_loop:\n"
    "                _set_event_loop(None)\n"
    "            loop.close()\n"
    "            self._core.close()\n"
    "\n"
    "    def get_loop(self):\n"
    "        self._lazy_init()\n"
    "        return self._core.loop\n"
    "\n"
    "    def run(self, coro, *, context=None):\n"
    "        core = self._core\n"
    "        core.admit(coro)\n"
    "        self._lazy_init()\n"
    "        if core.accept(coro):\n"
    "            async def _wrap_awaitable(awaitable):\n"
    "                return await awaitable\n"
    "            coro = _wrap_awaitable(coro)\n"
    "        task = core.loop.create_task(coro, context=core.context if context is None else context)\n"
    "        core.start(task)\n"
    "        try:\n"
    "            result = core.loop.run_until_complete(task)\n"
    "            core.finish(None)\n"
    "            return result\n"
    "        except BaseException as error:\n"
    "            core.finish(error)\n"
    "            raise\n"
    "        finally:\n"
    "            if _shows_task:\n"
    "                repr(task)\n"
    "                repr(task)\n"
    "\n"
    "    def _lazy_init(self):\n"
    "        self._core.may_open()\n"
    "        if self._core.state == 'initialized':\n"
    "            return\n"
    "        if self._loop_factory is None:\n"
    "            loop = _new_event_loop()\n"
    "            if not self._set_event_loop:\n"
    "                _set_event_loop(loop)\n"
    "                self._set_event_loop = True\n"
    "        else:\n"
    "            loop = self._loop_factory()\n"
    "        if self._debug is not None:\n"
    "            loop.set_debug(self._debug)\n"
    "        self._core.open(loop)\n"
    "\n"
    "\n"
    "def run(main, *, debug=None, loop_factory=None):\n"
    "    _RunnerCore().admit_run()\n"
    "    with Runner(debug=debug, loop_factory=loop_factory) as runner:\n"
    "        return runner.run(main)\n";

/* What the core's machines do, for objects of which the program has replaced what these would not call: an
 * acquire of its own, a condition around a lock of its own. */
static const char library_locks[] =
    "async def _aenter(self):\n"
    "    await self.acquire()\n"
    "\n"
    "\n"
    "async def _aexit(self, exc_type, exc, tb):\n"
    "    self.release()\n"
    "\n"
    "\n"
    "async def _barrier_aenter(self):\n"
    "    return await self.wait()\n"
    "\n"
    "\n"
    "def _condition_prepare(self):\n"
    "    self._waiters = []\n"
    "    self._bound_to = None\n"
    "\n"
    "\n"
    "def _condition_count(self):\n"
    "    return len(self._waiters)\n"
    "\n"
    "\n"
    "def _condition_future(self):\n"
    "    loop = _get_running_loop()\n"
    "    if self._bound_to is None:\n"
    "        self._bound_to = loop\n"
    "    if self._bound_to is not loop:\n"
    "        raise RuntimeError(f'{self!r} is bound to a different event loop')\n"
    "    return loop.create_future()\n"
    "\n"
    "\n"
    "def _condition_wake(self, n):\n"
    "    woken = 0\n"
    "    for future in self._waiters:\n"
    "        if woken >= n:\n"
    "            break\n"
    "        if not future.done():\n"
    "            woken += 1\n"
    "            future.set_result(False)\n"
    "\n"
    "\n"
    "def _condition_notify(self, n=1):\n"
    "    if not self.locked():\n"
    "        raise RuntimeError('cannot notify on un-acquired lock')\n"
    "    _condition_wake(self, n)\n"
    "\n"
    "\n"
    "def _condition_notify_all(self):\n"
    "    _condition_notify(self, len(self._waiters))\n"
    "\n"
    "\n"
    "async def _condition_notified(self, future):\n"
    "    self._waiters.append(future)\n"
    "    try:\n"
    "        await future\n"
    "    finally:\n"
    "        self._waiters.remove(future)\n"
    "\n"
    "\n"
    "async def _condition_relock(self):\n"
    "    cancel = None\n"
    "    while True:\n"
    "        try:\n"
    "            await self.acquire()\n"
    "        except _CancelledError as error:\n"
    "            cancel = error if _reraises_same_cancel else _CancelledError()\n"
    "        else:\n"
    "            break\n"
    "    if cancel is not None:\n"
    "        raise cancel\n"
    "\n"
    "\n"
    "async def _condition_wait(self):\n"
    "    if not self.locked():\n"
    "        raise RuntimeError('cannot wait on un-acquired lock')\n"
    "    future = _condition_future(self) if _future_before_release else None\n"
    "    self.release()\n"
    "    try:\n"
    "        try:\n"
    "            await _condition_notified(self, future or _condition_future(self))\n"
    "        finally:\n"
    "            await _condition_relock(self)\n"
    "    except BaseException:\n"
    "        if _renotifies_on_error:\n"
    "            _condition_wake(self, 1)\n"
    "        raise\n"
    "    return True\n"
    "\n"
    "\n"
    "async def _condition_wait_for(self, predicate):\n"
    "    while not (result := predicate()):\n"
    "        await self.wait()\n"
    "    return result\n"
    "\n"
    "\n"
    "_aenter.__name__, _aenter.__qualname__ = '__aenter__', '_ContextManagerMixin.__aenter__'\n"
    "_aexit.__name__, _aexit.__qualname__ = '__aexit__', '_ContextManagerMixin.__aexit__'\n"
    "_barrier_aenter.__name__, _barrier_aenter.__qualname__ = '__aenter__', 'Barrier.__aenter__'\n"
    "_condition_wait.__name__, _condition_wait.__qualname__ = 'wait', 'Condition.wait'\n"
    "_condition_wait_for.__name__, _condition_wait_for.__qualname__ = 'wait_for', 'Condition.wait_for'\n";
/* Before 3.13 (as_completed_async_iterator) it is a generator: nothing happens until its first step. */
static const char library_as_completed[] = "def as_completed(fs, *, timeout=None):\n"
                                           "    steps, count = _as_completed(fs, timeout)\n"
                                           "    for _ in range(count):\n"
                                           "        yield steps.__next__()\n";

/* heapq on a list of the program's own, for a PriorityQueue whose _queue it has replaced.  As the functions
 * in C, which swap, so that a comparison that raises leaves the same list; the core has the same for its own
 * items. */
static const char library_heapq[] = "def _heap_less(heap, a, b):\n"
                                    "    size = len(heap)\n"
                                    "    less = True if heap[a] < heap[b] else False\n"
                                    "    if len(heap) != size:\n"
                                    "        raise RuntimeError('list changed size during iteration')\n"
                                    "    return less\n"
                                    "\n"
                                    "\n"
                                    "def _heap_rise(heap, at):\n"
                                    "    while at > 0:\n"
                                    "        parent = (at - 1) // 2\n"
                                    "        if not _heap_less(heap, at, parent):\n"
                                    "            return\n"
                                    "        heap[at], heap[parent] = heap[parent], heap[at]\n"
                                    "        at = parent\n"
                                    "\n"
                                    "\n"
                                    "def _heappush(heap, item):\n"
                                    "    heap.append(item)\n"
                                    "    _heap_rise(heap, len(heap) - 1)\n"
                                    "\n"
                                    "\n"
                                    "def _heappop(heap):\n"
                                    "    if not heap:\n"
                                    "        raise IndexError('index out of range')\n"
                                    "    last = heap.pop()\n"
                                    "    if not heap:\n"
                                    "        return last\n"
                                    "    lowest, heap[0] = heap[0], last\n"
                                    "    end, at = len(heap), 0\n"
                                    "    while at < end // 2:\n"
                                    "        child = 2 * at + 1\n"
                                    "        if child + 1 < end and not _heap_less(heap, child, child + 1):\n"
                                    "            child += 1\n"
                                    "        heap[at], heap[child] = heap[child], heap[at]\n"
                                    "        at = child\n"
                                    "    _heap_rise(heap, at)\n"
                                    "    return lowest\n";

const mp_part_def mp_parts[MP_PART_COUNT] = {
    [MP_PART_BASE_EVENTS] = {MP_PART_NATIVES,
                             "asyncio.base_events",
                             "asyncio/base_events.py",
                             {library_loops}},
    [MP_PART_TASKS] = {MP_PART_NATIVES,
                       "asyncio.tasks",
                       "asyncio/tasks.py",
                       {library_wrap, library_as_completed}},
    [MP_PART_RUNNERS] = {MP_PART_NATIVES, "asyncio.runners", "asyncio/runners.py", {library_runner}},
    [MP_PART_LOCKS] = {MP_PART_NATIVES, "asyncio.locks", "asyncio/locks.py", {library_locks}},
    [MP_PART_HEAPQ] = {MP_PART_NATIVES, "heapq", "heapq.py", {library_heapq}},
    [MP_PART_CONCURRENT] = {MP_PART_NATIVES,
                            "concurrent.futures._base",
                            "concurrent/futures/_base.py",
                            {mp_concurrent_text}},
    [MP_PART_THREADS] = {MP_PART_CONCURRENT, "asyncio.tasks", "asyncio/tasks.py", {mp_threads_text}},
    [MP_PART_THREADING] = {MP_PART_THREADS, "threading", "threading.py", {mp_threading_text}},
    [MP_PART_POOLS] = {MP_PART_THREADING,
                       "concurrent.futures.thread",
                       "concurrent/futures/thread.py",
                       {mp_pools_text, mp_executors_text}},
    [MP_PART_GRAPH] = {MP_PART_NATIVES,
                       "asyncio.graph",
                       "asyncio/graph.py",
                       {mp_graph_classes_text, mp_graph_functions_text}},
    [MP_PART_STREAMS] = {MP_PART_NATIVES, "asyncio.streams", "asyncio/streams.py", {mp_streams_text}},
};

/* ---- What they need of C ---- */

/* _hold(error, tasks): what ends a clean-up has the frame in its traceback that knows the tasks.  As such an
 * error is the outcome of one of them, too, they live on until they are collected. */
static mp_value library_hold(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_hold", 2, 2))
        return NULL;
    mp_set_slot(vm, &((mp_exception *)args->values[0])->held, mp_incref(args->values[1]));
    return mp_incref(vm->none);
}

static const mp_native_def library_natives[] = {
    {"_cancel_all_tasks", mp_cancel_all_tasks},
    {"_hold", library_hold},
    {"_shut_executor", mp_shut_executor},
    {"_join_executor_of", mp_join_executor},
    {"_take_generators", mp_loop_take_generators},
    {"_as_completed", mp_as_completed_generator},
    {NULL, NULL},
};

/* The module's own functions, under names that a program cannot replace. */
static bool library_borrow(mp_vm *vm, mp_dict *module, mp_dict *names)
{
    static const char *const pairs[][2] = {
        {"_new_event_loop", "new_event_loop"},      {"_set_event_loop", "set_event_loop"},
        {"_get_running_loop", "_get_running_loop"}, {"_gather", "gather"},
        {"_CancelledError", "CancelledError"},      {"_all_tasks", "all_tasks"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!mp_give(vm, module, pairs[i][1], names, pairs[i][0]))
            return false;
    return true;
}

/* A flag that the texts ask for. */
static bool library_flag(mp_vm *vm, mp_dict *names, const char *name, ac_semantics_flag flag)
{
    return mp_define(vm, names, name, mp_bool_new(vm, mp_has(vm, flag)));
}

static bool library_make_natives(mp_vm *vm, mp_dict *module)
{
    mp_dict *names = mp_dict_new(vm);
    vm->asyncio->parts[MP_PART_NATIVES] = names;
    return names != NULL && mp_define_natives(vm, names, library_natives) &&
           library_borrow(vm, module, names) &&
           mp_define(vm, names, "_RunnerCore", mp_incref(mp_as_value(vm->types[MP_TYPE_RUNNER]))) &&
           library_flag(vm, names, "_shows_task", AC_S_RUN_REPRS_RESULT) &&
           library_flag(vm, names, "_future_before_release", AC_S_CONDITION_FUTURE_BEFORE_RELEASE) &&
           library_flag(vm, names, "_reraises_same_cancel", AC_S_CONDITION_RERAISES_SAME_CANCEL) &&
           library_flag(vm, names, "_renotifies_on_error", AC_S_CONDITION_RENOTIFIES_ON_ERROR);
}

/* ---- Where its names go ---- */

static bool library_promise_as_completed(mp_vm *vm, mp_dict *module)
{
    static const char *const names[] = {"as_completed", NULL};
    return ac_semantics_has(vm->asyncio->semantics, AC_S_AS_COMPLETED_ASYNC_ITERATOR) ||
           mp_part_promise(vm, MP_PART_TASKS, names, module);
}

/* Methods are looked up where nothing may be run: this part is run at once. */
static bool library_give_methods(mp_vm *vm)
{
    mp_dict *loop = vm->types[MP_TYPE_LOOP]->dict, *names = mp_part_names(vm, MP_PART_BASE_EVENTS);
    return names != NULL && mp_give(vm, names, "shutdown_asyncgens", loop, "shutdown_asyncgens") &&
           mp_give(vm, names, "shutdown_default_executor", loop, "shutdown_default_executor") &&
           mp_give(vm, names, "getaddrinfo", loop, "getaddrinfo") &&
           mp_give(vm, names, "getnameinfo", loop, "getnameinfo");
}

bool mp_init_library(mp_vm *vm, mp_dict *module)
{
    static const char *const names[] = {"run", "Runner", NULL};
    return library_make_natives(vm, module) && mp_init_socket_names(vm, mp_part_names(vm, MP_PART_NATIVES)) &&
           library_give_methods(vm) && mp_part_promise(vm, MP_PART_RUNNERS, names, module) &&
           library_promise_as_completed(vm, module) && mp_init_threads(vm, module) &&
           mp_init_streams(vm, module);
}
