/* main.c - the aiocore command: which of its commands is meant. */
#include <string.h>

#include "cli.h"

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} command;

static const command commands[] = {
    {"run", cli_run},
    {"trace", cli_trace},
    {"ps", cli_ps},
    {"check", cli_check},
    {"disasm", cli_disasm},
    {"batch", cli_batch},
    {"semantics", cli_semantics},
};

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc, argv);
    fprintf(stderr, "aiocore: there is no command '%s'; see aiocore --help\n", argv[0]);
    return CLI_MISUSE;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        cli_write_help(stderr, NULL);
        return CLI_MISUSE;
    }
    if (is_help(argv[1])) {
        cli_write_help(stdout, argc > 2 ? argv[2] : NULL);
        return CLI_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        char newest[64];
        (void)ac_semantics_format(ac_semantics_newest(), newest, sizeof newest);
        printf("aiocore %s (semantics %s)\n", AIOCORE_VERSION, newest);
        return CLI_OK;
    }
    return run_command(argc - 1, argv + 1);
}
