/* batch.c - batch: runs programs that come on standard input, one after the other, each in a machine of its
 * own.
 *
 * For whoever runs thousands (./dev difftest, ./dev fuzz): no process is started for each.  The protocol is
 * that of difftests/workers.py:
 *
 *     run SEMANTICS FLAGS NAME_SIZE SOURCE_SIZE\n NAME SOURCE
 *     done STATUS STDOUT_SIZE STDERR_SIZE RECORD_SIZE\n STDOUT STDERR RECORD
 *
 * Flags, "-" for none: r makes the event record; c adds to it which branches of the core were taken
 * (reached.c); t lets time be real; s allows few steps and little memory, for random programs that may not
 * end.  The status is 99 if the machine left anything behind.
 *
 * Tests      tests/batch_protocol.py */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum {
    BATCH_STEPS = 50000000,
    BATCH_FEW_STEPS = 2000000,
    BATCH_LITTLE_MEMORY = 1 << 28,
    BATCH_MOST = 1 << 28,
    BATCH_WORD = 100,
    BATCH_LEAKED = 99
};

typedef struct batch_text {
    char *bytes;
    size_t size, room;
    bool lost;
} batch_text;

typedef struct batch {
    char semantics[BATCH_WORD + 1], flags[BATCH_WORD + 1];
    char *name, *source;
    size_t name_size, source_size;
    batch_text out, err, record;
    bool over; /* the program has ended: what is taken down after it is no part of the record */
} batch;

static bool batch_append(batch_text *text, const char *bytes, size_t size)
{
    if (size > text->room - text->size) {
        size_t room = text->room * 2 + size;
        char *more = realloc(text->bytes, room);
        text->lost = text->lost || more == NULL;
        if (more == NULL)
            return false;
        text->bytes = more;
        text->room = room;
    }
    if (size > 0)
        memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    return true;
}

static bool batch_write_program(void *data, bool is_error, const char *bytes, size_t size)
{
    batch *job = data;
    return batch_append(is_error ? &job->err : &job->out, bytes, size);
}

static bool batch_write_record(void *data, const char *bytes, size_t size)
{
    batch *job = data;
    return job->over || batch_append(&job->record, bytes, size);
}

static void batch_end_of_program(void *data)
{
    ((batch *)data)->over = true;
}

static bool batch_has(const batch *job, char flag)
{
    return strchr(job->flags, flag) != NULL;
}

/* ---- Running ---- */

/* The recorder outlives the machine, whose loops know it. */
static int batch_run_machine(batch *job, mp_vm *vm)
{
    ac_trace_options how = {.format = AC_TRACE_RECORD, .names = mp_vm_trace_names(vm)};
    ac_trace *trace = NULL;
    how.write = batch_write_record;
    how.data = job;
    if (batch_has(job, 'r') && ac_trace_new(&how, &trace) != AC_OK)
        job->record.lost = true;
    if (trace != NULL)
        mp_vm_set_tracer(vm, ac_trace_tracer(trace));
    int status = mp_vm_run(vm, job->source, job->source_size, job->name);
    size_t left = mp_vm_free(vm);
    if (left > 0) {
        char words[64];
        int size = snprintf(words, sizeof words, "aiocore batch: %zu bytes were not freed\n", left);
        (void)batch_append(&job->err, words, (size_t)size);
        status = BATCH_LEAKED;
    }
    if (trace != NULL && ac_trace_end(trace) != AC_OK)
        job->record.lost = true;
    return status;
}

static void batch_add_reached(batch *job)
{
    size_t size = cli_reached_take(NULL, 0);
    char *text = size > 0 ? malloc(size + 1) : NULL;
    if (text == NULL)
        return;
    (void)cli_reached_take(text, size + 1);
    batch_append(&job->record, "reached: ", 9);
    batch_append(&job->record, text, size);
    batch_append(&job->record, "\n", 1);
    free(text);
}

