/* graph.c - asyncio's call graph: who waits for a future, and where in its code each of them is.
 *
 * Mirrors    graph.py; future_add_to_awaited_by, future_discard_from_awaited_by, Future._asyncio_awaited_by.
 * Idea       The core knows the edges (aiocore/graph.h).  Those that a program names are kept here, with the
 *            future, and the core asks for them.  How a graph is put together and shown is Python.
 * Versions   From 3.14 on; before, none of these names is there.
 * Differs    What the core sees, a program cannot take away: discard forgets what add has named.
 * Tests      difftests/scenarios/graph */
#include <string.h>

#include "asyncio/host.h"

/* ---- Edges that a program names ---- */

static bool place_of_waiter(const mp_future *future, mp_value waiter, size_t *place)
{
    size_t count = future->awaited_by != NULL ? future->awaited_by->count : 0;
    for (*place = 0; *place < count; (*place)++)
        if (future->awaited_by->items[*place] == waiter)
            return true;
    return false;
}

static bool add_waiter(mp_vm *vm, mp_future *future, mp_value waiter)
{
    size_t place;
    if (future->awaited_by == NULL)
        future->awaited_by = mp_list_new(vm, 1);
    if (future->awaited_by == NULL)
        return false;
    future->awaited_by_several |= future->awaited_by->count > 0;
    return place_of_waiter(future, waiter, &place) || mp_list_append(vm, future->awaited_by, waiter);
}

static void discard_waiter(mp_vm *vm, mp_future *future, mp_value waiter)
{
    size_t place;
    if (!place_of_waiter(future, waiter, &place))
        return;
    mp_list *list = future->awaited_by;
    mp_value gone = list->items[place];
    memmove(list->items + place, list->items + place + 1, (list->count - place - 1) * sizeof *list->items);
    list->count--;
    mp_decref(vm, gone);
}

/* Both arguments are futures; anything else is ignored. */
static bool are_futures(mp_vm *vm, const mp_args *args)
{
    return mp_is_future(vm, args->values[0]) && mp_is_future(vm, args->values[1]);
}

static mp_value graph_add(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "future_add_to_awaited_by", 2, 2))
        return NULL;
    if (are_futures(vm, args) && !add_waiter(vm, (mp_future *)args->values[0], args->values[1]))
        return NULL;
    return mp_incref(vm->none);
}

static mp_value graph_discard(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "future_discard_from_awaited_by", 2, 2))
        return NULL;
    if (are_futures(vm, args))
        discard_waiter(vm, (mp_future *)args->values[0], args->values[1]);
    return mp_incref(vm->none);
}

ac_future *mp_host_waiter(ac_loop *loop, const ac_future *future, size_t index)
{
    const mp_list *list = AC_CONTAINER_OF(future, mp_future, core)->awaited_by;
    (void)loop;
    return list != NULL && index < list->count ? &((mp_future *)list->items[index])->core : NULL;
}

/* ---- Future._asyncio_awaited_by ---- */

/* Those inside of a frame of the core are no objects of the program. */
static mp_set *collect_waiters(mp_vm *vm, const ac_future *future)
{
    mp_set *set = mp_set_new(vm);
    ac_waiters waiters = ac_future_waiters(future);
    for (ac_future *waiter; set != NULL && (waiter = ac_waiters_next(&waiters)) != NULL;)
        if (!ac_future_is_embedded(waiter) && !mp_set_add(vm, set, mp_as_value(mp_future_of(waiter))))
            mp_clear_slot(vm, (mp_value *)&set);
    return set;
}

/* A frozenset, or None if there is nobody; CPython gives an empty set if a second one was ever added, which
 * the core does not remember, and this file does of what programs name. */
mp_value mp_future_get_awaited_by(mp_vm *vm, mp_value self)
{
    const mp_future *future = (const mp_future *)self;
    mp_set *set = collect_waiters(vm, &future->core);
    if (set == NULL)
        return NULL;
    bool is_none = set->table->count == 0 && !future->awaited_by_several;
    mp_value frozen = is_none ? mp_incref(vm->none)
                              : mp_call_1(vm, mp_as_value(vm->types[MP_TYPE_FROZENSET]), mp_as_value(set));
    mp_decref(vm, mp_as_value(set));
    return frozen;
}

/* ---- Frames ---- */

static bool append_frame(mp_vm *vm, mp_list *list, const mp_call_frame *frame)
{
    mp_value object = mp_frame_object_new(vm, frame);
    bool appended = object != NULL && mp_list_append(vm, list, object);
    mp_xdecref(vm, object);
    return appended;
}

