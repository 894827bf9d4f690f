/* two_halves.c - a bytecode interpreter that runs task bodies in its own dispatch loop.
 *
 * A step of a task is two halves, ac_task_step_enter and ac_task_step_leave, and the body runs in
 * between.  Here that is no call: the interpreter goes on with another frame.  However many tasks there
 * are, the C stack stays as it is.
 *
 * The language: a digit prints itself; y yields; w waits for the bell; b rings it; x fails; r returns. */
#include <aiocore/chost.h>

#include <stdio.h>

struct frame {
    ac_c_task head;
    const char *name, *pc;
};

struct vm {
    ac_loop *loop;
    ac_future *bell;
    struct frame *frame; /* the running one; NULL: none */
    ac_handle *handle;   /* the step that is being run */
};

/* Only for a body that is closed: steps do not come this way. */
static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)co;
    (void)in;
    if (how == AC_CLOSE)
        return ac_return(out, ac_none());
    return ac_c_throw(loop, out, &ac_c_RuntimeError, "frames run in the dispatch loop");
}

static const ac_coro_ops frame_ops = {.resume = resume};

/* [stop] */
/* The running frame stops: its task and the loop learn how. */
static ac_status stop(struct vm *vm, ac_turn turn, ac_out *out)
{
    ac_status status = ac_task_step_leave(&vm->frame->head.task, turn, out);
    vm->frame = NULL;
    return ac_loop_turn_ran(vm->loop, vm->handle, status);
}

/* Makes the task of the handle the current one and its frame the running one; a callback is called. */
static ac_status begin(struct vm *vm, ac_task *task)
{
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    ac_out out;
    ac_status status = task != NULL ? ac_task_step_enter(task, &how, &in)
                                    : ac_handle_call(vm->loop, vm->handle);
    if (task == NULL || status != AC_OK)
        return ac_loop_turn_ran(vm->loop, vm->handle, status);
    vm->frame = (struct frame *)(void *)task;
    if (how == AC_THROW) /* this language cannot catch */
        return stop(vm, ac_raise(vm->loop, in, &out), &out);
    return AC_OK;
}
/* [stop end] */

static ac_status instruction(struct vm *vm)
{
    char op = *vm->frame->pc++;
    ac_out out = {.value = ac_none()};
    switch (op) {
    case 'y':
        return stop(vm, AC_YIELDED, &out);
    case 'w':
        return ac_future_done(vm->bell) ? AC_OK : stop(vm, ac_future_await(vm->bell, &out), &out);
    case 'b':
        return ac_future_set_result(vm->bell, ac_none());
    case 'x':
        return stop(vm, ac_c_throw(vm->loop, &out, &ac_c_ValueError, "x"), &out);
    case 'r':
        return stop(vm, ac_return(&out, ac_none()), &out);
    default:
        printf("  %s%c\n", vm->frame->name, op);
        return AC_OK;
    }
}

/* [dispatch] */
static ac_status turn(struct vm *vm)
{
    ac_status status = ac_loop_turn_begin(vm->loop);
    if (status != AC_OK)
        return status;
    do {
        if (vm->frame != NULL)
            status = instruction(vm);
        else if ((status = ac_loop_turn_next(vm->loop, &vm->handle)) == AC_OK && vm->handle != NULL)
            status = begin(vm, ac_handle_task(vm->handle));
    } while (status == AC_OK && (vm->frame != NULL || vm->handle != NULL));
    ac_loop_turn_end(vm->loop);
    return status;
}
/* [dispatch end] */

static struct frame *start(struct vm *vm, const char *name, const char *program)
{
    struct frame *frame = ac_c_task_new(vm->loop, sizeof *frame, &frame_ops);
    if (frame == NULL || ac_c_create_task(vm->loop, &frame->head, AC_EAGER_NO) != AC_OK)
        return NULL;
    frame->name = name;
    frame->pc = program;
    return frame;
}

static void finish(struct vm *vm, struct frame *frame)
{
    ac_how how = AC_SEND;
    ac_value result = ac_none();
    char text[32];
    (void)ac_future_result(&frame->head.task.future, &how, &result);
    ac_c_repr(ac_lend(result), text, sizeof text);
    printf("%s %s %s\n", frame->name, how == AC_SEND ? "returned" : "raised", text);
    ac_drop(vm->loop, result);
    ac_c_release(vm->loop, &frame->head.task.future);
}

int main(void)
{
    struct vm vm = {.loop = ac_c_loop_new(NULL, NULL)};
    if (vm.loop == NULL || (vm.bell = ac_c_future_new(vm.loop)) == NULL)
        return 1;
    struct frame *a = start(&vm, "a", "1w2r"), *b = start(&vm, "b", "1y2bx"),
                 *c = start(&vm, "c", "1y2w3y4r");
    if (a == NULL || b == NULL || c == NULL)
        return 1;
    for (int number = 1; ac_loop_timeout(vm.loop) == 0; number++) {
        printf("turn %d\n", number);
        if (turn(&vm) != AC_OK)
            return 1;
    }
    finish(&vm, a);
    finish(&vm, b);
    finish(&vm, c);
    ac_c_release(vm.loop, vm.bell);
    return (int)ac_c_loop_free(vm.loop);
}
