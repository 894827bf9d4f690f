/* ffi_sort.c - qsort, found by its name, with a comparison that the loop's thread answers at once. */
#include <aiocore/chost.h>
#include <aiocore/ffi.h>

#include <stdio.h>
#include <string.h>

/* [compare] */
static ac_status compare(ac_loop *loop, ac_ffi_closure *closure, void *const *arguments, void *result)
{
    int left = **(int *const *)arguments[0], right = **(int *const *)arguments[1];
    int order = (left > right) - (left < right);

    (void)loop;
    ++*(int *)ac_ffi_closure_data(closure);
    memcpy(result, &order, sizeof order);
    return AC_OK;
}

static const ac_ffi_closure_ops compare_ops = {.run = compare};
/* [compare end] */

static int fail(const ac_ffi_error *error)
{
    (void)fprintf(stderr, "%s\n", error->text);
    return 1;
}

int main(void)
{
    static const char *const wrong = "(ptr, size, size, fn(*int, *integer) -> int) -> void";
    static const char *const right = "(ptr, size, size, fn(*int, *int) -> int) -> void";
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    int numbers[] = {5, 2, 9, -3, 7}, compared = 0;
    void *base = numbers;
    size_t count = 5, size = sizeof *numbers;
    ac_ffi_library *program;
    ac_ffi_function *sort;
    ac_ffi_closure *closure;
    ac_ffi_error error;
    ac_ffi_code code;

    if (loop == NULL || ac_ffi_library_open(NULL, &program, &error) != AC_OK)
        return 1;
    if (ac_ffi_function_new(program, "qsort", wrong, &sort, &error) != AC_OK)
        printf("%s\n", error.text);
    if (ac_ffi_function_new(program, "qsort", right, &sort, &error) != AC_OK ||
        ac_ffi_closure_new(loop, "(*int, *int) -> int", &compare_ops, AC_FFI_WAIT, &compared, &closure,
                           &error) != AC_OK)
        return fail(&error);
    code = ac_ffi_closure_code(closure);
    (void)ac_ffi_invoke(sort, NULL, (void *[]){&base, &count, &size, &code});
    for (size_t i = 0; i < count; i++)
        printf("%d ", numbers[i]);
    printf("\n%s\n", compared > 0 ? "the closure was asked" : "nobody was asked");
    ac_ffi_closure_free(closure);
    ac_ffi_function_free(sort);
    ac_ffi_library_close(program);
    return (int)ac_c_loop_free(loop); /* 0: nothing is left */
}