/* gh-156408, gh-156988: before, the coroutine of a task that has ended is an entry without a frame, and a
 * generator counts as a coroutine. */
static bool is_mended(const mp_vm *vm)
{
    return mp_python_has(vm, MP_NEVER, MP_NEVER, 8, 0);
}

/* _frames_of(task): those of its coroutine and of what that awaits, outermost first; of a future, none. */
static mp_value graph_frames_of(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_frames_of", 1, 1))
        return NULL;
    mp_list *list = mp_list_new(vm, 0);
    mp_call_frames frames = {0};
    mp_call_frame frame;
    if (mp_is_task(vm, args->values[0]))
        frames.at = ((const mp_task *)args->values[0])->coro;
    bool has_ended = mp_coroutine_has_ended(vm, frames.at);
    if (list != NULL && has_ended && !is_mended(vm) && !mp_list_append(vm, list, vm->none))
        mp_clear_slot(vm, (mp_value *)&list);
    while (list != NULL && mp_call_frames_next(vm, &frames, &frame))
        if (!append_frame(vm, list, &frame))
            mp_clear_slot(vm, (mp_value *)&list);
    return mp_as_value(list);
}

/* ---- Frames that run ---- */

enum {
    FRAMES_OF_NATIVE = 8
}; /* the functions of asyncio that one coroutine of the core stands for, at most */

/* A walk over what runs, innermost first.  A coroutine of the core has no frame of the machine: it stands
 * above that which was the top when it was resumed. */
typedef struct running_walk {
    mp_frame *frame;                        /* the next of the machine, one in C, too */
    const mp_native_run *run;               /* the next coroutine of the core */
    mp_call_frame native[FRAMES_OF_NATIVE]; /* those of the one that is being given, outermost first */
    size_t left;
} running_walk;

/* What closes one that it awaits is not there meanwhile: CPython has whoever called close() right below that
 * one. */
static const mp_native_run *run_that_counts(const mp_native_run *run)
{
    while (run != NULL && run->closes)
        run = run->below;
    return run;
}

static mp_frame *frame_below(mp_frame *frame)
{
    do
        frame = (frame->flags & MP_F_CLOSING) != 0 ? frame->root->frame->back : frame->back;
    while (frame != NULL && (frame->flags & MP_F_CLOSES) != 0);
    return frame;
}

static bool is_native_next(const running_walk *walk)
{
    return walk->left > 0 || (walk->run != NULL && walk->run->base == walk->frame);
}

static void next_native(mp_vm *vm, running_walk *walk, mp_call_frame *shown)
{
    if (walk->left == 0) {
        mp_value coroutine = mp_as_value(walk->run->coroutine);
        mp_call_frames frames = {.at = coroutine, .running = true};
        while (frames.at == coroutine && walk->left < FRAMES_OF_NATIVE &&
               mp_call_frames_next(vm, &frames, &walk->native[walk->left]))
            walk->left++;
        walk->run = run_that_counts(walk->run->below);
    }
    *shown = walk->native[--walk->left];
}

/* A comprehension has a frame here alone: its line is that of its function. */
static bool is_inlined(const mp_frame *frame)
{
    return (frame->code->flags & MP_C_INLINED) != 0;
}

static mp_frame *skip_native(mp_frame *frame)
{
    while (frame != NULL && frame->native != NULL)
        frame = frame->back;
    return frame;
}

/* The next frame as it is shown; *frame: that of the machine, or NULL for one of the core.  False at the end.
 */
static bool next_running(mp_vm *vm, running_walk *walk, mp_call_frame *shown, mp_frame **frame)
{
    uint32_t line = 0;
    *frame = NULL;
    while (!is_native_next(walk) && walk->frame != NULL) {
        mp_frame *next = walk->frame;
        walk->frame = frame_below(next);
        if (next->native != NULL)
            continue;
        *shown = mp_call_frame_of(next);
        if (line == 0)
            line = shown->line;
        shown->line = line;
        *frame = next;
        if (!is_inlined(next))
            return true;
    }
    if (!is_native_next(walk))
        return false;
    next_native(vm, walk, shown);
    return true;
}

static bool is_async(const mp_frame *frame)
{
    return (frame->code->flags & (MP_C_COROUTINE | MP_C_ASYNC_GENERATOR)) != 0;
}

/* Whether the frame that was given last (NULL: one of the core) is the lowest of a task's coroutine.  CPython
 * takes it for that if a plain function is below: one of asyncio's, or, where the constructor of Task was
 * called, the caller's. */
