/* ps.c - ps: runs a file up to an iteration of the event loop and shows what the tasks are at.
 *
 * Idea       A tracer counts iterations.  At the one that is wanted it has the tasks written, which only
 *            looks, and tells the machine to end the program there.
 * Holds      What is shown is put together first: cycles are said on standard error, as asyncio says them. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

struct shown {
    ac_tracer tracer; /* must come first */
    mp_vm *vm;
    const cli_options *options;
    uint64_t turns;
    bool done;
    ac_status status;
    char *text;
    size_t size, room;
};

static bool keep(void *data, const char *bytes, size_t size)
{
    struct shown *shown = data;
    if (size > shown->room - shown->size) {
        size_t room = 2 * (shown->size + size);
        char *text = realloc(shown->text, room);
        if (text == NULL)
            return false;
        shown->text = text;
        shown->room = room;
    }
    memcpy(shown->text + shown->size, bytes, size);
    shown->size += size;
    return true;
}

/* The program's output would be in between.  What it prints while it is being ended belongs to no run. */
static bool write_aside(void *data, bool is_error, const char *text, size_t size)
{
    const struct shown *shown = data;
    (void)is_error;
    return shown->done || fwrite(text, 1, size, stderr) == size;
}

static bool is_wanted(const struct shown *shown, const ac_event *event)
{
    const cli_options *options = shown->options;
    if (options->at_turn > 0 && shown->turns >= options->at_turn)
        return true;
    return options->has_time && event->seconds >= options->at_time;
}

static void look(ac_tracer *tracer, ac_loop *loop, const ac_event *event)
{
    struct shown *shown = (struct shown *)(void *)tracer;
    if (event->kind != AC_EV_TURN_BEGIN || shown->done)
        return;
    shown->turns++;
    if (!is_wanted(shown, event))
        return;
    ac_ps_options how = {
        .form = shown->options->ps_form, .names = mp_vm_trace_names(shown->vm), .write = keep, .data = shown};
    shown->done = true;
    shown->status = ac_ps_write(loop, &how);
    mp_vm_end(shown->vm);
}

/* ---- The command ---- */

static int write_shown(const struct shown *shown, int status)
{
    if (!shown->done) {
        fprintf(stderr, "aiocore: the program ended, with status %d, before that\n", status);
        return CLI_FAILED;
    }
    if (shown->status != AC_OK && shown->status != AC_E_STATE) {
        fprintf(stderr, "aiocore: not enough memory\n");
        return CLI_FAILED;
    }
    FILE *out = shown->status == AC_OK ? stdout : stderr;
    bool written = shown->size == 0 || fwrite(shown->text, 1, shown->size, out) == shown->size;
    written &= fflush(out) == 0;
    return shown->status == AC_OK && written ? CLI_OK : CLI_FAILED;
}

static int run_shown(struct shown *shown, cli_options *options)
{
    options->machine.virtual_time = true;
    options->machine.write = write_aside;
    options->machine.write_data = shown;
    shown->vm = cli_new_machine(&options->machine);
    if (shown->vm == NULL)
        return CLI_MISUSE;
    mp_vm_set_tracer(shown->vm, &shown->tracer);
    int status = cli_run_file(shown->vm, options);
    mp_vm_free(shown->vm);
    if (!shown->done && status == CLI_MISUSE && shown->turns == 0)
        return status; /* there is no such file */
    status = write_shown(shown, status);
    free(shown->text);
    return status;
}

int cli_ps(int argc, char **argv)
{
    cli_options options;
    int status = cli_read_options(argc, argv, CLI_PS, &options);
    if (status != CLI_OK)
        return status;
    if (options.at_turn == 0 && !options.has_time) {
        fprintf(stderr, "aiocore: ps wants --at-turn or --at-time; see aiocore help ps\n");
        return CLI_MISUSE;
    }
    struct shown shown = {.tracer = {look}, .options = &options};
    return run_shown(&shown, &options);
}
