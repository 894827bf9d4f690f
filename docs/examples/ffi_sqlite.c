/* ffi_sqlite.c - SQLite's exec on a thread of the pool; each row comes to the loop, while the thread waits.
 *
 * SQLite is found when the program runs, by its name: none of its headers is used here. */
#include <aiocore/chost.h>
#include <aiocore/ffi.h>

#include <stdio.h>
#include <string.h>

static const char sql[] = "create table t (name, age); insert into t values ('Ada', 36), ('Alan', 41);"
                          "select * from t order by age";

/* [row] */
/* On the loop's thread: int (*)(void *, int count, char **values, char **names).  What it points to is
 * SQLite's, and is there as long as its thread waits. */
static ac_status row(ac_loop *loop, ac_ffi_closure *closure, void *const *arguments, void *result)
{
    int count = *(int *)arguments[1];
    char **values = *(char ***)arguments[2], **names = *(char ***)arguments[3];

    (void)closure;
    (void)result; /* it is 0: go on */
    printf("%s", ac_loop_is_running(loop) ? "the loop has a row:" : "?");
    for (int i = 0; i < count; i++)
        printf(" %s=%s", names[i], values[i]);
    printf("\n");
    return AC_OK;
}

static const ac_ffi_closure_ops row_ops = {.run = row};
/* [row end] */

static ac_ffi_function *find(ac_ffi_library *library, const char *name, const char *signature)
{
    ac_ffi_function *function;
    ac_ffi_error error;

    if (ac_ffi_function_new(library, name, signature, &function, &error) != AC_OK)
        (void)fprintf(stderr, "%s\n", error.text);
    return function;
}

static int run(ac_loop *loop, ac_io *io, ac_ffi_library *sqlite, void *database)
{
    ac_ffi_function *exec = find(sqlite, "sqlite3_exec",
                                 "(ptr, str, fn(ptr, int, *str, *str) -> int, ptr, out ptr) -> int");
    ac_ffi_call *call = exec != NULL ? ac_ffi_call_new(exec, NULL, NULL) : NULL;
    ac_future *future = ac_c_future_new(loop);
    ac_ffi_closure *closure;
    ac_ffi_code code;
    int answer = -1;

    if (call == NULL || future == NULL ||
        ac_ffi_closure_new(loop, "(ptr, int, *str, *str) -> int", &row_ops, AC_FFI_WAIT, NULL, &closure,
                           NULL) != AC_OK)
        return -1;
    code = ac_ffi_closure_code(closure);
    memcpy(ac_ffi_argument(call, 0), &database, sizeof database);
    memcpy(ac_ffi_argument(call, 2), &code, sizeof code);
    if (ac_ffi_argument_copy(call, 1, sql, sizeof sql) == AC_OK &&
        ac_ffi_call_start(call, io, NULL, future) == AC_OK &&
        ac_loop_run_until_complete(loop, future) == AC_OK)
        memcpy(&answer, ac_ffi_call_result(call), sizeof answer);
    ac_c_release(loop, future);
    ac_ffi_call_free(call);
    ac_ffi_closure_free(closure);
    ac_ffi_function_free(exec);
    return answer;
}

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    const char *memory = ":memory:";
    void *database = NULL;
    ac_ffi_library *sqlite;
    ac_ffi_function *opener, *closer;
    ac_ffi_error error;
    ac_io *io;
    int answer = -1;

    if (loop == NULL || ac_io_new(loop, NULL, &io) != AC_OK)
        return 1;
    if (ac_ffi_library_open("libsqlite3.so.0", &sqlite, &error) != AC_OK) {
        (void)fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    opener = find(sqlite, "sqlite3_open", "(str, out ptr) -> int");
    closer = find(sqlite, "sqlite3_close", "(ptr) -> int");
    if (opener == NULL || closer == NULL)
        return 1;
    (void)ac_ffi_invoke(opener, &answer, (void *[]){&memory, &database});
    printf("exec gave %d\n", run(loop, io, sqlite, database));
    (void)ac_ffi_invoke(closer, &answer, (void *[]){&database});
    ac_ffi_function_free(opener);
    ac_ffi_function_free(closer);
    ac_ffi_library_close(sqlite);
    (void)ac_loop_close(loop);
    (void)ac_io_free(io);
    return (int)ac_c_loop_free(loop); /* 0: nothing is left */
}