static bool was_lowest(const mp_vm *vm, const running_walk *walk, const mp_frame *given)
{
    mp_frame *below = walk->frame;
    bool counts = given == NULL || (is_mended(vm) ? is_async(given) : given->owner != NULL);
    if (!counts || below == NULL || is_native_next(walk))
        return false;
    if (below->native != NULL && !mp_is_start_by_constructor(below))
        return true;
    below = skip_native(below);
    while (below != NULL && is_inlined(below))
        below = skip_native(below->back);
    return below != NULL && below->owner == NULL;
}

/* _running_frames(depth): those of the current task that run, innermost first, without the first 'depth'. */
static mp_value graph_running_frames(mp_vm *vm, mp_args *args)
{
    int64_t depth;
    mp_call_frame shown;
    mp_frame *frame;
    if (!mp_positional(vm, args, "_running_frames", 1, 1) || !mp_to_index(vm, args->values[0], &depth))
        return NULL;
    running_walk walk = {.frame = vm->frame, .run = run_that_counts(vm->asyncio->native_runs)};
    bool more = next_running(vm, &walk, &shown, &frame);
    for (; depth > 0 && more; depth--)
        more = next_running(vm, &walk, &shown, &frame);
    if (!more) {
        mp_raise(vm, MP_X_VALUE_ERROR, "call stack is not deep enough");
        return NULL;
    }
    mp_list *list = mp_list_new(vm, 0);
    for (; more && list != NULL; more = more && next_running(vm, &walk, &shown, &frame)) {
        if (!append_frame(vm, list, &shown))
            mp_clear_slot(vm, (mp_value *)&list);
        more = !was_lowest(vm, &walk, frame);
    }
    return mp_as_value(list);
}

/* ---- Put together and shown ---- */

/* Two frozen dataclasses by hand. */
const char mp_graph_classes_text[] =
    "class FrozenInstanceError(AttributeError):\n"
    "    pass\n"
    "\n"
    "\n"
    "FrozenInstanceError.__module__ = 'dataclasses'\n"
    "\n"
    "\n"
    "class _Frozen:\n"
    "    def _values(self):\n"
    "        return tuple([getattr(self, name) for name in self.__match_args__])\n"
    "\n"
    "    def __setattr__(self, name, value):\n"
    "        raise FrozenInstanceError(f'cannot assign to field {name!r}')\n"
    "\n"
    "    def __delattr__(self, name):\n"
    "        raise FrozenInstanceError(f'cannot delete field {name!r}')\n"
    "\n"
    "    def __eq__(self, other):\n"
    "        if type(other) is not type(self):\n"
    "            return NotImplemented\n"
    "        return self._values() == other._values()\n"
    "\n"
    "    def __hash__(self):\n"
    "        return hash(self._values())\n"
    "\n"
    "    def __repr__(self):\n"
    "        fields = [f'{name}={getattr(self, name)!r}' for name in self.__match_args__]\n"
    "        return f'{type(self).__qualname__}({\", \".join(fields)})'\n"
    "\n"
    "\n"
    "class FrameCallGraphEntry(_Frozen):\n"
    "    __slots__ = __match_args__ = ('frame',)\n"
    "\n"
    "    def __init__(self, frame):\n"
    "        object.__setattr__(self, 'frame', frame)\n"
    "\n"
    "\n"
    "class FutureCallGraph(_Frozen):\n"
    "    __slots__ = __match_args__ = ('future', 'call_stack', 'awaited_by')\n"
    "\n"
    "    def __init__(self, future, call_stack, awaited_by):\n"
    "        object.__setattr__(self, 'future', future)\n"
    "        object.__setattr__(self, 'call_stack', call_stack)\n"
    "        object.__setattr__(self, 'awaited_by', awaited_by)\n";

/* A limit keeps so many frames: of those that wait the outermost, of the running task, whose frames are
 * counted from the other end, the same; a negative one the innermost.  A cycle that a program names ends in a
 * RecursionError, as it does in CPython. */
