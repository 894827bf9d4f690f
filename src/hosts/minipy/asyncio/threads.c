/* threads.c - concurrent.futures, signal, and what asyncio has for other threads, as far as one thread needs
 * them.
 *
 * Mirrors    concurrent.futures.Future; tasks.run_coroutine_threadsafe, futures.wrap_future.
 * Idea       Python.  What ties two futures together is the core's (chain.c); a
 *            machine has one thread, so what would wait for another one fails instead. */
#include "asyncio/host.h"

#include <string.h>

const char mp_concurrent_text[] =
    "class Error(Exception):\n"
    "    pass\n"
    "\n"
    "\n"
    "class CancelledError(Error):\n"
    "    pass\n"
    "\n"
    "\n"
    "class InvalidStateError(Error):\n"
    "    pass\n"
    "\n"
    "\n"
    "class Future:\n"
    "    def __init__(self):\n"
    "        self._state = 'PENDING'\n"
    "        self._result = None\n"
    "        self._exception = None\n"
    "        self._done_callbacks = []\n"
    "\n"
    "    def _invoke_callbacks(self):\n"
    "        _changed()\n"
    "        for callback in self._done_callbacks:\n"
    "            self._invoke(callback)\n"
    "\n"
    "    def _invoke(self, callback):\n"
    "        try:\n"
    "            callback(self)\n"
    "        except Exception as error:\n"
    "            _log_exception(error, self)\n"
    "\n"
    "    def __repr__(self):\n"
    "        state = {'CANCELLED_AND_NOTIFIED': 'cancelled'}.get(self._state, self._state.lower())\n"
    "        if self._state == 'FINISHED' and self._exception is not None:\n"
    "            state += ' raised ' + self._exception.__class__.__name__\n"
    "        elif self._state == 'FINISHED':\n"
    "            state += ' returned ' + self._result.__class__.__name__\n"
    "        return f'<{self.__class__.__name__} at {id(self):#x} state={state}>'\n"
    "\n"
    "    def cancel(self):\n"
    "        if self._state in ('RUNNING', 'FINISHED'):\n"
    "            return False\n"
    "        if self.cancelled():\n"
    "            return True\n"
    "        self._state = 'CANCELLED'\n"
    "        self._invoke_callbacks()\n"
    "        return True\n"
    "\n"
    "    def cancelled(self):\n"
    "        return self._state in ('CANCELLED', 'CANCELLED_AND_NOTIFIED')\n"
    "\n"
    "    def running(self):\n"
    "        return self._state == 'RUNNING'\n"
    "\n"
    "    def done(self):\n"
    "        return self._state == 'FINISHED' or self.cancelled()\n"
    "\n"
    "    def add_done_callback(self, fn):\n"
    "        if self.done():\n"
    "            self._invoke(fn)\n"
    "        else:\n"
    "            self._done_callbacks.append(fn)\n"
    "\n"
    "    def _wait(self, timeout):\n"
    "        if self.cancelled():\n"
    "            raise CancelledError()\n"
    "        if self._state == 'FINISHED':\n"
    "            return\n"
    "        if _has_threads() and (timeout is None or timeout > 0):\n"
    "            end = None if timeout is None else _monotonic() + timeout\n"
    "            while not self.done() and (end is None or _monotonic() < end):\n"
    "                _wait_changed(None if end is None else end - _monotonic())\n"
    "            if self.done():\n"
    "                return self._wait(None)\n"
    "        if timeout is None:\n"
    "            raise RuntimeError('nobody could complete this future: the scenario language has one "
    "thread')\n"
    "        raise TimeoutError()\n"
    "\n"
    "    def result(self, timeout=None):\n"
    "        self._wait(timeout)\n"
    "        if self._exception is not None:\n"
    "            raise self._exception\n"
    "        return self._result\n"
    "\n"
    "    def exception(self, timeout=None):\n"
    "        self._wait(timeout)\n"
    "        return self._exception\n"
    "\n"
    "    def set_running_or_notify_cancel(self):\n"
    "        if self._state == 'CANCELLED':\n"
    "            self._state = 'CANCELLED_AND_NOTIFIED'\n"
    "            return False\n"
    "        if self._state == 'PENDING':\n"
    "            self._state = 'RUNNING'\n"
    "            return True\n"
    "        raise RuntimeError('Future in unexpected state')\n"
    "\n"
    "    def _finish(self, result, exception):\n"
    "        if self.done():\n"
    "            raise InvalidStateError(f'{self._state}: {self!r}')\n"
    "        self._result = result\n"
    "        self._exception = exception\n"
    "        self._state = 'FINISHED'\n"
    "        self._invoke_callbacks()\n"
    "\n"
    "    def set_result(self, result):\n"
    "        self._finish(result, None)\n"
    "\n"
    "    def set_exception(self, exception):\n"
    "        self._finish(None, exception)\n";

