/* spawn.c - the parent's part in starting a program.
 *
 * Mirrors    subprocess.Popen._get_handles and _execute_child, os.get_exec_path.
 * Idea       A pipe that exec closes tells how it went: nothing in it is success.
 * Holds      Each descriptor that was opened here is closed here, save the parent's ends of the pipes after
 *            a success.
 * Cost       One allocation for the names to try; the caller is blocked until the child's exec.
 * Tests      tests/test_io_child.c, tests/test_io_faults.c */
#include "child_impl.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static const char default_path[] = "/bin:/usr/bin"; /* os.defpath */

/* ---- Where the program may be ---- */

/* The names to try, one after the other, and the list of them, in one block. */
typedef struct candidates {
    char **paths;
    size_t size; /* of the block */
} candidates;

static const char *program_of(const ac_child_options *options)
{
    return options->program != NULL ? options->program : options->arguments[0];
}

static const char *path_of(const char *const *environment)
{
    for (; *environment != NULL; environment++)
        if (strncmp(*environment, "PATH=", 5) == 0)
            return *environment + 5;
    return default_path;
}

/* dir + "/" + name, as os.path.join: an empty dir is none, and its slash is not doubled. */
static char *join(char *at, const char *directory, size_t length, const char *name)
{
    memcpy(at, directory, length);
    at += length;
    if (length > 0 && at[-1] != '/')
        *at++ = '/';
    memcpy(at, name, strlen(name) + 1);
    return at + strlen(name) + 1;
}

static bool find_candidates(ac_loop *loop, const char *program, const char *path, candidates *out)
{
    size_t count = 1, length = strlen(program) + 2;
    char *at;

    if (strchr(program, '/') != NULL)
        path = "";
    for (const char *c = path; *c != '\0'; c++)
        count += *c == ':' ? 1 : 0;
    out->size = (count + 1) * sizeof *out->paths + strlen(path) + count * length;
    out->paths = aci_io_realloc(loop, NULL, 0, out->size);
    if (out->paths == NULL)
        return false;
    at = (char *)(out->paths + count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t part = strcspn(path, ":");
        out->paths[i] = at;
        at = join(at, path, part, program);
        path += part + (path[part] == ':' ? 1 : 0);
    }
    out->paths[count] = NULL;
    return true;
}

/* ---- Descriptors ---- */

static void close_it(int *descriptor)
{
    if (*descriptor >= 0)
        (void)aci_sys.close(*descriptor);
    *descriptor = -1;
}

/* The child's end blocks, as a program expects.  0, or an errno. */
static int open_pipe(int *ours, int *theirs, bool child_reads)
{
    int ends[2], failure;

    if (aci_sys.pipe(ends) != 0)
        return errno;
    *ours = ends[child_reads ? 1 : 0];
    *theirs = ends[child_reads ? 0 : 1];
    if (aci_sys.set_blocking(*theirs, true) == 0)
        return 0;
    failure = errno;
    close_it(ours);
    close_it(theirs);
    return failure;
}

static int open_stream(const ac_stdio *stream, int number, int *ours, int *theirs)
{
    if (stream->kind == AC_STDIO_PIPE)
        return open_pipe(ours, theirs, number == 0);
    if (stream->kind == AC_STDIO_DESCRIPTOR)
        *theirs = stream->descriptor;
    if (stream->kind == AC_STDIO_NULL) {
        *theirs = aci_sys.open_null();
        return *theirs >= 0 ? 0 : errno;
    }
    return 0;
}

static void close_theirs(const ac_child_options *options, aci_exec *plan)
{
    for (int i = 0; i < 3; i++)
        if (options->streams[i].kind != AC_STDIO_DESCRIPTOR)
            close_it(&plan->streams[i]);
}

static int open_streams(const ac_child_options *options, aci_exec *plan, int pipes[3])
{
    int failure = 0;

    for (int i = 0; failure == 0 && i < 3; i++)
        failure = open_stream(&options->streams[i], i, &pipes[i], &plan->streams[i]);
    return failure;
}