const char mp_graph_functions_text[] =
    "def _graph_of(future, limit):\n"
    "    if not isinstance(future, _Future):\n"
    "        raise TypeError(f'{future!r} object does not appear to be compatible with asyncio.Future')\n"
    "    frames = _frames_of(future) if limit != 0 else []\n"
    "    above = []\n"
    "    for waiter in future._asyncio_awaited_by or ():\n"
    "        above.append(_graph_of(waiter, limit))\n"
    "    if limit is not None:\n"
    "        frames = frames[:limit] if limit > 0 else frames[limit:]\n"
    "    frames.reverse()\n"
    "    return FutureCallGraph(future, tuple([FrameCallGraphEntry(frame) for frame in frames]), "
    "tuple(above))\n"
    "\n"
    "\n"
    "def capture_call_graph(future=None, /, *, depth=1, limit=None):\n"
    "    loop = _get_running_loop()\n"
    "    if future is None and loop is None:\n"
    "        raise RuntimeError('capture_call_graph() is called outside of a running event loop and no "
    "*future* '\n"
    "                           'to introspect was provided')\n"
    "    current = _current_task(loop) if loop is not None else None\n"
    "    if future is not None and future is not current:\n"
    "        return _graph_of(future, limit)\n"
    "    if current is None:\n"
    "        return None\n"
    "    frames = _running_frames(depth) if limit != 0 else []\n"
    "    above = []\n"
    "    for waiter in current._asyncio_awaited_by or ():\n"
    "        above.append(_graph_of(waiter, limit))\n"
    "    if limit is not None:\n"
    "        frames = frames[:-limit] if limit < 0 else frames[-limit:]\n"
    "    return FutureCallGraph(current, tuple([FrameCallGraphEntry(frame) for frame in frames]), "
    "tuple(above))\n"
    "\n"
    "\n"
    "_words = {'coroutine': 'async ', 'async_generator': 'async generator ', 'generator': 'generator '}\n"
    "\n"
    "\n"
    "def _frame_line(frame):\n"
    "    word = _words.get(type(frame.f_generator).__name__, '')\n"
    "    code = frame.f_code\n"
    "    return f'  |   File {code.co_filename!r}, line {frame.f_lineno}, in {word}{code.co_qualname}()'\n"
    "\n"
    "\n"
    "def _lines_of(graph, indent, lines):\n"
    "    future = graph.future\n"
    "    if isinstance(future, _Task):\n"
    "        lines.append(f'{indent}* Task(name={future.get_name()!r}, id={id(future):#x})')\n"
    "    else:\n"
    "        lines.append(f'{indent}* Future(id={id(future):#x})')\n"
    "    if graph.call_stack:\n"
    "        lines.append(f'{indent}  + Call stack:')\n"
    "        for entry in graph.call_stack:\n"
    "            lines.append(indent + _frame_line(entry.frame))\n"
    "    if graph.awaited_by:\n"
    "        lines.append(f'{indent}  + Awaited by:')\n"
    "        for above in graph.awaited_by:\n"
    "            _lines_of(above, indent + '    ', lines)\n"
    "\n"
    "\n"
    "def format_call_graph(future=None, /, *, depth=1, limit=None):\n"
    "    graph = capture_call_graph(future, depth=depth + 1, limit=limit)\n"
    "    lines = []\n"
    "    if graph is not None:\n"
    "        _lines_of(graph, '', lines)\n"
    "    return '\\n'.join(lines)\n"
    "\n"
    "\n"
    "def print_call_graph(future=None, /, *, file=None, depth=1, limit=None):\n"
    "    print(format_call_graph(future, depth=depth, limit=limit), file=file)\n";

/* ---- Setting up ---- */

static const mp_native_def graph_natives[] = {
    {"future_add_to_awaited_by", graph_add},
    {"future_discard_from_awaited_by", graph_discard},
    {NULL, NULL},
};

static const mp_native_def graph_helpers[] = {
    {"_frames_of", graph_frames_of},
    {"_running_frames", graph_running_frames},
    {NULL, NULL},
};

/* Functions and types of asyncio, under names that a program cannot replace. */
static bool graph_borrow(mp_vm *vm, mp_dict *module, mp_dict *names)
{
    return mp_give(vm, module, "current_task", names, "_current_task") &&
           mp_give(vm, module, "Future", names, "_Future") && mp_give(vm, module, "Task", names, "_Task");
}

/* After the library. */
bool mp_init_graph(mp_vm *vm, mp_dict *module)
{
    static const char *const promised[] = {"FrameCallGraphEntry", "FutureCallGraph",  "capture_call_graph",
                                           "format_call_graph",   "print_call_graph", NULL};
    if (!ac_semantics_has(vm->asyncio->semantics, AC_S_CALL_GRAPH_API)) {
        mp_str *name = mp_str_from(vm, "_asyncio_awaited_by");
        bool gone = name != NULL &&
                    mp_dict_delete(vm, vm->types[MP_TYPE_FUTURE]->dict, mp_as_value(name)) >= 0;
        mp_xdecref(vm, mp_as_value(name));
        return gone;
    }
    mp_dict *names = mp_part_names(vm, MP_PART_NATIVES);
    return mp_define_natives(vm, module, graph_natives) && mp_define_natives(vm, names, graph_helpers) &&
           graph_borrow(vm, module, names) && mp_part_promise(vm, MP_PART_GRAPH, promised, module);
}
