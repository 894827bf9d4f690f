/* injector.h - lets the nth call to the system fail with an errno that it can have, and keeps what came of
 * it.
 *
 * Idea   Each function of src/io/system.h's table is wrapped.  A program is run once for each call that it
 *        makes, each errno of that call, and each n; the rows of one call and errno add up over all programs.
 * Holds  All of it is in memory that children share: those that the library forks, whose calls are counted on
 *        their own, and those in which Check runs each test. */
#ifndef AIOCORE_TESTS_INJECTOR_H
#define AIOCORE_TESTS_INJECTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Before all tests, in the process that prints. */
void injector_open(void);

/* Runs the program again and again, with another call that fails each time, until all have.  It gives how
 * many things it left behind: descriptors, objects, children, lists.  name: static.  The sum of all leaks. */
size_t injector_try_all(const char *name, size_t (*program)(void *data), void *data);

/* Wraps the calls, and none fails: for tests that let something else fail. */
void injector_put_in(void);
void injector_take_out(void);
/* There are no pidfds, from the next injector_put_in on. */
void injector_without_pidfd(bool without);

/* What the program saw of the fault: the first thing counts. */
void injector_saw(const char *what);
/* The call that was made to fail in this run has that name. */
bool injector_hit(const char *call);
/* What getaddrinfo has given and freeaddrinfo has not taken, and descriptors that are open. */
size_t injector_lists(void);
size_t injector_descriptors(void);

/* A table for people, and JSON into a file ("-": standard output).  False: it could not be written. */
void injector_print(void);
bool injector_write_json(const char *path);

#endif