/* ---- The fork ---- */

int aci_reap(pid_t pid)
{
    int status = 0;
    pid_t waited;

    do
        waited = aci_sys.waitpid(pid, &status, 0);
    while (waited < 0 && errno == EINTR);
    if (waited != pid)
        return 255; /* somebody else has waited for it, as asyncio reports that */
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Blocks until the child's exec has closed its end, or it tells of a failure.  One that cannot be heard has
 * failed by that. */
static aci_exec_failure listen_to_child(int report)
{
    aci_exec_failure failure = {0, EXEC_PREPARES};
    size_t got = 0;
    ssize_t count;

    do {
        count = aci_sys.read(report, (char *)&failure + got, sizeof failure - got);
        got += count > 0 ? (size_t)count : 0;
    } while ((count > 0 && got < sizeof failure) || (count < 0 && errno == EINTR));
    if (got < sizeof failure)
        failure = (aci_exec_failure){.number = count < 0 ? errno : 0, .stage = EXEC_PREPARES};
    return failure;
}

/* No signal is handled in the child before it has given up the parent's handlers. */
static int fork_with(aci_exec *plan, pid_t *pid)
{
    sigset_t all;
    int failure;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &plan->mask);
    *pid = aci_sys.fork();
    failure = errno;
    if (*pid == 0)
        aci_exec_run(plan);
    (void)pthread_sigmask(SIG_SETMASK, &plan->mask, NULL);
    return *pid < 0 ? failure : 0;
}

static aci_exec_failure fork_and_listen(const ac_child_options *options, aci_exec *plan, pid_t *pid)
{
    aci_exec_failure failure = {0, EXEC_PREPARES};
    int report[2];

    failure.number = open_pipe(&report[0], &report[1], false);
    if (failure.number != 0)
        return failure;
    plan->report = report[1];
    failure.number = aci_sys.set_blocking(report[0], true) == 0 ? fork_with(plan, pid) : errno;
    close_it(&report[1]);
    close_theirs(options, plan);
    if (failure.number == 0) {
        failure = listen_to_child(report[0]);
        if (failure.number != 0) {
            (void)aci_sys.kill(*pid, SIGKILL); /* it ends by itself, unless it was not heard */
            (void)aci_reap(*pid);
        }
    }
    close_it(&report[0]);
    return failure;
}

static ac_status tell(ac_loop *loop, const ac_child_options *options, const aci_exec_failure *failure)
{
    static const char *const nothing = NULL;
    const char *const files[] = {nothing, options->directory, program_of(options)};

    return aci_io_raise_file(loop, failure->number, files[failure->stage]);
}

static aci_exec_failure start(const ac_child_options *options, aci_exec *plan, int pipes[3], pid_t *pid)
{
    aci_exec_failure failure = {0, EXEC_PREPARES};

    failure.number = open_streams(options, plan, pipes);
    if (failure.number == 0)
        failure = fork_and_listen(options, plan, pid);
    close_theirs(options, plan);
    for (int i = 0; failure.number != 0 && i < 3; i++)
        close_it(&pipes[i]);
    return failure;
}

ac_status aci_spawn(ac_loop *loop, const ac_child_options *options, int pipes[3], pid_t *pid)
{
    union {
        const char *const *from;
        char *const *to;
    } environment = {options->environment};
    aci_exec plan = {.options = options, .streams = {-1, -1, -1}, .report = -1};
    aci_exec_failure failure;
    candidates names;

    if (environment.from == NULL)
        environment.to = environ;
    pipes[0] = pipes[1] = pipes[2] = -1;
    if (!find_candidates(loop, program_of(options), path_of(environment.from), &names))
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory to start a program");
    plan.paths = names.paths;
    plan.environment = environment.to;
    failure = start(options, &plan, pipes, pid);
    aci_io_realloc(loop, names.paths, names.size, 0);
    return failure.number == 0 ? AC_OK : tell(loop, options, &failure);
}