static int batch_run(batch *job)
{
    mp_options options = {.semantics = job->semantics, .max_steps = BATCH_STEPS};
    options.virtual_time = !batch_has(job, 't');
    if (batch_has(job, 's')) {
        options.max_steps = BATCH_FEW_STEPS;
        options.memory_limit = BATCH_LITTLE_MEMORY;
    }
    options.write = batch_write_program;
    options.ended = batch_end_of_program;
    options.write_data = job;
    const char *why = "";
    mp_vm *vm = mp_vm_new(&options, &why);
    if (vm == NULL) {
        (void)batch_append(&job->err, why, strlen(why));
        return CLI_MISUSE;
    }
    int status = batch_run_machine(job, vm);
    if (batch_has(job, 'c'))
        batch_add_reached(job);
    return status;
}

/* ---- The protocol ---- */

static char *batch_read(size_t size)
{
    char *text = malloc(size + 1);
    if (text != NULL && fread(text, 1, size, stdin) != size) {
        free(text);
        text = NULL;
    }
    if (text != NULL)
        text[size] = '\0';
    return text;
}

static bool batch_number(const char *word, size_t *out)
{
    char *end = NULL;
    bool is_number = word != NULL && *word >= '0' && *word <= '9'; /* strtoull takes signs, too */
    unsigned long long number = is_number ? strtoull(word, &end, 10) : 0;
    *out = (size_t)number;
    return is_number && *end == '\0' && number <= BATCH_MOST;
}

/* 1: read, 0: there are no more, -1: that was no request. */
static int batch_read_request(batch *job)
{
    char line[4 * BATCH_WORD], *rest = NULL;
    if (fgets(line, sizeof line, stdin) == NULL)
        return 0;
    if (strchr(line, '\n') == NULL)
        return -1;
    const char *verb = strtok_r(line, " \n", &rest);
    const char *semantics = strtok_r(NULL, " \n", &rest), *flags = strtok_r(NULL, " \n", &rest);
    if (verb == NULL || strcmp(verb, "run") != 0 || flags == NULL || strlen(semantics) > BATCH_WORD ||
        strlen(flags) > BATCH_WORD || !batch_number(strtok_r(NULL, " \n", &rest), &job->name_size) ||
        !batch_number(strtok_r(NULL, " \n", &rest), &job->source_size) ||
        strtok_r(NULL, " \n", &rest) != NULL)
        return -1;
    memcpy(job->semantics, semantics, strlen(semantics) + 1);
    memcpy(job->flags, flags, strlen(flags) + 1);
    job->name = batch_read(job->name_size);
    job->source = job->name != NULL ? batch_read(job->source_size) : NULL;
    return job->source != NULL ? 1 : -1;
}

static bool batch_answer(batch *job, int status)
{
    const batch_text *texts[] = {&job->out, &job->err, &job->record};
    if (job->out.lost || job->err.lost || job->record.lost)
        return false;
    printf("done %d %zu %zu %zu\n", status & 0xff, job->out.size, job->err.size, job->record.size);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i]->size > 0) /* there may be no buffer */
            (void)fwrite(texts[i]->bytes, 1, texts[i]->size, stdout);
    return fflush(stdout) == 0 && ferror(stdout) == 0;
}

static void batch_free(batch *job)
{
    free(job->name);
    free(job->source);
    free(job->out.bytes);
    free(job->err.bytes);
    free(job->record.bytes);
}

int cli_batch(int argc, char **argv)
{
    int got = 1;
    bool answered = true;
    if (argc > 1 && strcmp(argv[1], "--edges") == 0)
        return cli_write_edges(stdout) ? CLI_OK : CLI_FAILED;
    if (argc > 1) {
        fprintf(stderr, "aiocore: batch takes --edges only: programs come on standard input\n");
        return CLI_MISUSE;
    }
    while (got == 1 && answered) {
        batch job = {0};
        got = batch_read_request(&job);
        if (got == 1)
            answered = batch_answer(&job, batch_run(&job));
        batch_free(&job);
    }
    if (got < 0)
        fprintf(stderr, "aiocore: that is no request: run SEMANTICS FLAGS NAME_SIZE SOURCE_SIZE\n");
    if (!answered)
        fprintf(stderr, "aiocore: an answer could not be given: no memory, or nobody reads it\n");
    return got < 0 ? CLI_MISUSE : answered ? CLI_OK : CLI_FAILED;
}