const char mp_threads_text[] =
    "def _convert_future_exc(error):\n"
    "    if type(error) is CancelledError:\n"
    "        return _CancelledError(*error.args)\n"
    "    if type(error) is InvalidStateError:\n"
    "        return _InvalidStateError(*error.args)\n"
    "    if _makes_timeout_anew and type(error) is TimeoutError:\n"
    "        return TimeoutError(*error.args)\n"
    "    return error\n"
    "\n"
    "\n"
    "def run_coroutine_threadsafe(coro, loop):\n"
    "    if not _iscoroutine(coro):\n"
    "        raise TypeError('A coroutine object is required')\n"
    "    future = Future()\n"
    "\n"
    "    def callback():\n"
    "        try:\n"
    "            _chain_future(_ensure_future(coro, loop=loop), future)\n"
    "        except (SystemExit, KeyboardInterrupt):\n"
    "            raise\n"
    "        except BaseException as error:\n"
    "            if future.set_running_or_notify_cancel():\n"
    "                future.set_exception(error)\n"
    "            raise\n"
    "\n"
    "    loop.call_soon_threadsafe(callback)\n"
    "    return future\n"
    "\n"
    "\n"
    "def wrap_future(future, *, loop=None):\n"
    "    if _isfuture(future):\n"
    "        return future\n"
    "    assert isinstance(future, Future), f'concurrent.futures.Future is expected, got {future!r}'\n"
    "    if loop is None:\n"
    "        loop = _get_event_loop()\n"
    "    wrapper = loop.create_future()\n"
    "    _chain_future(future, wrapper)\n"
    "    return wrapper\n";

/* ---- What it needs of C ---- */

/* _log_exception(error, future): a callback has failed. */
static mp_value threads_log_exception(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_log_exception", 2, 2))
        return NULL;
    mp_raise_value(vm, mp_incref(args->values[0]));
    mp_write_unraisable(vm, "exception calling callback for ", args->values[1]);
    return mp_incref(vm->none);
}

/* ---- The default executor of a loop ---- */

static mp_value threads_get_executor(mp_vm *vm, mp_args *args)
{
    mp_value executor = mp_as_loop(args->values[0])->executor;
    return mp_incref(executor != NULL ? executor : vm->none);
}

static mp_value threads_set_executor(mp_vm *vm, mp_args *args)
{
    mp_set_slot(vm, &mp_as_loop(args->values[0])->executor, mp_incref(args->values[1]));
    return mp_incref(vm->none);
}

static mp_value threads_executor_is_shut(mp_vm *vm, mp_args *args)
{
    return mp_bool_new(vm, mp_as_loop(args->values[0])->executor_shut);
}

mp_value mp_shut_executor(mp_vm *vm, mp_args *args)
{
    mp_as_loop(args->values[0])->executor_shut = true;
    return threads_get_executor(vm, args);
}

