/* fuzz_minipy.c - bytes as a file of the scenario language: whatever it says, the interpreter ends, within
 * its limits, and gives all memory back.
 *
 * The first byte chooses: whether only to compile, eager tasks, debug mode, and which allocation fails (none
 * for most).  With libFuzzer (-DAIOCORE_LIBFUZZER) the main function is libFuzzer's; without:
 *     fuzz_minipy FILE...         replays files */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosts/minipy/minipy.h"

enum { STEPS = 20000, MEMORY = 32 << 20, INPUT_ROOM = 1 << 24 };

static bool write_nowhere(void *data, bool is_error, const char *text, size_t size)
{
    (void)data;
    (void)is_error;
    (void)text;
    (void)size;
    return true;
}

static void run_one(const uint8_t *bytes, size_t size)
{
    unsigned choice = size > 0 ? bytes[0] : 0;
    const char *why = "";
    mp_options options = {
        .semantics = (choice & 8) != 0 ? "3.12.0" : NULL,
        .virtual_time = true,
        .eager = (choice & 2) != 0,
        .debug = (choice & 4) != 0,
        .max_steps = STEPS,
        .memory_limit = MEMORY,
        .recursion_limit = 200,
        .write = write_nowhere,
    };
    mp_vm *vm = mp_vm_new(&options, &why);
    if (vm == NULL)
        return;
    const char *source = (const char *)bytes + (size > 0);
    size_t length = size - (size > 0);
    if ((choice & 0xf0) == 0xf0)
        mp_vm_fail_after(vm, choice & 1 ? length : length * 7);
    if ((choice & 1) != 0 && (choice & 0xf0) == 0)
        (void)mp_vm_check(vm, source, length, "fuzz.py");
    else
        (void)mp_vm_run(vm, source, length, "fuzz.py");
    mp_vm_free(vm);
}

#ifdef AIOCORE_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    run_one(bytes, size);
    return 0;
}

#else

static int replay(const char *file)
{
    FILE *in = fopen(file, "rb");
    uint8_t *bytes = in != NULL ? malloc(INPUT_ROOM) : NULL;
    if (bytes == NULL) {
        fprintf(stderr, "cannot read %s\n", file);
        if (in != NULL)
            fclose(in);
        return 2;
    }
    size_t size = fread(bytes, 1, INPUT_ROOM, in);
    fclose(in);
    run_one(bytes, size);
    free(bytes);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    for (int i = 1; i < argc && status == 0; i++)
        status = replay(argv[i]);
    return status;
}

#endif
