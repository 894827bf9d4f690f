/* run.c - run, check and disasm.
 *
 * Ctrl-C goes to the machine, which makes of it what asyncio.run does: the handler only sets a flag. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static mp_vm *volatile interruptible;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (interruptible != NULL)
        mp_vm_interrupt(interruptible);
}

/* Without SA_RESTART: a poll that waits ends at once. */
static void listen_to_interrupts(mp_vm *vm)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = vm != NULL ? on_interrupt : SIG_DFL;
    sigemptyset(&action.sa_mask);
    interruptible = vm;
    (void)sigaction(SIGINT, &action, NULL);
}

mp_vm *cli_new_machine(const mp_options *options)
{
    const char *why = "";
    mp_vm *vm = mp_vm_new(options, &why);
    if (vm == NULL)
        fprintf(stderr, "aiocore: %s\n", why);
    return vm;
}

int cli_run_file(mp_vm *vm, const cli_options *options)
{
    size_t size = 0;
    char *source = cli_read_source(options->file, &size);
    if (source == NULL)
        return CLI_MISUSE;
    listen_to_interrupts(vm);
    int status = mp_vm_run(vm, source, size, strcmp(options->file, "-") == 0 ? "<stdin>" : options->file);
    listen_to_interrupts(NULL);
    free(source);
    return status;
}

/* A command whose output could not be written has failed. */
static int all_written(int status)
{
    bool written = fflush(stdout) == 0 && ferror(stdout) == 0;
    return status == CLI_OK && !written ? CLI_FAILED : status;
}

int cli_run(int argc, char **argv)
{
    cli_options options;
    int status = cli_read_options(argc, argv, CLI_RUN, &options);
    if (status != CLI_OK)
        return status;
    mp_vm *vm = cli_new_machine(&options.machine);
    if (vm == NULL)
        return CLI_MISUSE;
    status = cli_run_file(vm, &options);
    mp_vm_free(vm);
    return all_written(status);
}

/* ---- check and disasm ---- */

static bool with_source(const char *file, bool (*act)(mp_vm *, const char *, size_t, const char *))
{
    mp_options options = {0};
    size_t size = 0;
    char *source = cli_read_source(file, &size);
    mp_vm *vm = source != NULL ? cli_new_machine(&options) : NULL;
    bool good = vm != NULL && act(vm, source, size, strcmp(file, "-") == 0 ? "<stdin>" : file);
    mp_vm_free(vm);
    free(source);
    return good;
}

static int each_file(int argc, char **argv, bool (*act)(mp_vm *, const char *, size_t, const char *))
{
    int status = CLI_OK;
    if (argc < 2) {
        fprintf(stderr, "aiocore: %s wants a file; see aiocore help %s\n", argv[0], argv[0]);
        return CLI_MISUSE;
    }
    for (int i = 1; i < argc; i++)
        if (!with_source(argv[i], act))
            status = CLI_FAILED;
    return all_written(status);
}

int cli_check(int argc, char **argv)
{
    return each_file(argc, argv, mp_vm_check);
}

int cli_disasm(int argc, char **argv)
{
    return each_file(argc, argv, mp_vm_disassemble);
}