mp_value mp_join_executor(mp_vm *vm, mp_args *args)
{
    return mp_part_call(vm, MP_PART_POOLS, "_join_executor", args->values, args->count);
}

static const mp_native_def threads_natives[] = {
    {"_chain_future", mp_chain_future},        {"_get_executor", threads_get_executor},
    {"_set_executor", threads_set_executor},   {"_executor_is_shut", threads_executor_is_shut},
    {"_log_exception", threads_log_exception}, {NULL, NULL},
};

/* Functions of asyncio, under names that a program cannot replace. */
static bool threads_borrow(mp_vm *vm, mp_dict *module, mp_dict *names)
{
    static const char *const pairs[][2] = {
        {"get_event_loop", "_get_event_loop"}, {"ensure_future", "_ensure_future"},
        {"iscoroutine", "_iscoroutine"},       {"isfuture", "_isfuture"},
        {"CancelledError", "_CancelledError"}, {"InvalidStateError", "_InvalidStateError"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!mp_give(vm, module, pairs[i][0], names, pairs[i][1]))
            return false;
    return true;
}

/* ---- Modules ---- */

/* concurrent.futures, and concurrent, which has nothing else. */
static bool threads_make_concurrent(mp_vm *vm)
{
    static const char *const promised[] = {"Future", "CancelledError", "InvalidStateError", NULL};
    static const char *const pools[] = {"ThreadPoolExecutor", NULL};
    mp_dict *outer = mp_module_make(vm, "concurrent"), *inner = mp_module_make(vm, "concurrent.futures");
    return outer != NULL && inner != NULL &&
           mp_give(vm, vm->modules, "concurrent.futures", outer, "futures") &&
           mp_part_promise(vm, MP_PART_CONCURRENT, promised, inner) &&
           mp_part_promise(vm, MP_PART_POOLS, pools, inner) &&
           mp_define(vm, inner, "TimeoutError", mp_incref(mp_as_value(vm->exceptions[MP_X_TIMEOUT_ERROR])));
}

/* What is left of signals where nobody sends any. */
static bool threads_make_signal(mp_vm *vm)
{
    static const mp_native_def natives[] = {{"raise_signal", mp_raise_signal}, {NULL, NULL}};
    mp_dict *names = mp_module_make(vm, "signal");
    return names != NULL && mp_define(vm, names, "SIGINT", mp_int_new(vm, 2)) &&
           mp_define_natives(vm, names, natives);
}

bool mp_init_threads(mp_vm *vm, mp_dict *module)
{
    static const char *const promised[] = {"run_coroutine_threadsafe", "wrap_future", NULL};
    mp_dict *names = mp_part_names(vm, MP_PART_NATIVES);
    static const char *const to_thread[] = {"to_thread", NULL};
    static const char *const threading[] = {"Condition",      "Event",       "Thread",
                                            "current_thread", "main_thread", NULL};
    mp_dict *inner = mp_module_make(vm, "threading");
    return inner != NULL && mp_init_thread_locks(vm, names) && mp_give(vm, names, "Lock", inner, "Lock") &&
           mp_give(vm, names, "get_ident", inner, "get_ident") &&
           mp_part_promise(vm, MP_PART_THREADING, threading, inner) &&
           mp_part_promise(vm, MP_PART_POOLS, to_thread, module) &&
           mp_give(vm, module, "iscoroutinefunction", names, "_iscoroutinefunction") &&
           mp_give(vm, module, "timeout", names, "_timeout") &&
           mp_define(vm, names, "_shutdown_has_timeout", mp_bool_new(vm, vm->minor >= 13)) &&
           mp_define_natives(vm, names, threads_natives) && threads_borrow(vm, module, names) &&
           mp_define(vm, names, "_makes_timeout_anew", mp_bool_new(vm, vm->minor < 13)) && /* gh-117459 */
           mp_part_promise(vm, MP_PART_THREADS, promised, module) && threads_make_concurrent(vm) &&
           threads_make_signal(vm);
}
