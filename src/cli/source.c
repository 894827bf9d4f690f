/* source.c - reading a file whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Doubles the buffer until the end of the file is in it. */
static char *read_all(FILE *file, size_t *size)
{
    size_t room = 1 << 16, used = 0;
    char *text = malloc(room);
    while (text != NULL) {
        used += fread(text + used, 1, room - used, file);
        if (used < room)
            break;
        char *more = room > SIZE_MAX / 2 ? NULL : realloc(text, room * 2);
        if (more == NULL) {
            free(text);
            errno = ENOMEM;
            return NULL;
        }
        text = more;
        room *= 2;
    }
    if (text != NULL && ferror(file) != 0) {
        free(text);
        return NULL;
    }
    *size = used;
    return text;
}

char *cli_read_source(const char *file, size_t *size)
{
    bool is_stdin = strcmp(file, "-") == 0;
    FILE *in = is_stdin ? stdin : fopen(file, "rb");
    char *text = in != NULL ? read_all(in, size) : NULL;
    if (text == NULL)
        fprintf(stderr, "aiocore: can't open file '%s': %s\n", file, strerror(errno));
    if (in != NULL && !is_stdin)
        fclose(in);
    return text;
}
