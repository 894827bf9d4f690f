/* fuzz_api.c - bytes as plays: whatever is called in whatever order, nothing breaks; and what runs is what
 * the model says.
 *
 * The first byte chooses: an even one is a play of all letters, with a saboteur or an evil host on it; an odd
 * one is a play of the model's letters, whose trace is compared with the model's.
 * With libFuzzer (-DAIOCORE_LIBFUZZER) the main function is libFuzzer's.  Without, it is one that any
 * compiler can build:
 *     fuzz_api FILE...            replays files (what libFuzzer found)
 *     fuzz_api --seeds N [FIRST]  N random inputs, from seed FIRST on (1 unless given); a failing one is
 *     named
 * The play is printed if AIOCORE_PRINT_PLAY is set. */
#include "evil.h"
#include "model.h"
#include "saboteur.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_ROOM = 24, OUTSIDE_ROOM = 160, INPUT_ROOM = 600 };

typedef struct input {
    const uint8_t *bytes;
    size_t left;
} input;

static unsigned take(input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->bytes++;
}

/* ---- Bytes to a scenario ---- */

typedef struct written {
    scenario scenario;
    char scripts[PLAY_SLOTS][SCRIPT_ROOM + 1], outside[OUTSIDE_ROOM + 1];
} written;

static void write_script(input *input, char *script, size_t operations, const char *letters)
{
    size_t count = strlen(letters);
    for (size_t i = 0; i < operations && input->left > 0; i++) {
        *script++ = letters[take(input) % count];
        *script++ = (char)('0' + take(input) % PLAY_SLOTS);
    }
    *script = '\0';
}

static void print_scenario(const scenario *scenario)
{
    for (int i = 0; i < PLAY_SLOTS; i++)
        fprintf(stderr, "%d %s\n", i, scenario->scripts[i]);
    fprintf(stderr, "outside %s\n", scenario->outside);
}

static void write_scenario(input *input, written *written, const char *letters)
{
    written->scenario.name = "fuzz";
    for (size_t i = 0; i < PLAY_SLOTS; i++) {
        write_script(input, written->scripts[i], take(input) % (SCRIPT_ROOM / 2), letters);
        written->scenario.scripts[i] = written->scripts[i];
    }
    write_script(input, written->outside, OUTSIDE_ROOM / 2 - 20, letters);
    for (int i = 0; i < 20; i++)
        strcat(written->outside, ".");
    written->scenario.outside = written->outside;
    if (getenv("AIOCORE_PRINT_PLAY") != NULL)
        print_scenario(&written->scenario);
}

/* ---- Checks ---- */

static const char *profile(unsigned which)
{
    static const char *const profiles[] = {NULL, "3.12.0", "3.13.3", "3.14", "fast"};
    return profiles[which % (sizeof profiles / sizeof profiles[0])];
}

static const char *play_all_letters(input *input)
{
    static written written;
    static play plain;
    play_drive drive = (play_drive)(take(input) % PLAY_DRIVES);
    const char *semantics = profile(take(input));
    unsigned how = take(input), n = take(input);

    write_scenario(input, &written, play_letters);
    if (how % 4 == 0)
        return sabotage_at(&written.scenario, semantics, drive, (sabotage)(how / 4 % SABOTAGES), n, NULL);
    if (how % 4 == 1)
        return evil_at(&written.scenario, semantics, drive, &evil_actions[how / 4 % evil_action_count], n % 2,
                       n / 2);
    if (how % 4 == 2)
        return evil_storm(&written.scenario, semantics, drive, n);
    memset(&plain, 0, sizeof plain);
    return play_run(&plain, &written.scenario, semantics, drive);
}

static const char *play_model_letters(input *input)
{
    static written written;
    static play play;
    static uint32_t predicted[PLAY_TRACE];

    write_scenario(input, &written, model_letters);
    size_t count = model_predict(&written.scenario, predicted);
    memset(&play, 0, sizeof play);
    play_begin(&play, &written.scenario, NULL, PLAY_CLOCK);
    play_create(&play, 0, AC_EAGER_NO);
    play_perform(&play, written.outside);
    bool same = play.trace_count == count && memcmp(play.trace, predicted, count * sizeof *predicted) == 0;
    size_t left = play_end(&play);
    if (!same)
        return "the order is not the model's";
    if (play.wrong != NULL || play.spy.broken != NULL)
        return play.wrong != NULL ? play.wrong : play.spy.broken;
    return left > 0 ? "objects were left alive" : NULL;
}

static const char *check_bytes(const uint8_t *bytes, size_t size)
{
    input input = {bytes, size};
    return take(&input) % 2 == 0 ? play_all_letters(&input) : play_model_letters(&input);
}

#ifdef AIOCORE_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *wrong = check_bytes(bytes, size);
    if (wrong != NULL) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    return 0;
}

#else

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static const char *check_seed(uint32_t seed)
{
    uint8_t bytes[INPUT_ROOM];
    uint32_t state = seed * 2654435761u + 1;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(next_random(&state) >> 8);
    return check_bytes(bytes, sizeof bytes);
}

static int run_seeds(uint32_t count, uint32_t first)
{
    for (uint32_t seed = first; seed - first < count; seed++) {
        const char *wrong = check_seed(seed);
        if (wrong != NULL) {
            printf("seed %u: %s\n", (unsigned)seed, wrong);
            return 1;
        }
    }
    printf("%u seeds\n", (unsigned)count);
    return 0;
}

static int replay(const char *name)
{
    static uint8_t bytes[1 << 16];
    FILE *file = fopen(name, "rb");
    if (file == NULL) {
        perror(name);
        return 1;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    const char *wrong = check_bytes(bytes, size);
    if (wrong != NULL)
        printf("%s: %s\n", name, wrong);
    return wrong != NULL;
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc > 2 && strcmp(argv[1], "--seeds") == 0)
        return run_seeds((uint32_t)strtoul(argv[2], NULL, 10),
                         argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1);
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    return failed;
}

#endif
