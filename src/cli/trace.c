/* trace.c - trace: runs a file with a recorder on all its loops.
 *
 * What the program prints belongs between the lines of a text: there each line of it is marked.  The other
 * forms are for programs to read, so there it goes to standard error, unless the trace has a file of its
 * own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

struct traced {
    ac_trace *trace; /* NULL: not begun */
    FILE *out;
    bool own_file; /* the trace is not on standard output */
    bool text;
    bool in_line; /* the program has begun a line */
    bool over;    /* a record ends with the program: what is taken down after it is left out */
};

/* In front of each line that the program prints. */
static bool write_marked(struct traced *traced, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!traced->in_line && fputs("| ", traced->out) < 0)
            return false;
        if (putc(text[i], traced->out) == EOF)
            return false;
        traced->in_line = text[i] != '\n';
    }
    return true;
}

static bool write_of_program(void *data, bool is_error, const char *text, size_t size)
{
    struct traced *traced = data;
    if (!is_error && traced->text && !traced->own_file) {
        ac_trace_flush(traced->trace);
        return write_marked(traced, text, size);
    }
    FILE *file = is_error || !traced->own_file ? stderr : stdout;
    return fwrite(text, 1, size, file) == size;
}

/* The recorder's lines begin at the left, also when the program has not ended its own. */
static bool write_of_trace(void *data, const char *bytes, size_t size)
{
    struct traced *traced = data;
    if (traced->over)
        return true;
    if (traced->in_line && !traced->own_file) {
        (void)putc('\n', traced->out);
        traced->in_line = false;
    }
    return fwrite(bytes, 1, size, traced->out) == size;
}

static bool open_output(const cli_options *options, struct traced *traced)
{
    traced->out = stdout;
    traced->own_file = options->output != NULL;
    traced->text = options->format == AC_TRACE_TEXT;
    if (traced->own_file)
        traced->out = fopen(options->output, "wb");
    if (traced->out == NULL)
        fprintf(stderr, "aiocore: can't write '%s': %s\n", options->output, strerror(errno));
    return traced->out != NULL;
}

static int end_trace(struct traced *traced, int status)
{
    ac_status ended = traced->trace != NULL ? ac_trace_end(traced->trace) : AC_E_MEMORY;
    bool written = traced->own_file ? fclose(traced->out) == 0 : fflush(stdout) == 0;
    if (ended == AC_OK && written)
        return status;
    fprintf(stderr, "aiocore: the trace is not whole: %s\n",
            ended == AC_E_MEMORY ? "not enough memory" : "it could not be written");
    return status != CLI_OK ? status : CLI_FAILED;
}

static void end_of_program(void *data)
{
    ((struct traced *)data)->over = true;
}

static int run_traced(cli_options *options, struct traced *traced)
{
    ac_trace_options how = {.format = options->format, .write = write_of_trace, .data = traced};
    how.colour = options->colour || (!options->no_colour && !traced->own_file && isatty(STDOUT_FILENO) == 1);
    options->machine.write = write_of_program;
    options->machine.write_data = traced;
    options->machine.ended = options->format == AC_TRACE_RECORD ? end_of_program : NULL;
    mp_vm *vm = cli_new_machine(&options->machine);
    if (vm == NULL)
        return CLI_MISUSE;
    how.names = mp_vm_trace_names(vm);
    int status = CLI_FAILED;
    if (ac_trace_new(&how, &traced->trace) == AC_OK) {
        mp_vm_set_tracer(vm, ac_trace_tracer(traced->trace));
        status = cli_run_file(vm, options);
    }
    mp_vm_free(vm);
    return end_trace(traced, status);
}

int cli_trace(int argc, char **argv)
{
    cli_options options;
    struct traced traced = {0};
    int status = cli_read_options(argc, argv, CLI_TRACE, &options);
    if (status != CLI_OK)
        return status;
    return open_output(&options, &traced) ? run_traced(&options, &traced) : CLI_MISUSE;
}
